"""A day that has been, once more: its callers against another routing plan, decided by the floor, in virtual time.

Who gave up then gives up after the same wait again; how long the others would have waited nobody knows, so they stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final

from acd import effects, inputs
from acd.config import AgentConfig, Limits, QueueConfig
from acd.decide import decide
from acd.evolve import evolve
from acd.facts import CallEnded, CallLeftQueue, CallQueued
from acd.inputs import Input
from acd.model import Floor, Wish, Work
from acd.schema import SCHEMAS
from kernel.fact import Fact, Stream
from kernel.ids import FIRST_NODE, AgentId, CallId, CommandId, LegId, PersonalId, QueueId, TenantId
from kernel.moment import after
from kernel.refusal import Code, Refused

_TENANT: Final = TenantId("replay")
_FACTS: Final = frozenset(SCHEMAS)
_NORMAL: Final = 16
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
    day = _Day(plan, start)
    for one in ordered:
        day.comes(one)
    day.to_the_end()
    spent = day.working + day.idle
    return Result(day.tallies, day.working / spent if spent else None)


@dataclass(slots=True)
class _Day:
    """The floor on that day, and everybody around it."""

    plan: Plan
    start: datetime
    floor: Floor = field(default_factory=lambda: Floor(_TENANT))
    now: float = 0.0
    working: float = 0.0
    idle: float = 0.0
    tallies: dict[QueueId, Tally] = field(default_factory=dict)
    _due: list[tuple[float, int, Input, CallId | None]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _callers: dict[CallId, Arrival] = field(default_factory=dict)
    _within: dict[QueueId, float] = field(default_factory=dict)
    _seq: int = 0

    def __post_init__(self) -> None:
        """The plan is in force, and everybody comes and goes by his shift."""
        self.tallies = {queue.id: Tally() for queue in self.plan.queues}
        self._within = {queue.id: queue.answer_within for queue in self.plan.queues}
        agents = tuple(shift.agent for shift in self.plan.shifts)
        self._take(inputs.ShardWasTaken(1))
        self._take(inputs.UseConfig(self.plan.queues, agents, Limits()))
        self._take(inputs.RecoveryFinished())
        for shift in self.plan.shifts:
            for at, given in _turns(shift):
                self._later(at, given)

    def comes(self, arrival: Arrival) -> None:
        """Time passes until he comes, and he is on his way into the queue."""
        self._until(arrival.at)
        name = f"c{self._seq}"
        call, leg = CallId(f"call_{name}"), LegId(f"leg_{name}")
        self._callers[call] = arrival
        moment = after(self.start, self.now)
        self._take(inputs.CallArrived(call, leg, FIRST_NODE, name, "", PersonalId(""), moment))
        self._take(inputs.CallRouted(call, arrival.queue, 0, moment))
        if arrival.patience is not None and call in self._callers:
            self._later(arrival.at + arrival.patience, inputs.LegEnded(leg, _NORMAL), call)

    def to_the_end(self) -> None:
        """Everything that is still due happens, as long as anybody is there."""
        while self._due and (self.floor.calls or self._due[0][0] <= self.now):
            self._until(self._due[0][0])

    def _until(self, seconds: float) -> None:
        while self._due and self._due[0][0] <= seconds:
            at, _, given, waiting = heappop(self._due)
            self._pass(at)
            if waiting is None or waiting in self._callers:
                self._take(given)
        self._pass(seconds)

    def _pass(self, seconds: float) -> None:
        for agent in self.floor.agents.values():
            if agent.work is not Work.FREE:
                self.working += seconds - self.now
            elif agent.signed_in and agent.wish is Wish.READY:
                self.idle += seconds - self.now
        self.now = seconds

    def _later(self, seconds: float, given: Input, only_waiting: CallId | None = None) -> None:
        heappush(self._due, (max(seconds, self.now), next(self._order), given, only_waiting))

    def _take(self, given: Input) -> None:
        now = after(self.start, self.now)
        asked: list[Any] = []
        for item in decide(self.floor, given, now):
            if type(item) in _FACTS:
                self._apply(item, now)
            else:
                asked.append(item)
        for effect in asked:
            self._perform(effect)

    def _apply(self, body: Any, now: datetime) -> None:
        self._seq += 1
        match body:
            case CallQueued():
                self.tallies[body.queue].offered += 1
            case CallLeftQueue():
                self._left(body)
            case CallEnded():
                self._callers.pop(body.call, None)
        evolve(self.floor, Fact(_TENANT, 1, self._seq, now, Stream.FLOOR, "", 1, "", body))

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

    def _perform(self, effect: Any) -> None:
        match effect:
            case effects.RingAgent():
                self._take(inputs.LegAnswered(effect.leg))
            case effects.Connect():
                self._talk(effect)
            case effects.HangUp():
                self._take(inputs.LegEnded(effect.leg, _NORMAL))
            case effects.PlayToCaller() | effects.AnnouncePosition():
                self._later(self.now + SPEECH, inputs.PlaybackEnded(effect.call, effect.playback))
            case effects.FindWay():
                # Whoever answers outside is not part of the plan: the next step is taken.
                self._take(inputs.OverflowWayFound(effect.call, effect.step, Refused(Code.NO_LINE)))
            case effects.ContinueFlow(call, "full"):
                self._take(inputs.CallReleased(call, "released"))
            case effects.SetTimer() if not isinstance(effect.then, inputs.PreparedIdle):
                self._later((effect.at - self.start).total_seconds(), effect.then)
            case _:
                return

    def _talk(self, effect: effects.Connect) -> None:
        """They talk until the caller hangs up."""
        call = self.floor.conversations[effect.conversation].call
        leg = self.floor.calls[call].caller_leg
        arrival = self._callers.pop(call, None)
        if leg is not None and arrival is not None:
            self._later(self.now + arrival.handling, inputs.LegEnded(leg, _NORMAL))


def _turns(shift: Shift) -> Sequence[tuple[float, Input]]:
    """He signs in and is ready; at the end he takes no more calls."""
    id = AgentId(shift.agent.id)
    return (
        (shift.begins, inputs.LineSeen(id, True)),
        (shift.begins, inputs.SignIn(CommandId(f"in {id}"), id)),
        (shift.begins, inputs.SetWish(CommandId(f"ready {id}"), id, Wish.READY)),
        (shift.ends, inputs.SetWish(CommandId(f"home {id}"), id, Wish.PAUSED)),
    )
