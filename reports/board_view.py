"""What is read off a board: its rows, ready to be shown; moments instead of running times, so that rows stay true."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime

from acd.model import Agent, Queue, Shown, Wish, Work
from acd.offers import offers_of
from kernel.ids import AgentId, CallId, PersonalId, QueueId
from kernel.moment import day_start, slot_start
from reports import capacity
from reports.agent_times import AgentDay, Doing
from reports.capacity import Capacity
from reports.live import Board, FinishedCall
from reports.queue_counts import QUARTER, Counts
from reports.service_level import SHOWN, Formula, level


@dataclass(frozen=True, slots=True)
class CountsRow:
    """What became of those who joined the queue since `since`; each number as in `reports.queue_counts`.

    `asa_seconds`: mean wait of the answered, None without any. `service_level`: 0 to 1 by the row's terms, None while
    nothing has happened that it counts.
    """

    since: datetime
    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    overflowed: int
    callbacks: int
    left_by_key: int
    redialled: int
    failed: int
    turned_away: int
    asa_seconds: float | None
    service_level: float | None


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """How the service level is counted: its formula's name, within how many seconds, and the share that is aimed at.

    `short_abandon_seconds`: up to which wait an abandon is a short one.
    """

    formula: Formula
    within_seconds: float
    target: float
    short_abandon_seconds: float


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue now, today, and in the running quarter of an hour. `longest_wait_since`: from when the longest waiting
    caller waits."""

    id: QueueId
    name: str
    waiting: int
    callbacks_waiting: int
    longest_wait_since: datetime | None
    ready: int
    service: ServiceTerms
    today: CountsRow
    quarter: CountsRow


@dataclass(frozen=True, slots=True)
class AgentToday:
    """What an agent has done since midnight; what he is doing right now is not in the seconds yet."""

    answered: int
    talk_seconds: float
    hold_seconds: float
    wrap_up_seconds: float


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent now: the one word people see, since when, with which call of which queue.

    `doing` since `doing_since`: what of his time is being counted and has to be added to `today`. `reason_name`: what
    the tenant calls a reason of its own; `next`: what he wishes to be after his call or wrap-up; `missed`: offers in a
    row that he let ring; `away_from`: queues of his that he does not serve for now; `desk`: the endpoint of another
    phone at which he works; `connectable`: what was reported of him, None where that does not count.
    """

    id: AgentId
    name: str
    state: Shown
    reason: str
    since: datetime
    call: CallId | None
    queue: QueueId | None
    queues: tuple[QueueId, ...]
    wrap_up_until: datetime | None
    doing: Doing | None
    doing_since: datetime | None
    today: AgentToday
    reason_name: str = ""
    next: Wish | None = None
    missed: int = 0
    away_from: tuple[QueueId, ...] = ()
    desk: str = ""
    connectable: bool | None = None


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """One waiting caller; `position` 1 is next. `offered_to`: all whose phones ring for him."""

    position: int
    call: CallId
    number: str
    caller: PersonalId
    priority: int
    since: datetime
    offered_to: tuple[AgentId, ...]


@dataclass(frozen=True, slots=True)
class BoardView:
    """The whole board after the fact `seq`. `open`: calls are being matched (not so while recovering)."""

    seq: int
    as_of: datetime | None
    open: bool
    queues: tuple[QueueRow, ...]
    agents: tuple[AgentRow, ...]
    seats: Capacity
    places: Capacity
    channels: Capacity
    finished: tuple[FinishedCall, ...]


def view(board: Board, now: datetime) -> BoardView:
    """Everything on the board at the moment `now`, which only decides whether the counts are still those of now."""
    return BoardView(
        seq=board.seq,
        as_of=board.as_of,
        open=board.floor.open,
        queues=queues(board, now),
        agents=agents(board, now),
        seats=capacity.seats(board.floor),
        places=capacity.places(board.floor),
        channels=capacity.channels(board.floor),
        finished=tuple(board.finished),
    )


def queues(board: Board, now: datetime) -> tuple[QueueRow, ...]:
    """The rows of all queues, by id."""
    return tuple(row for id in sorted(board.floor.queues) if (row := queue_row(board, id, now)) is not None)


def agents(board: Board, now: datetime) -> tuple[AgentRow, ...]:
    """The rows of all agents, by id."""
    return tuple(row for id in sorted(board.floor.agents) if (row := agent_row(board, id, now)) is not None)


def queue_row(board: Board, id: QueueId, now: datetime) -> QueueRow | None:
    """The queue's row; None when there is no such queue."""
    queue = board.floor.queues.get(id)
    if queue is None:
        return None
    config = queue.config
    return QueueRow(
        id=id,
        name=config.name,
        waiting=len(queue.turns),
        callbacks_waiting=sum(1 for one in board.floor.callbacks.values() if one.queue == id),
        longest_wait_since=_oldest(queue),
        ready=len(queue.ready),
        service=ServiceTerms(SHOWN, config.answer_within, config.service_target, config.short_abandon),
        today=_counts(board.periods.today(id, now), day_start(now, board.zone)),
        quarter=_counts(board.periods.this_quarter(id, now), slot_start(now, QUARTER, board.zone)),
    )


