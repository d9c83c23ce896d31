"""What is read off a board: its rows, ready to be shown; moments instead of running times, so that rows stay true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.model import Queue, Shown
from kernel.ids import AgentId, CallId, PersonalId, QueueId
from kernel.moment import day_start
from reports.live import Board, FinishedCall, QueueDay


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue now and today. `longest_wait_since`: from when the longest waiting caller waits.

    `offered`, `answered`, `abandoned`, `overflowed`: O, A, B, F of metrics.md since midnight;
    `failed`: lost by a failure of ours, so that O = A + B + F + failed + waiting.
    `answered_wait_seconds` / `answered` is the ASA.
    """

    id: QueueId
    name: str
    waiting: int
    longest_wait_since: datetime | None
    ready: int
    offered: int
    answered: int
    abandoned: int
    overflowed: int
    failed: int
    answered_wait_seconds: float


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent now: the one word people see, since when, with which call of which queue."""

    id: AgentId
    name: str
    state: Shown
    reason: str
    since: datetime
    call: CallId | None
    queue: QueueId | None
    queues: tuple[QueueId, ...]
    wrap_up_until: datetime | None
    answered_today: int


@dataclass(frozen=True, slots=True)
class SeatCount:
    """Seats taken, and how many the contract allows (None: not limited)."""

    used: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """One waiting caller; `position` 1 is next. `offered_to`: whose phone rings for him."""

    position: int
    call: CallId
    number: str
    caller: PersonalId
    priority: int
    since: datetime
    offered_to: AgentId | None


@dataclass(frozen=True, slots=True)
class BoardView:
    """The whole board after the fact `seq`. `open`: calls are being matched (not so while recovering)."""

    seq: int
    as_of: datetime | None
    open: bool
    queues: tuple[QueueRow, ...]
    agents: tuple[AgentRow, ...]
    seats: SeatCount
    finished: tuple[FinishedCall, ...]


def view(board: Board, now: datetime) -> BoardView:
    """Everything on the board at the moment `now`, which only decides whether the counts are still today's."""
    return BoardView(
        seq=board.seq,
        as_of=board.as_of,
        open=board.floor.open,
        queues=tuple(line for id in sorted(board.floor.queues) if (line := queue_row(board, id, now)) is not None),
        agents=tuple(row for id in sorted(board.floor.agents) if (row := agent_row(board, id, now)) is not None),
        seats=seats(board),
        finished=tuple(board.finished),
    )


def queue_row(board: Board, id: QueueId, now: datetime) -> QueueRow | None:
    """The queue's row; None when there is no such queue."""
    queue = board.floor.queues.get(id)
    if queue is None:
        return None
    day = board.queue_days.get(id, QueueDay()) if _is_today(board, now) else QueueDay()
    return QueueRow(
        id=id,
        name=queue.config.name,
        waiting=len(queue.turns),
        longest_wait_since=_oldest(queue),
        ready=len(queue.ready),
        offered=day.offered,
        answered=day.answered,
        abandoned=day.abandoned,
        overflowed=day.overflowed,
        failed=day.failed,
        answered_wait_seconds=day.answered_wait_seconds,
    )


def agent_row(board: Board, id: AgentId, now: datetime) -> AgentRow | None:
    """The agent's row; None when there is no such agent."""
    agent = board.floor.agents.get(id)
    if agent is None:
        return None
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
        answered_today=board.answered_by.get(id, 0) if _is_today(board, now) else 0,
    )


def seats(board: Board) -> SeatCount:
    """Seats in use and the limit."""
    pools = board.floor.limits.seats
    return SeatCount(len(board.floor.seats), sum(pool.limit for pool in pools) if pools else None)


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
            offered_to=_offered_to(board, call.id),
        )
        for position, call in enumerate((board.floor.calls[turn[2]] for turn in queue.turns), start=1)
    )


def _offered_to(board: Board, call: CallId) -> AgentId | None:
    offer_id = board.floor.calls[call].offer
    offer = board.floor.offers.get(offer_id) if offer_id is not None else None
    return offer.agent if offer is not None else None


def _oldest(queue: Queue) -> datetime | None:
    """A higher priority may stand before a longer wait, so the first turn is not always the oldest."""
    return min((since for _, since, _ in queue.turns), default=None)


def _is_today(board: Board, now: datetime) -> bool:
    return board.day is not None and day_start(now, board.zone) <= board.day
