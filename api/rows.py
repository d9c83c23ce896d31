"""Boards as they are sent over the live socket: one snapshot, then one change per fact."""

from __future__ import annotations

from datetime import datetime

import orjson

from api.schemas import agent as agent_shapes
from api.schemas import board as shapes
from api.schemas import queue as queue_shapes
from kernel.ids import AgentId, QueueId
from reports import capacity
from reports.board_view import agent_row, queue_row, view
from reports.capacity import Capacity
from reports.live import Board, Touched


def snapshot(board: Board, now: datetime) -> str:
    """The message that begins a live view: the board after the fact `seq`."""
    shape = shapes.Board.model_validate(view(board, now))
    body = orjson.Fragment(shape.model_dump_json())
    return orjson.dumps({"type": "snapshot", "seq": board.seq, "board": body}).decode()


def change(board: Board, line: bytes, touched: Touched, now: datetime) -> str:
    """The message of one fact (`line`, as it is stored), to be made right after it was folded."""
    changes = changed(board, touched, now).model_dump_json()
    message = {"type": "change", "seq": board.seq, "fact": orjson.Fragment(line), "changes": orjson.Fragment(changes)}
    return orjson.dumps(message).decode()


def changed(board: Board, touched: Touched, now: datetime) -> shapes.Changes:
    """The rows to be shown anew."""
    queue_ids, agent_ids = _ids(board, touched)
    queues = {id: queue_row(board, id, now) for id in queue_ids}
    agents = {id: agent_row(board, id, now) for id in agent_ids}
    return shapes.Changes(
        as_of=board.as_of,
        open=board.floor.open,
        queues=[queue_shapes.Queue.model_validate(row) for row in queues.values() if row is not None],
        agents=[agent_shapes.Agent.model_validate(row) for row in agents.values() if row is not None],
        removed_queues=[id for id, row in queues.items() if row is None],
        removed_agents=[id for id, row in agents.items() if row is None],
        seats=_capacity(capacity.seats(board.floor)) if touched.capacity.seats else None,
        places=_capacity(capacity.places(board.floor)) if touched.capacity.places else None,
        channels=_capacity(capacity.channels(board.floor)) if touched.capacity.channels else None,
        finished=shapes.FinishedCall.model_validate(touched.finished) if touched.finished is not None else None,
    )


def _capacity(seen: Capacity) -> shapes.Capacity:
    return shapes.Capacity.model_validate(seen)


def _ids(board: Board, touched: Touched) -> tuple[list[QueueId], list[AgentId]]:
    """Which rows; at midnight all of them, since their counts begin anew."""
    if not touched.new_day:
        return sorted(touched.queues), sorted(touched.agents)
    return sorted(touched.queues | board.floor.queues.keys()), sorted(touched.agents | board.floor.agents.keys())
