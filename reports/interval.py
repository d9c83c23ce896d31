"""What each quarter of an hour brought, for queues and agents: the grains of which every historical report is a sum.

Whoever joined a queue belongs to the quarter in which his wait began, whenever it ends; an agent's seconds are split
by the clock (metrics.md, section 5). Quarters begin on the full quarter of UTC, which is one everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from acd import facts
from acd.config import QueueConfig
from acd.evolve import evolve, pass_over
from acd.facts import Body
from acd.model import Agent, Floor, Shown, Work
from kernel.fact import Fact
from kernel.ids import AgentId, CallId, QueueId, TenantId
from kernel.moment import after, seconds_between, slot_start
from reports.agent_times import Doing, doing
from reports.concerned import agents_of
from reports.known import is_known
from reports.queue_counts import ended

GRAIN: Final = 15
"""Minutes."""


class Spent(StrEnum):
    """What an agent's time is spent on; while he is signed in, every second is in exactly one."""

    READY = "ready_seconds"
    OFFERED = "offered_seconds"
    CONNECTING = "connecting_seconds"
    """On a call in which nobody hears him yet."""
    TALK = "talk_seconds"
    HOLD = "hold_seconds"
    WRAP_UP = "wrap_up_seconds"
    PAUSED = "paused_seconds"
    MISSED = "missed_seconds"
    UNREACHABLE = "unreachable_seconds"


class Count(StrEnum):
    """What of a queue, or of an agent, is counted; O, A, B and F are those of metrics.md.

    `still_waiting` is counted up and down by itself, so O = A + B + F + CB + failed + still waiting is a check and no
    definition. `longest_wait` is a maximum, all others are sums.
    """

    OFFERED = "offered"
    ANSWERED = "answered"
    ANSWERED_IN_TIME = "answered_in_time"
    ANSWERED_WAIT = "answered_wait_seconds"
    ABANDONED = "abandoned"
    ABANDONED_IN_TIME = "abandoned_in_time"
    ABANDONED_WAIT = "abandoned_wait_seconds"
    SHORT_ABANDONED = "short_abandoned"
    OVERFLOWED = "overflowed"
    CALLBACKS = "callbacks"
    LEFT_BY_KEY = "left_by_key"
    REDIALLED = "redialled"
    FAILED = "failed"
    TURNED_AWAY = "turned_away"
    STILL_WAITING = "still_waiting"
    LONGEST_WAIT = "longest_wait_seconds"
    RUNG = "rung"
    ACCEPTED = "accepted"
    MISSED = "missed"
    REFUSED = "refused"
    HANDLED = "handled"


@dataclass(frozen=True, slots=True)
class Grain:
    """So much more of something in the quarter that begins at `slot`; for the longest wait: at least so much."""

    slot: datetime
    queue: QueueId | None
    agent: AgentId | None
    what: str
    much: float


@dataclass(slots=True)
class Course:
    """A wait that is not over: where, since when, judged by which settings."""

    queue: QueueId
    since: datetime
    settings: QueueConfig


@dataclass(frozen=True, slots=True)
class Runs:
    """What runs over from one fact to the next besides the floor: waits that are not over, and what each agent who is
    signed in does since when."""

    courses: dict[CallId, Course]
    now: dict[AgentId, tuple[Spent, datetime]]


@dataclass(slots=True)
class Intervals:
    """Where the fold of one tenant stands. Only `fold` changes it.

    `now`: what each signed-in agent does, since when; `turned`: of whom that has changed since it was last taken.
    """

    tenant: TenantId
    floor: Floor = field(init=False)
    seq: int = 0
    courses: dict[CallId, Course] = field(default_factory=dict)
    now: dict[AgentId, tuple[Spent, datetime]] = field(default_factory=dict)
    turned: set[AgentId] = field(default_factory=set)

    @classmethod
    def resumed(cls, floor: Floor, runs: Runs) -> Intervals:
        """The fold right after the last fact of the `floor`, which it takes over; what each agent does counts as
        told."""
        intervals = cls(floor.tenant, floor.seq, runs.courses, runs.now)
        intervals.floor = floor
        return intervals

    @property
    def runs(self) -> Runs:
        return Runs(self.courses, self.now)

    def take_turned(self) -> dict[AgentId, tuple[Spent, datetime] | None]:
        """Who does something else than when this was last asked; None: he is not signed in any more."""
        taken = {agent: self.now.get(agent) for agent in self.turned}
        self.turned.clear()
        return taken

    def __post_init__(self) -> None:
        self.floor = Floor(self.tenant)


