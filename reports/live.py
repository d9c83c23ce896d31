"""The live board of one tenant: what the floor is, and what the day has brought so far, from the same facts.

Who waits and what each agent does comes from `acd.evolve`, so the board cannot differ from the floor; only what
the floor forgets (today's counts, the last finished calls) is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from acd import facts
from acd.evolve import evolve
from acd.facts import Body
from acd.model import Floor
from kernel.fact import Fact
from kernel.ids import AgentId, CallId, QueueId, TenantId
from kernel.moment import TOKYO, day_start, seconds_between
from reports.known import is_known

FINISHED_KEPT: Final = 20


@dataclass(slots=True)
class QueueDay:
    """What a queue has done since midnight, in the words of metrics.md: O, A, B, F and the waits behind ASA."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    overflowed: int = 0
    failed: int = 0
    answered_wait_seconds: float = 0.0


@dataclass(slots=True)
class Course:
    """What the board needs to know of a living call that the floor forgets on the way."""

    arrived: datetime
    queue: QueueId | None = None
    agent: AgentId | None = None
    waited: float = 0.0
    talking_since: datetime | None = None
    talked: float = 0.0


@dataclass(frozen=True, slots=True)
class FinishedCall:
    """One line of the last finished calls; times in seconds."""

    call: CallId
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
    seats: bool = False
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
    day: datetime | None = None
    queue_days: dict[QueueId, QueueDay] = field(default_factory=dict)
    answered_by: dict[AgentId, int] = field(default_factory=dict)
    rung_from: dict[AgentId, QueueId] = field(default_factory=dict)
    """The queue of each agent's last offer; the floor forgets a call's queue when its wait is over."""
    courses: dict[CallId, Course] = field(default_factory=dict)
    finished: list[FinishedCall] = field(default_factory=list)
    """The last calls that ended, the newest first."""

    def __post_init__(self) -> None:
        self.floor = Floor(self.tenant)


def fold(board: Board, fact: Fact[object]) -> Touched:
    """Apply one fact and say what it may have changed. Facts come in the order of `seq`, each exactly once.

    A fact that this version does not know takes its place in the order and changes nothing else.
    """
    board.seq, board.as_of = fact.seq, fact.at
    return _apply(board, fact) if is_known(fact) else Touched()


def _apply(board: Board, fact: Fact[Body]) -> Touched:
    new_day = _turn_page(board, fact.at)
    agents = _agents_of(board.floor, fact.body)
    evolve(board.floor, fact)
    finished = _count(board, fact.body, fact.at)
    queues = {queue for queue in (_queue_of(fact.body),) if queue is not None}
    for agent in agents:
        known = board.floor.agents.get(agent)
        queues.update(known.config.queues if known is not None else ())
    seats = isinstance(fact.body, facts.SeatTaken | facts.SeatReturned | facts.LimitsChanged | facts.AgentRemoved)
    return Touched(frozenset(queues), frozenset(agents), seats, finished, new_day)


def _turn_page(board: Board, at: datetime) -> bool:
    """Begin a new day's counts when `at` is the first moment seen of a later day."""
    today = day_start(at, board.zone)
    if board.day is not None and today <= board.day:
        return False
    first = board.day is None
    board.day = today
    board.queue_days.clear()
    board.answered_by.clear()
    return not first


def _queue_of(body: Body) -> QueueId | None:
    match body:
        case facts.QueueConfigured():
            return body.queue.id
        case facts.QueueRemoved() | facts.CallQueued() | facts.CallLeftQueue() | facts.OfferMade():
            return body.queue
        case _:
            return None


def _agents_of(floor: Floor, body: Body) -> set[AgentId]:
    """The agents whose row the fact may change; asked before it is applied, while its leg still stands."""
    match body:
        case facts.AgentConfigured():
            return {body.agent.id}
        case facts.LegGone():
            leg = floor.legs.get(body.leg)
            return set() if leg is None or leg.agent is None else {leg.agent}
        case (
            facts.CommandDone()
            | facts.CommandRefused()
            | facts.SeatRefused()
            | facts.LegStarted()
            | facts.LiveChanged()
        ):
            return set()
        case _:
            agent: AgentId | None = getattr(body, "agent", None)
            return set() if agent is None else {agent}


def _count(board: Board, body: Body, at: datetime) -> FinishedCall | None:
    match body:
        case facts.CallStarted():
            board.courses[body.call] = Course(body.arrived)
        case facts.CallQueued():
            board.courses[body.call].queue = body.queue
            _today(board, body.queue).offered += 1
        case facts.CallLeftQueue():
            board.courses[body.call].waited += body.waited
            _count_leaving(_today(board, body.queue), body)
        case facts.OfferMade():
            board.rung_from[body.agent] = body.queue
        case facts.OfferAccepted():
            board.courses[body.call].agent = body.agent
            board.answered_by[body.agent] = board.answered_by.get(body.agent, 0) + 1
        case facts.ConversationStarted():
            board.courses[body.call].talking_since = at
        case facts.ConversationEnded():
            _count_talk(board.courses[body.call], at)
        case facts.QueueRemoved():
            board.queue_days.pop(body.queue, None)
        case facts.AgentRemoved():
            board.answered_by.pop(body.agent, None)
            board.rung_from.pop(body.agent, None)
        case facts.CallEnded():
            return _finish(board, body, at)
        case _:
            return None
    return None


def _today(board: Board, queue: QueueId) -> QueueDay:
    return board.queue_days.setdefault(queue, QueueDay())


def _count_leaving(day: QueueDay, body: facts.CallLeftQueue) -> None:
    match body.outcome:
        case "answered":
            day.answered += 1
            day.answered_wait_seconds += body.waited
        case "abandoned":
            day.abandoned += 1
        case "platform_failure":
            day.failed += 1
        case _:
            day.overflowed += 1


def _count_talk(course: Course, at: datetime) -> None:
    if course.talking_since is not None:
        course.talked += seconds_between(course.talking_since, at)
        course.talking_since = None


def _finish(board: Board, body: facts.CallEnded, at: datetime) -> FinishedCall:
    course = board.courses.pop(body.call)
    _count_talk(course, at)
    line = FinishedCall(
        call=body.call,
        queue=course.queue,
        agent=course.agent,
        arrived=course.arrived,
        ended=at,
        outcome=body.outcome,
        wait_seconds=course.waited,
        talk_seconds=course.talked,
    )
    board.finished.insert(0, line)
    del board.finished[FINISHED_KEPT:]
    return line
