"""Whether calls can be taken: the boards are built, the database answers, the controller has ARI and its rebuild."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.live import LiveBoards
from store.engine import transaction
from store.errors import StoreUnavailable

LIMIT: Final = 1.0
"""Seconds each part has to answer."""


Ready = Callable[[], Awaitable[dict[str, bool]]]


def readiness(boards: LiveBoards, engine: AsyncEngine, controller_port: int) -> Ready:
    """A question that names each part and whether it is fine."""

    async def ask() -> dict[str, bool]:
        database, controller = await asyncio.gather(_within(_database(engine)), _within(_controller(controller_port)))
        return {"boards": boards.loaded.is_set(), "database": database, "controller": controller}

    return ask


async def _within(part: Awaitable[bool]) -> bool:
    try:
        async with asyncio.timeout(LIMIT):
            return await part
    except (TimeoutError, OSError, StoreUnavailable, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return False


async def _database(engine: AsyncEngine) -> bool:
    async with transaction(engine) as connection:
        await connection.execute(text("SELECT 1"))
    return True


async def _controller(port: int) -> bool:
    """The controller's own word on its loopback port; one request does not need an HTTP library."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        status = await reader.readuntil(b"\r\n")
    finally:
        writer.close()
    return status.split(b" ")[1:2] == [b"200"]
