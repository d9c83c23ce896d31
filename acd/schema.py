"""The shape of each fact by version, and what a fact is about."""

from __future__ import annotations

from typing import Final, get_args

from acd.facts import (
    AgentConfigured,
    AgentSignedIn,
    Body,
    CallbackPlanned,
    CallbackRequested,
    CallQueued,
    CallStarted,
    CommandDone,
    CommandRefused,
    DialPlanned,
    DialTried,
    FloorOpened,
    FlowStepped,
    LegHeld,
    LegStarted,
    LimitsChanged,
    OfferMade,
    OfferMissed,
    PartyInvited,
    PositionAnnounced,
    QueueConfigured,
    SeatRefused,
    SeatReturned,
    SeatTaken,
    WrapUpStarted,
)

SCHEMAS: Final[dict[type, int]] = dict.fromkeys(get_args(Body), 1) | {
    AgentConfigured: 4,
    AgentSignedIn: 2,
    CommandDone: 2,
    CommandRefused: 2,
    CallbackPlanned: 2,
    CallbackRequested: 3,
    DialPlanned: 2,
    DialTried: 2,
    PartyInvited: 3,
    FloorOpened: 2,
    FlowStepped: 2,
    CallQueued: 3,
    CallStarted: 3,
    LegHeld: 2,
    LegStarted: 2,
    LimitsChanged: 3,
    OfferMade: 2,
    OfferMissed: 2,
    PositionAnnounced: 2,
    QueueConfigured: 7,
    SeatTaken: 2,
    SeatReturned: 2,
    SeatRefused: 2,
    WrapUpStarted: 2,
}
"""The version of each fact's shape. A change adds one here and a lift in store/codec.py; golden files keep old ones."""


def subject(body: Body) -> str:
    """The id this fact is mostly about: its call if it has one, else its agent, queue, or the tenant's floor."""
    for name in ("call", "agent", "queue"):
        value = getattr(body, name, None)
        if value is not None:
            return str(value) if isinstance(value, str) else str(value.id)
    return "floor"
