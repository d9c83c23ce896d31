"""The operations on our own ARI application: what it hears of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from asterisk.names import safe
from asterisk.request import Method, Request

NOISE: Final = (
    "ChannelVarset",
    "ChannelDialplan",
    "ChannelCallerId",
    "ChannelConnectedLine",
    "ChannelCreated",
    "BridgeCreated",
    "BridgeDestroyed",
    "BridgeVideoSourceChanged",
    "ChannelEnteredBridge",
    "ChannelLeftBridge",
    "PlaybackContinuing",
    "RecordingStarted",
    "DeviceStateChanged",
    "EndpointStateChange",
)
"""Events nobody here reads. An `allowed` list would also drop RESTResponse (asterisk.md section 2).

EndpointStateChange comes whenever a channel of the endpoint begins or ends; whether a phone is registered is told by
PeerStatusChange, when that changes.
"""

CALLS: Final = (
    "StasisStart",
    "StasisEnd",
    "ChannelStateChange",
    "ChannelHangupRequest",
    "ChannelDtmfReceived",
    "ChannelHold",
    "ChannelUnhold",
    "ChannelTransfer",
    "ChannelUserevent",
    "Dial",
    "PlaybackStarted",
    "PlaybackFinished",
    "RecordingFinished",
    "RecordingFailed",
    "BridgeBlindTransfer",
    "BridgeAttendedTransfer",
    "BridgeMerged",
)
"""Events about calls, which the application that hears of endpoints does not want.

ChannelDestroyed it does: `app` itself is not told of the end of a channel that came from the dialplan, because it
has left Stasis by then. The end of a channel we made is therefore told twice.
"""


def get(app: str) -> Request:
    """What the application is subscribed to, its channels among them."""
    return Request(Method.GET, f"applications/{safe(app)}")


def lines(app: str) -> str:
    """The application beside `app`, on the same socket, that hears of endpoints only.

    A subscription to endpoints brings the events of all their channels along, so in `app` itself each of those
    would arrive twice.
    """
    return f"{safe(app)}-lines"


def mute(app: str, events: Iterable[str] = NOISE) -> Request:
    """Stop Asterisk from sending what nobody reads; a filter outlives the socket, sending it again does no harm."""
    return _mute(app, events)


def mute_lines(app: str) -> Request:
    """The same for `lines(app)`, and all about calls; the connection sends it on each new socket."""
    return _mute(lines(app), (*NOISE, *CALLS))


def subscribe_endpoints(app: str) -> Request:
    """Hear, through `lines(app)`, of the state of all SIP endpoints and contacts; ask again on each new socket."""
    return Request(Method.POST, f"applications/{lines(app)}/subscription", (("eventSource", "endpoint:PJSIP"),))


def subscribe_channel(app: str, channel: str) -> Request:
    """Hear, through `lines(app)`, of the end of this channel: one that spies has left Stasis by then."""
    return Request(
        Method.POST, f"applications/{lines(app)}/subscription", (("eventSource", f"channel:{safe(channel)}"),)
    )


def _mute(app: str, events: Iterable[str]) -> Request:
    names = [{"type": event} for event in events]
    return Request(Method.PUT, f"applications/{safe(app)}/eventFilter", (), {"disallowed": names})
