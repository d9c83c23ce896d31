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
    "BridgeVideoSourceChanged",
    "PlaybackContinuing",
    "RecordingStarted",
    "DeviceStateChanged",
)
"""Events nobody here reads. An `allowed` list would also drop RESTResponse (asterisk.md section 2)."""


def get(app: str) -> Request:
    """What the application is subscribed to, its channels among them."""
    return Request(Method.GET, f"applications/{safe(app)}")


def subscribe_endpoints(app: str) -> Request:
    """Hear of the state of all SIP endpoints and contacts; a lost socket loses this, so ask again on connect."""
    return Request(Method.POST, f"applications/{safe(app)}/subscription", (("eventSource", "endpoint:PJSIP"),))


def mute(app: str, events: Iterable[str] = NOISE) -> Request:
    """Stop Asterisk from sending these events to the application."""
    names = [{"type": event} for event in events]
    return Request(Method.PUT, f"applications/{safe(app)}/eventFilter", (), {"disallowed": names})
