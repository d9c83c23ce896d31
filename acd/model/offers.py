"""An offer on the floor: a call ringing one agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.ids import AgentId, CallId, LegId, OfferId, QueueId
from kernel.records import quick


class OfferKind(StrEnum):
    """Why the agent is rung: his turn in a queue, he and nobody else is wanted, or he is to call somebody back."""

    QUEUE = "queue"
    DIRECT = "direct"
    CALLBACK = "callback"


@quick
@dataclass(frozen=True, slots=True)
class Offer:
    """A call ringing one agent until `ring_until`. `queue`: where it waits, None when it waits in none."""

    id: OfferId
    call: CallId
    queue: QueueId | None
    agent: AgentId
    leg: LegId
    made: datetime
    ring_until: datetime
    kind: OfferKind = OfferKind.QUEUE
