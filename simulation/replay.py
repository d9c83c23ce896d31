"""A day that has been, once more: its callers against another routing plan, decided by the floor, in virtual time.

Who gave up then gives up after the same wait again; how long the others would have waited nobody knows, so they stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from acd import effects, facts, inputs
from acd.config import AgentConfig, QueueConfig
from acd.facts import CallEnded, CallLeftQueue, CallQueued
from acd.inputs import Input
from acd.model import Destination, Wish, Work
from kernel.ids import AgentId, CommandId, QueueId
from kernel.refusal import Code, Refused
from simulation.virtual_time import VirtualTime

_OF_AGENTS: Final = (
    facts.AgentSignedIn, facts.AgentSignedOut, facts.WishChanged, facts.OfferMade, facts.OfferAccepted,
    facts.OfferMissed, facts.OfferRefused, facts.OfferWithdrawn, facts.OfferLost, facts.WrapUpStarted, facts.AgentFreed,
    facts.AgentDialled, facts.AgentRung,
)  # fmt: skip
"""Facts that change whether an agent takes calls, or has one."""
SPEECH: Final = 6.0
"""Seconds that an announcement lasts."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody joined `queue` after so many seconds of the day, kept an agent for `handling` seconds without wrap-up,
    and gave up after `patience` seconds (None: he was served)."""

    at: float
    queue: QueueId
    handling: float
    patience: float | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """An agent at work from `begins` to `ends`, in seconds of the day."""

    agent: AgentConfig
    begins: float = 0.0
    ends: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How calls are given out: queues, and who works when."""

    queues: tuple[QueueConfig, ...]
    shifts: tuple[Shift, ...]


@dataclass(slots=True)
class Tally:
    """Of a queue: who joined, was answered (and how soon), gave up, or left otherwise."""

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    waited: float = 0.0
    abandoned: int = 0
    left: int = 0

    @property
    def level(self) -> float | None:
        """SL-strict: answered in time, of all who joined."""
        return self.in_time / self.offered if self.offered else None

    @property
    def asa(self) -> float | None:
        return self.waited / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class Result:
    """What the plan made of the day; `occupancy`: of the time of agents at work who take calls, the part with calls."""

    queues: dict[QueueId, Tally]
    occupancy: float | None


def replay(arrivals: Iterable[Arrival], plan: Plan, start: datetime) -> Result:
    """Let the day happen. Raises ValueError for a caller of a queue that the plan does not have."""
    known = {queue.id for queue in plan.queues}
    ordered = sorted(arrivals, key=lambda one: one.at)
    for one in ordered:
        if one.queue not in known:
            raise ValueError(f"the plan has no queue {one.queue}")
    day = _Day(plan, start=start)
    for one in ordered:
        day.enters(one, one.queue)
    day.to_the_end()
    spent = day.working + day.idle
    return Result(day.tallies, day.working / spent if spent else None)


@dataclass(slots=True)
class _Day(VirtualTime):
    """The floor on that day, and everybody around it."""

    plan: Plan
    working: float = 0.0
    idle: float = 0.0
    tallies: dict[QueueId, Tally] = field(default_factory=dict)
    _within: dict[QueueId, float] = field(default_factory=dict)
    _shown: dict[AgentId, bool] = field(default_factory=dict)
    _count: Counter[bool] = field(default_factory=Counter)
    """Whether each agent at work who takes calls has one, and of how many that is so and is not, since `_since`."""
    _since: float = 0.0

    def __post_init__(self) -> None:
        """The plan is in force, and everybody comes and goes by his shift."""
        self.tallies = {queue.id: Tally() for queue in self.plan.queues}
        self._within = {queue.id: queue.answer_within for queue in self.plan.queues}
        self.opens(self.plan.queues, [shift.agent for shift in self.plan.shifts])
        for shift in self.plan.shifts:
            for at, given in _turns(shift):
                self.later(at, given)

    def hears(self) -> dict[type, Callable[[Any], None]]:
        return {
            CallQueued: self._queued,
            CallLeftQueue: self._left,
            CallEnded: lambda body: self.callers.pop(body.call, None),
            **dict.fromkeys(_OF_AGENTS, self._agent_changed),
        }

    def does(self) -> dict[type, Callable[[Any], None]]:
        return {
            **VirtualTime.does(self),
            effects.PlayToCaller: self._speaks,
            effects.AnnouncePosition: self._speaks,
            # Whoever answers outside is not part of the plan: the next step is taken.
            effects.FindWay: lambda find: self.take(
                inputs.OverflowWayFound(find.call, find.step, Refused(Code.NO_LINE))
            ),
            effects.FindWayBack: lambda find: self.take(
                inputs.WayBackFound(find.call, find.queue, find.cause, find.step, Destination())
            ),
            effects.ContinueFlow: self._flow_goes_on,
        }

    def to_the_end(self) -> None:
        """Everything that is still due happens, as long as anybody is there."""
        while self._due and (self.floor.calls or self._due[0][0] <= self.now):
            self.until(self._due[0][0])
        self._time_passed()

    def _agent_changed(self, body: Any) -> None:
        self._time_passed()
        agent = self.floor.agents[body.agent]
        before = self._shown.pop(agent.id, None)
        if before is not None:
            self._count[before] -= 1
        takes_calls = agent.signed_in and agent.wish is Wish.READY
        if agent.work is not Work.FREE or takes_calls:
            busy = self._shown[agent.id] = agent.work is not Work.FREE
            self._count[busy] += 1

    def _time_passed(self) -> None:
        passed, self._since = self.now - self._since, self.now
        self.working += passed * self._count[True]
        self.idle += passed * self._count[False]

    def _queued(self, body: CallQueued) -> None:
        self.tallies[body.queue].offered += 1

    def _left(self, body: CallLeftQueue) -> None:
        tally = self.tallies[body.queue]
        match body.outcome:
            case "answered":
                tally.answered += 1
                tally.in_time += body.waited <= self._within[body.queue]
                tally.waited += body.waited
            case "abandoned":
                tally.abandoned += 1
            case _:
                tally.left += 1

    def _speaks(self, says: effects.PlayToCaller | effects.AnnouncePosition) -> None:
        self.later(self.now + SPEECH, inputs.PlaybackEnded(says.call, says.playback))

    def _flow_goes_on(self, effect: effects.ContinueFlow) -> None:
        if effect.happened == "full":
            self.take(inputs.CallReleased(effect.call, "released"))


def _turns(shift: Shift) -> Sequence[tuple[float, Input]]:
    """He signs in and is ready; at the end he takes no more calls."""
    id = AgentId(shift.agent.id)
    return (
        (shift.begins, inputs.LineSeen(id, True)),
        (shift.begins, inputs.SignIn(CommandId(f"in {id}"), id)),
        (shift.begins, inputs.SetWish(CommandId(f"ready {id}"), id, Wish.READY)),
        (shift.ends, inputs.SetWish(CommandId(f"home {id}"), id, Wish.PAUSED)),
    )
