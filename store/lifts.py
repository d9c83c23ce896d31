"""How shapes that were written down earlier become those of today, one version at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Lift = Callable[[dict[str, Any]], dict[str, Any]]


def limits(raw: dict[str, Any]) -> dict[str, Any]:
    """Limits as they were when all seats were of one kind: one pool of the kind "", or none when not limited."""
    seats = raw.get("seats")
    if isinstance(seats, list):
        return raw
    pools = [] if seats is None else [{"kind": "", "limit": seats, "clause": raw.get("seats_clause", "")}]
    return {"seats": pools}


def _limits_changed(body: dict[str, Any]) -> dict[str, Any]:
    return {"limits": limits(body["limits"])}


def _same(body: dict[str, Any]) -> dict[str, Any]:
    """Only fields with a default were added."""
    return body


LIFTS: Final[dict[tuple[str, int], Lift]] = {
    ("AgentConfigured", 1): _same,
    ("AgentConfigured", 2): _same,
    ("AgentConfigured", 3): _same,
    ("AgentSignedIn", 1): _same,
    ("CommandDone", 1): _same,
    ("CommandRefused", 1): _same,
    ("CallbackPlanned", 1): _same,
    ("CallbackRequested", 1): _same,
    ("CallbackRequested", 2): _same,
    ("DialPlanned", 1): _same,
    ("DialTried", 1): _same,
    ("PartyInvited", 1): _same,
    ("PartyInvited", 2): _same,
    ("FloorOpened", 1): _same,
    ("FlowStepped", 1): _same,
    ("CallQueued", 1): _same,
    ("CallQueued", 2): _same,
    ("CallStarted", 1): _same,
    ("CallStarted", 2): _same,
    ("LegHeld", 1): _same,
    ("LegStarted", 1): _same,
    ("LimitsChanged", 1): _limits_changed,
    ("LimitsChanged", 2): _same,
    ("OfferMade", 1): _same,
    ("OfferMissed", 1): _same,
    ("PositionAnnounced", 1): _same,
    ("QueueConfigured", 1): _same,
    ("QueueConfigured", 2): _same,
    ("QueueConfigured", 3): _same,
    ("QueueConfigured", 4): _same,
    ("QueueConfigured", 5): _same,
    ("QueueConfigured", 6): _same,
    ("SeatTaken", 1): _same,
    ("SeatReturned", 1): _same,
    ("SeatRefused", 1): _same,
    ("WrapUpStarted", 1): _same,
}
"""(type of a fact, schema) → how a body of that schema becomes one of the next. Golden files keep the old ones."""
