"""What a browser needs to be an agent's phone."""

from __future__ import annotations

from api.schemas.common import Shape


class IceServer(Shape):
    """A STUN or TURN server, as browsers' RTCPeerConnection wants it."""

    urls: str


class Phone(Shape):
    """SIP user and secret of the agent's browser, good over `websocket` only, whose path is that of this API."""

    username: str
    password: str
    websocket: str
    ice_servers: list[IceServer]