def _counts(counts: Counts, since: datetime) -> CountsRow:
    return CountsRow(
        since=since,
        offered=counts.offered,
        answered=counts.answered,
        abandoned=counts.abandoned,
        short_abandoned=counts.short_abandoned,
        overflowed=counts.overflowed,
        callbacks=counts.callbacks,
        left_by_key=counts.left_by_key,
        redialled=counts.redialled,
        failed=counts.failed,
        turned_away=counts.turned_away,
        asa_seconds=counts.answered_wait_seconds / counts.answered if counts.answered else None,
        service_level=level(SHOWN, counts),
    )


def agent_row(board: Board, id: AgentId, now: datetime) -> AgentRow | None:
    """The agent's row; None when there is no such agent."""
    agent = board.floor.agents.get(id)
    if agent is None:
        return None
    day = _day(board, id, now)
    return AgentRow(
        id=id,
        name=agent.config.name,
        state=agent.shown,
        reason=agent.reason,
        since=agent.since,
        call=agent.call,
        queue=board.rung_from.get(id) if agent.call is not None else None,
        queues=agent.config.queues,
        wrap_up_until=agent.wrap_up_until,
        doing=day.doing,
        doing_since=day.since,
        today=AgentToday(day.answered, day.talk_seconds, day.hold_seconds, day.wrap_up_seconds),
        reason_name=_own_reason(board, agent),
        next=agent.wish if agent.work in (Work.ON_CALL, Work.WRAP_UP) else None,
        missed=agent.missed,
        away_from=tuple(sorted(agent.away_from)),
        desk=agent.desk,
        connectable=agent.connectable if agent.config.reported else None,
    )


def _own_reason(board: Board, agent: Agent) -> str:
    own = board.floor.pauses.get(agent.reason)
    return "" if own is None else own.name


def _day(board: Board, id: AgentId, now: datetime) -> AgentDay:
    """His day as it is at `now`, also when no fact has been seen of it yet."""
    day, today = board.agent_days.get(id, AgentDay()), day_start(now, board.zone)
    return day if board.periods.day is None or today <= board.periods.day else day.over(today)


def waiting(board: Board, id: QueueId) -> tuple[WaitingCall, ...] | None:
    """Who waits in the queue, the next first; None when there is no such queue."""
    queue = board.floor.queues.get(id)
    if queue is None:
        return None
    return tuple(
        WaitingCall(
            position=position,
            call=call.id,
            number=call.number,
            caller=call.caller,
            priority=call.priority,
            since=call.queued or call.arrived,
            offered_to=tuple(offer.agent for offer in offers_of(board.floor, call)),
        )
        for position, call in enumerate((board.floor.calls[turn[2]] for turn in queue.turns), start=1)
    )


def _oldest(queue: Queue) -> datetime | None:
    """A higher priority may stand before a longer wait: the first of each priority is looked at, not every caller."""
    turns, oldest, place = queue.turns, None, 0
    while place < len(turns):
        order, since, _ = turns[place]
        oldest = since if oldest is None else min(oldest, since)
        place = bisect_left(turns, order + 1, lo=place, key=lambda turn: turn[0])
    return oldest
