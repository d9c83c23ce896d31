"""The live board and what one fact changed on it."""

from __future__ import annotations

from api.schemas.agent import Agent
from api.schemas.common import Moment, Shape
from api.schemas.queue import Queue


class Seats(Shape):
    """Seats taken, and how many the contract allows; None: not limited."""

    used: int
    limit: int | None


class FinishedCall(Shape):
    """One of the last calls that ended."""

    call: str
    queue: str | None
    agent: str | None
    arrived: Moment
    ended: Moment
    outcome: str
    wait_seconds: float
    talk_seconds: float


class Board(Shape):
    """The whole board. `open`: calls are being given to agents (not so while recovering)."""

    as_of: Moment | None
    open: bool
    queues: list[Queue]
    agents: list[Agent]
    seats: Seats
    finished: list[FinishedCall]


class Changes(Shape):
    """The rows that one fact may have changed, as they are after it; what is None or empty stayed."""

    as_of: Moment | None
    open: bool
    queues: list[Queue]
    agents: list[Agent]
    removed_queues: list[str]
    removed_agents: list[str]
    seats: Seats | None
    finished: FinishedCall | None
