"""The operations on bridges: those whose channels hear each other."""

from __future__ import annotations

from collections.abc import Iterable

from asterisk.names import safe
from asterisk.request import Method, Request


def create(bridge: str, kind: str = "mixing") -> Request:
    """Make a bridge named `bridge`; `kind` is a comma-separated list of mixing, dtmf_events, proxy_media."""
    return Request(Method.POST, f"bridges/{safe(bridge)}", (("type", kind),))


def destroy(bridge: str) -> Request:
    """End a bridge; its channels stay in Stasis, alone."""
    return Request(Method.DELETE, f"bridges/{safe(bridge)}")


def add(bridge: str, channels: Iterable[str], *, mute: bool = False) -> Request:
    """Bring channels into the bridge; they leave the bridge they are in. `mute`: they hear but are not heard."""
    query = [("channel", ",".join(safe(channel) for channel in channels))]
    if mute:
        query.append(("mute", "true"))
    return Request(Method.POST, f"bridges/{safe(bridge)}/addChannel", tuple(query))


def remove(bridge: str, channels: Iterable[str]) -> Request:
    """Take channels out of the bridge; they stay in Stasis."""
    names = ",".join(safe(channel) for channel in channels)
    return Request(Method.POST, f"bridges/{safe(bridge)}/removeChannel", (("channel", names),))


def get(bridge: str) -> Request:
    """One bridge's snapshot."""
    return Request(Method.GET, f"bridges/{safe(bridge)}")


def list_all() -> Request:
    """Snapshots of all bridges of this Asterisk."""
    return Request(Method.GET, "bridges", large=True)
