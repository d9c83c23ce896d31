"""The live board and what one fact changed on it."""

from __future__ import annotations

from acd.model import Direction
from api.schemas.agent import Agent
from api.schemas.common import Moment, Shape
from api.schemas.queue import Queue


class Use(Shape):
    """How much of one kind of seat, called number or line is in use; `limit` None: not limited."""

    of: str
    used: int
    limit: int | None
    clause: str


class Capacity(Shape):
    """How much is in use of what the contracts count, in all and in parts; `limit` None: not limited."""

    used: int
    limit: int | None
    parts: tuple[Use, ...] = ()


class FinishedCall(Shape):
    """One of the last calls that ended."""

    call: str
    direction: Direction
    queue: str | None
    agent: str | None
    arrived: Moment
    ended: Moment
    outcome: str
    wait_seconds: float
    talk_seconds: float


class Board(Shape):
    """The whole board. `open`: calls are being given to agents (not so while recovering).

    Seats by kind of licence, waiting places by called number, channels by line.
    """

    as_of: Moment | None
    open: bool
    queues: list[Queue]
    agents: list[Agent]
    seats: Capacity
    places: Capacity
    channels: Capacity
    finished: list[FinishedCall]


class Changes(Shape):
    """The rows that one fact may have changed, as they are after it; what is None or empty stayed."""

    as_of: Moment | None
    open: bool
    queues: list[Queue]
    agents: list[Agent]
    removed_queues: list[str]
    removed_agents: list[str]
    seats: Capacity | None
    places: Capacity | None
    channels: Capacity | None
    finished: FinishedCall | None
