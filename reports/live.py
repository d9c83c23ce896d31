"""The live board of one tenant: what the floor is, and what the day has brought so far, from the same facts.

Who waits and what each agent does comes from `acd.evolve`, so the board cannot differ from the floor; only what
the floor forgets (the counts of the day, the last finished calls) is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from acd import facts
from acd.evolve import evolve
from acd.facts import Body
from acd.model import Direction, Floor
from kernel.fact import Fact
from kernel.ids import AgentId, CallId, LegId, QueueId, TenantId
from kernel.moment import TOKYO, seconds_between
from reports.agent_times import AgentDay, doing
from reports.capacity import NOTHING, Moved, moved
from reports.concerned import agents_of
from reports.known import is_known
from reports.queue_counts import Periods
from reports.waits import Waited

FINISHED_KEPT: Final = 20


@dataclass(slots=True)
class Course:
    """What the board needs to know of a living call that the floor forgets on the way."""

    arrived: datetime
    direction: Direction
    queue: QueueId | None = None
    queued: datetime | None = None
    agent: AgentId | None = None
    waited: Waited = field(default_factory=Waited)
    talking_since: datetime | None = None
    """Since when its parties hear each other: not while one of them holds."""
    talked: float = 0.0
    holding: set[LegId] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class FinishedCall:
    """One line of the last finished calls; times in seconds."""

    call: CallId
    direction: Direction
    queue: QueueId | None
    agent: AgentId | None
    arrived: datetime
    ended: datetime
    outcome: str
    wait_seconds: float
    talk_seconds: float


@dataclass(frozen=True, slots=True)
class Touched:
    """What one fact may have changed on the board."""

    queues: frozenset[QueueId] = frozenset()
    agents: frozenset[AgentId] = frozenset()
    capacity: Moved = NOTHING
    finished: FinishedCall | None = None
    new_day: bool = False
    """Midnight passed: every count begins anew, so every row may have changed."""


@dataclass(slots=True)
class Board:
    """One tenant's board at `as_of`, after the fact `seq`. Only `fold` changes it."""

    tenant: TenantId
    zone: tzinfo = TOKYO
    floor: Floor = field(init=False)
    seq: int = 0
    as_of: datetime | None = None
    periods: Periods = field(init=False)
    agent_days: dict[AgentId, AgentDay] = field(default_factory=dict)
    rung_from: dict[AgentId, QueueId] = field(default_factory=dict)
    """The queue of each agent's last offer; the floor forgets a call's queue when its wait is over."""
    courses: dict[CallId, Course] = field(default_factory=dict)
    finished: list[FinishedCall] = field(default_factory=list)
    """The last calls that ended, the newest first."""

    def __post_init__(self) -> None:
        self.floor = Floor(self.tenant)
        self.periods = Periods(self.zone)


def fold(board: Board, fact: Fact[object]) -> Touched:
    """Apply one fact and say what it may have changed. Facts come in the order of `seq`, each exactly once.

    A fact that this version does not know takes its place in the order and changes nothing else.
    """
    board.seq, board.as_of = fact.seq, fact.at
    return _apply(board, fact) if is_known(fact) else Touched()


def _apply(board: Board, fact: Fact[Body]) -> Touched:
    queues, new_day = _turn_page(board, fact.at)
    agents, capacity = agents_of(board.floor, fact.body), moved(board.floor, fact.body)
    matchable = {agent: _served(board.floor, agent) for agent in agents}
    evolve(board.floor, fact)
    finished = _count(board, fact.body, fact.at)
    queue = _queue_of(fact.body)
    if queue is not None:
        queues.add(queue)
    for agent in agents:
        # A queue's row tells how many could be rung: it changes when one of them joins those or leaves them.
        queues |= matchable[agent] ^ _served(board.floor, agent)
        _turn_agent(board, agent, fact.at)
    return Touched(frozenset(queues), frozenset(agents), capacity, finished, new_day)


def _turn_page(board: Board, at: datetime) -> tuple[set[QueueId], bool]:
    """Begin what begins anew when `at` is the first moment seen of it: the queues to be shown anew, and whether it is
    another day."""
    periods = board.periods
    day, quarter = periods.day, periods.quarter
    periods.turn(at)
    midnight = periods.day
    if day is None or midnight is None or quarter == periods.quarter:
        return set(), False
    if midnight == day:
        return set(board.floor.queues), False
    for agent, before in board.agent_days.items():
        board.agent_days[agent] = before.over(midnight)
    return set(board.floor.queues), True


