"""What has happened to offers: made, accepted, missed, refused, withdrawn or lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.config.service import AfterMissed
from acd.model.offers import OfferKind
from kernel.ids import AgentId, CallId, LegId, OfferId, QueueId


@dataclass(frozen=True, slots=True)
class OfferMade:
    """A call is rung at an agent. `waiting` and `ready` count the choice there was at that moment."""

    offer: OfferId
    call: CallId
    queue: QueueId | None
    agent: AgentId
    leg: LegId
    ring_until: datetime
    waiting: int
    ready: int
    kind: OfferKind = OfferKind.QUEUE


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    offer: OfferId
    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class OfferMissed:
    """It rang out, or his phone was busy with a call that is none of ours. `then`: by the queue's policy he is shown as
    missed until he says ready, is signed out, or stays as he is, at the end of the line."""

    offer: OfferId
    call: CallId
    agent: AgentId
    then: AfterMissed = AfterMissed.PAUSED


@dataclass(frozen=True, slots=True)
class OfferRefused:
    """The agent's phone turned it down (`cause`: Q.850)."""

    offer: OfferId
    call: CallId
    agent: AgentId
    cause: int


@dataclass(frozen=True, slots=True)
class OfferWithdrawn:
    """Taken back by us: the caller left, or the wait ended otherwise."""

    offer: OfferId
    call: CallId
    agent: AgentId
    why: str


@dataclass(frozen=True, slots=True)
class OfferLost:
    """The phone could not be rung; not the agent's doing."""

    offer: OfferId
    call: CallId
    agent: AgentId
    reason: str