def fold(intervals: Intervals, fact: Fact[object]) -> list[Grain]:
    """What one fact adds. Facts come in the order of `seq`, each exactly once; what this version does not know adds
    nothing."""
    intervals.seq = fact.seq
    if not is_known(fact):
        pass_over(intervals.floor, fact)
        return []
    grains = list(_of_waits(intervals, fact.body, fact.at))
    grains.extend(_of_offers(intervals, fact.body, fact.at))
    touched = agents_of(intervals.floor, fact.body)
    evolve(intervals.floor, fact)
    for agent in touched:
        grains.extend(_turn(intervals, agent, fact.at))
    return grains


def spread(agent: AgentId, what: Spent, since: datetime, until: datetime) -> Iterator[Grain]:
    """A stretch of time, cut at the quarters."""
    begin = since
    while begin < until:
        slot = slot_start(begin, GRAIN, UTC)
        end = min(until, after(slot, GRAIN * 60))
        yield Grain(slot, None, agent, what, seconds_between(begin, end))
        begin = end


def _of_waits(intervals: Intervals, body: Body, at: datetime) -> Iterator[Grain]:
    match body:
        case facts.CallQueued(called_back=False):
            settings = intervals.floor.queues[body.queue].config
            intervals.courses[body.call] = Course(body.queue, body.since, settings)
            yield _queued(body.queue, body.since, Count.OFFERED)
            yield _queued(body.queue, body.since, Count.STILL_WAITING)
        case facts.CallLeftQueue() if body.call in intervals.courses:
            course = intervals.courses.pop(body.call)
            yield _queued(course.queue, course.since, Count.STILL_WAITING, -1)
            yield _queued(course.queue, course.since, Count.LONGEST_WAIT, body.waited)
            for what, much in ended(body, course.settings):
                if much:
                    yield _queued(course.queue, course.since, Count(what), much)
        case facts.RedialRecognised():
            yield _queued(body.queue, body.since, Count.REDIALLED)
        case facts.WaitRefused() | facts.JoinRefused():
            yield _queued(body.queue, at, Count.TURNED_AWAY)
        case _:
            return


def _of_offers(intervals: Intervals, body: Body, at: datetime) -> Iterator[Grain]:
    match body:
        case facts.OfferMade():
            yield _counted(body.agent, at, Count.RUNG)
        case facts.OfferAccepted():
            yield _counted(body.agent, at, Count.ACCEPTED)
            yield _counted(body.agent, at, Count.HANDLED)
        case facts.OfferMissed():
            yield _counted(body.agent, at, Count.MISSED)
        case facts.OfferRefused():
            yield _counted(body.agent, at, Count.REFUSED)
        case facts.AgentDialled():
            yield _counted(body.agent, at, Count.HANDLED)
        case _:
            return


def _queued(queue: QueueId, at: datetime, what: Count, much: float = 1) -> Grain:
    return Grain(slot_start(at, GRAIN, UTC), queue, None, what, much)


def _counted(agent: AgentId, at: datetime, what: Count) -> Grain:
    return Grain(slot_start(at, GRAIN, UTC), None, agent, what, 1)


def _turn(intervals: Intervals, id: AgentId, at: datetime) -> Iterator[Grain]:
    """The agent's stretch ends when he does something else from now on."""
    agent = intervals.floor.agents.get(id)
    does = None if agent is None else spent(intervals.floor, agent)
    before = intervals.now.get(id)
    if does is (None if before is None else before[0]):
        return
    intervals.turned.add(id)
    if before is not None:
        yield from spread(id, before[0], before[1], at)
        del intervals.now[id]
    if does is not None:
        intervals.now[id] = (does, at)


_FREE: Final = {
    Shown.READY: Spent.READY,
    Shown.PAUSED: Spent.PAUSED,
    Shown.MISSED: Spent.MISSED,
    Shown.UNREACHABLE: Spent.UNREACHABLE,
    # Nobody can reach him, as little as without a phone; who listens takes no calls meanwhile.
    Shown.NOT_CONNECTABLE: Spent.UNREACHABLE,
    Shown.LISTENING: Spent.PAUSED,
}


def spent(floor: Floor, agent: Agent) -> Spent | None:
    """What the agent spends his time on; None: he is not signed in."""
    if not agent.signed_in:
        return None
    match agent.work:
        case Work.FREE:
            return _FREE[agent.shown]
        case Work.OFFERED:
            return Spent.OFFERED
        case Work.WRAP_UP:
            return Spent.WRAP_UP
        case Work.ON_CALL:
            return _ON_CALL[doing(floor, agent)]


_ON_CALL: Final = {
    Doing.TALK: Spent.TALK,
    Doing.HOLD: Spent.HOLD,
    Doing.WRAP_UP: Spent.WRAP_UP,
    None: Spent.CONNECTING,
}
