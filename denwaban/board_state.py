"""The board as a client of the live socket keeps it: a snapshot, then the rows of each change put in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from api.schemas.agent import Agent
from api.schemas.board import Board, Capacity, Changes, FinishedCall
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
    as_of: datetime | None = None
    """The moment of the last fact that is in it."""
    queues: dict[str, Queue] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    seats: Capacity = field(default_factory=lambda: Capacity(used=0, limit=None))
    places: Capacity = field(default_factory=lambda: Capacity(used=0, limit=None))
    channels: Capacity = field(default_factory=lambda: Capacity(used=0, limit=None))
    finished: list[FinishedCall] = field(default_factory=list)

    def take(self, message: dict[str, Any]) -> None:
        """Put in one message of the live socket."""
        if message["type"] == "snapshot":
            self._begin(Board.model_validate(message["board"]))
        else:
            self._change(Changes.model_validate(message["changes"]))
        self.seq = message["seq"]

    def _begin(self, board: Board) -> None:
        self.open, self.as_of = board.open, board.as_of
        self.seats, self.places, self.channels = board.seats, board.places, board.channels
        self.queues = {row.id: row for row in board.queues}
        self.agents = {row.id: row for row in board.agents}
        self.finished = board.finished[:FINISHED_SHOWN]

    def _change(self, changes: Changes) -> None:
        self.open, self.as_of = changes.open, changes.as_of
        self.seats, self.places = changes.seats or self.seats, changes.places or self.places
        self.channels = changes.channels or self.channels
        self.queues.update({row.id: row for row in changes.queues})
        self.agents.update({row.id: row for row in changes.agents})
        for queue in changes.removed_queues:
            self.queues.pop(queue, None)
        for agent in changes.removed_agents:
            self.agents.pop(agent, None)
        if changes.finished is not None:
            self.finished = [changes.finished, *self.finished][:FINISHED_SHOWN]
