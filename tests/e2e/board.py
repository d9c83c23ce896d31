"""The live board as a browser has it: one snapshot, then every change in order, and waits for what it shows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from robots.waiting import PATIENCE, Changes

Row = dict[str, Any]


class Board:
    """Agents and queues by id, the facts since the beginning, the calls that ended."""

    def __init__(self) -> None:
        self.messages: list[Row] = []
        self.agents: dict[str, Row] = {}
        self.queues: dict[str, Row] = {}
        self.seats: Row = {}
        self.places: Row = {}
        self.channels: Row = {}
        self.finished: list[Row] = []
        self.facts: list[Row] = []
        self.seq = 0
        self._changes = Changes()

    async def until(self, condition: Callable[[], Any], what: str, limit: float = PATIENCE) -> Any:
        """What the condition gives once it is true; TooLate after limit s."""
        return await self._changes.until(lambda: condition() or None, limit, f"{what}; last facts: {self.last()}")

    async def state(self, agent: str, state: str, limit: float = PATIENCE) -> Row:
        """The agent's row once he is shown so."""

        def shown() -> Row | None:
            return self.agents[agent] if self.agents[agent]["state"] == state else None

        row: Row = await self.until(shown, f"{agent} {state}", limit)
        return row

    async def waiting(self, queue: str, count: int, limit: float = PATIENCE) -> None:
        """So many callers wait in the queue."""
        await self.until(lambda: self.queues[queue]["waiting"] == count, f"{count} waiting in {queue}", limit)

    async def fact(self, kind: str, limit: float = PATIENCE, *, nth: int = 1, **body: object) -> Row:
        """The nth fact of a type since the board was opened, with these fields in its body."""

        def found() -> Row | None:
            hits = self.of(kind, **body)
            return hits[nth - 1] if len(hits) >= nth else None

        row: Row = await self.until(found, f"{kind} {body} ({nth})", limit)
        return row

    def of(self, kind: str, **body: object) -> list[Row]:
        """The facts of a type so far, with these fields in their bodies."""
        return [
            fact
            for fact in self.facts
            if fact["type"] == kind and all(fact["body"].get(name) == value for name, value in body.items())
        ]

    def last(self, count: int = 12) -> str:
        """The types of the last facts."""
        return " ".join(fact["type"] for fact in self.facts[-count:])

    async def follow(self, socket: ClientConnection) -> None:
        """Take every message in until the socket is closed."""
        try:
            async for text in socket:
                self._take(json.loads(text))
        except ConnectionClosed:
            return

    def _take(self, message: Row) -> None:
        self.messages.append(message)
        self.seq = message["seq"]
        shown = message["board"] if message["type"] == "snapshot" else message["changes"]
        self.agents.update({row["id"]: row for row in shown["agents"]})
        self.queues.update({row["id"]: row for row in shown["queues"]})
        self.seats = shown["seats"] or self.seats
        self.places = shown["places"] or self.places
        self.channels = shown["channels"] or self.channels
        if message["type"] == "change":
            if message["fact"] is not None:  # not told to who may see only himself
                self.facts.append(message["fact"])
            if shown["finished"] is not None:
                self.finished.append(shown["finished"])
        self._changes.changed()


@asynccontextmanager
async def watching(base: str, token: str, after: int | None = None) -> AsyncIterator[Board]:
    """A live board; it is there when its first message is. `after`: only what follows that fact."""
    url = f"{base.replace('http', 'ws', 1)}/live" + ("" if after is None else f"?after={after}")
    async with connect(url, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        board = Board()
        following = asyncio.create_task(board.follow(socket), name="board")
        try:
            await board.until(lambda: board.messages, "the first message")
            yield board
        finally:
            await socket.close()
            await following


async def as_far(*boards: Board) -> None:
    """All of these show the same moment, until the next await; each hears of what happens when it happens to read."""
    while len({board.seq for board in boards}) > 1:
        last = max(board.seq for board in boards)
        for board in boards:
            await board.until(lambda behind=board, last=last: behind.seq >= last, f"as far as {last}")
