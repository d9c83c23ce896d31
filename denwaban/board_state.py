"""The board as a client of the live socket keeps it: a snapshot, then the rows of each change put in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from api.schemas.agent import Agent
from api.schemas.board import Board, Changes, FinishedCall, Seats
from api.schemas.queue import Queue

FINISHED_SHOWN: Final = 8


@dataclass(slots=True)
class BoardState:
    """What is shown. `connected`: messages flow; otherwise what stands here is old and must be marked so."""

    connected: bool = False
    trouble: str = ""
    """Why they do not flow, in one word."""
    seq: int | None = None
    open: bool = False
    queues: dict[str, Queue] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    seats: Seats = field(default_factory=lambda: Seats(used=0, limit=None))
    finished: list[FinishedCall] = field(default_factory=list)

    def take(self, message: dict[str, Any]) -> None:
        """Put in one message of the live socket."""
        if message["type"] == "snapshot":
            self._begin(Board.model_validate(message["board"]))
        else:
            self._change(Changes.model_validate(message["changes"]))
        self.seq = message["seq"]

    def _begin(self, board: Board) -> None:
        self.open, self.seats = board.open, board.seats
        self.queues = {row.id: row for row in board.queues}
        self.agents = {row.id: row for row in board.agents}
        self.finished = board.finished[:FINISHED_SHOWN]

    def _change(self, changes: Changes) -> None:
        self.open, self.seats = changes.open, changes.seats or self.seats
        self.queues.update({row.id: row for row in changes.queues})
        self.agents.update({row.id: row for row in changes.agents})
        for queue in changes.removed_queues:
            self.queues.pop(queue, None)
        for agent in changes.removed_agents:
            self.agents.pop(agent, None)
        if changes.finished is not None:
            self.finished = [changes.finished, *self.finished][:FINISHED_SHOWN]
