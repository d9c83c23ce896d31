"""What the floor keeps of waits beyond their order: a caller on an overflow chain, and one who is asked something."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from acd.config.routing import Requirement
from acd.config.waiting import CallbackRule, Cause, OverflowStep
from acd.demand import NOTHING, Demand
from acd.model.talks import Destination
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
    """A caller who is asked until `until` whether he wants to be called back: step `at` of his queue's chain,
    taken because of `cause`."""

    cause: Cause
    at: int
    until: datetime


@dataclass(slots=True)
class Callback:
    """Somebody who is to be called back instead of waiting; at most one call to him at a time.

    `number`: the tenant's that he called, and that is shown to him; `to` points to his own. `since`: from when his wait
    counts, with `priority`; `rule`: as it was when he asked. `destination`: how the tenant's lines reach him, None: not
    known yet. `begun`: how many attempts there were; `tried`: in how many of them he himself was called, not before
    `due` once more. `call`, `agent`: the attempt that runs, and whom it rings or engages; `reached_out`: whether he
    himself was called in it, and over how many `trunks` when he was called first. `demand`: what was asked for
    his call, `required`: the skills that this and his queue asked for then; `mark`: that of his number.
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
    begun: int = 0
    tried: int = 0
    trunks: int = 0
    call: CallId | None = None
    agent: AgentId | None = None
    reached_out: bool = False
    demand: Demand = NOTHING
    required: tuple[Requirement, ...] = ()
    mark: str = ""

    @property
    def turn(self) -> tuple[int, datetime, CallId]:
        """The key of his place among those who wait."""
        return (-self.priority, self.since, CallId(self.id))


@dataclass(slots=True)
class History:
    """The last ones of a queue: `handled`, how many seconds a call kept its agent; `errors`, by which share of the wait
    an estimate was wrong; `answering`, how many seconds it rang until somebody who was called back answered."""

    handled: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    answering: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Dropped:
    """The place of a caller who hung up, kept until `until`: his `call`, and from when on it counted."""

    call: CallId
    since: datetime
    priority: int
    until: datetime


def dropped_key(queue: QueueId, mark: str) -> str:
    """Under which the place is kept."""
    return f"{queue}/{mark}"