def _turn_agent(board: Board, id: AgentId, at: datetime) -> None:
    agent = board.floor.agents.get(id)
    if agent is None:
        board.agent_days.pop(id, None)
    else:
        board.agent_days.setdefault(id, AgentDay()).turn(doing(board.floor, agent), at)


def _served(floor: Floor, id: AgentId) -> set[QueueId]:
    """The queues in whose row the agent is counted as ready."""
    agent = floor.agents.get(id)
    return set(agent.queues) if agent is not None and agent.matchable else set()


def _queue_of(body: Body) -> QueueId | None:
    match body:
        case facts.QueueConfigured():
            return body.queue.id
        case facts.QueueRemoved() | facts.CallQueued() | facts.CallLeftQueue() | facts.WaitRefused():
            return body.queue
        case facts.JoinRefused() | facts.RedialRecognised() | facts.CallbackRequested() | facts.CallbackEnded():
            return body.queue
        case _:
            return None


def _count(board: Board, body: Body, at: datetime) -> FinishedCall | None:
    match body:
        case facts.CallStarted():
            board.courses[body.call] = Course(body.arrived, body.direction)
        case facts.CallQueued():
            course = board.courses[body.call]
            course.queue = body.queue
            course.waited.joins(at)
            if not body.called_back:
                course.queued = body.since
                board.periods.joined(body.queue, body.since)
        case facts.CallLeftQueue():
            _leave_queue(board, body, at)
        case facts.WaitRefused() | facts.JoinRefused():
            board.periods.turned_away(body.queue, at)
        case facts.RedialRecognised():
            board.periods.redialled(body.queue, body.since)
        case facts.OfferMade():
            if body.queue is None:
                board.rung_from.pop(body.agent, None)
            else:
                board.rung_from[body.agent] = body.queue
        case facts.AgentRung():
            # He is on no queue's call now.
            board.rung_from.pop(body.agent, None)
        case facts.AgentDialled():
            board.rung_from.pop(body.agent, None)
            board.courses[body.call].agent = body.agent
        case facts.OfferAccepted():
            board.courses[body.call].agent = body.agent
            board.agent_days.setdefault(body.agent, AgentDay()).answered += 1
        case facts.ConversationStarted():
            board.courses[body.call].talking_since = at
        case facts.LegHeld():
            course = board.courses[body.call]
            course.holding.add(body.leg)
            _count_talk(course, at)
        case facts.LegUnheld() | facts.LegLeft():
            course = board.courses[body.call]
            if body.leg in course.holding:
                course.holding.remove(body.leg)
                course.talking_since = at if not course.holding else None
        case facts.ConversationEnded():
            _count_talk(board.courses[body.call], at)
        case facts.QueueRemoved():
            board.periods.forget(body.queue)
        case facts.AgentRemoved():
            board.rung_from.pop(body.agent, None)
        case facts.CallEnded():
            return _finish(board, body, at)
        case _:
            return None
    return None


def _leave_queue(board: Board, body: facts.CallLeftQueue, at: datetime) -> None:
    """Judged by the settings with which the wait began."""
    course, call = board.courses[body.call], board.floor.calls[body.call]
    course.waited.leaves(body.waited, at)
    if course.queued is not None and call.settings is not None:
        board.periods.left(body, course.queued, call.settings)


def _count_talk(course: Course, at: datetime) -> None:
    if course.talking_since is not None:
        course.talked += seconds_between(course.talking_since, at)
        course.talking_since = None


def _finish(board: Board, body: facts.CallEnded, at: datetime) -> FinishedCall:
    course = board.courses.pop(body.call)
    _count_talk(course, at)
    line = FinishedCall(
        call=body.call,
        direction=course.direction,
        queue=course.queue,
        agent=course.agent,
        arrived=course.arrived,
        ended=at,
        outcome=body.outcome,
        wait_seconds=course.waited.seconds,
        talk_seconds=course.talked,
    )
    board.finished.insert(0, line)
    del board.finished[FINISHED_KEPT:]
    return line
