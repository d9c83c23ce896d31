"""What a browser needs to be an agent's phone."""

from __future__ import annotations

from api.schemas.common import Shape


class IceServer(Shape):
    """A STUN or TURN server, as browsers' RTCPeerConnection wants it."""

    urls: str


class Phone(Shape):
    """SIP user of the agent's browser and where it registers: over `websocket`, whose path is that of this API.

    The secret comes there as the first message, `{"password": "…"}`: each session has its own, and it ends with it.
    """

    username: str
    websocket: str
    ice_servers: list[IceServer]
