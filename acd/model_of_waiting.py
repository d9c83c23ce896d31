"""What the floor keeps of waits beyond their order: a caller on an overflow chain, and one who is asked something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.config_of_waiting import CallbackRule, Cause, OverflowStep
from acd.model_of_talks import Destination
from kernel.ids import AgentId, CallbackId, CallId, PersonalId, QueueId


@dataclass(frozen=True, slots=True)
class Overflowing:
    """A caller on the overflow chain of `queue`, at its step `at`, because of `cause`.

    `since`: from when his wait counts, with `priority`. `listens`: he hears what the step has to say; `until`: how long
    his message may last (None: he leaves none now).
    """

    queue: QueueId
    cause: Cause
    chain: tuple[OverflowStep, ...]
    at: int
    since: datetime
    priority: int
    until: datetime | None = None

    @property
    def step(self) -> OverflowStep:
        return self.chain[self.at]


@dataclass(frozen=True, slots=True)
class Asked:
    """A waiting caller who is asked until `until` whether he wants to be called back: step `at` of his queue's chain,
    taken because of `cause`."""

    cause: Cause
    at: int
    until: datetime


@dataclass(slots=True)
class Callback:
    """Somebody who is to be called back instead of waiting; at most one call to him at a time.

    `number`: the tenant's that he called, and that is shown to him; `to` points to his own. `since`: from when his wait
    counts, with `priority`; `rule`: as it was when he asked. `destination`: how the tenant's lines reach him, None: not
    known yet. `tried`: how often he has been called, not before `due` once more. `call`, `agent`: the attempt that
    runs, and whom it rings or engages; `reached_out`: whether he himself was called in it.
    """

    id: CallbackId
    queue: QueueId
    number: str
    to: PersonalId
    since: datetime
    priority: int
    requested: datetime
    rule: CallbackRule
    due: datetime
    destination: Destination | None = None
    tried: int = 0
    call: CallId | None = None
    agent: AgentId | None = None
    reached_out: bool = False

    @property
    def turn(self) -> tuple[int, datetime, CallId]:
        """The key of his place among those who wait."""
        return (-self.priority, self.since, CallId(self.id))
