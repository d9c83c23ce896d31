"""Asks the controller of this machine which trunks answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final

import orjson

from kernel.ids import TrunkName
from numbering.lines import Health

LIMIT: Final = 1.0
LARGEST: Final = 1_000_000

TrunkHealth = Callable[[], Awaitable[Mapping[TrunkName, Health]]]


def trunk_health(controller_port: int) -> TrunkHealth:
    """The question; where nobody answers in time no trunk is named, and so none is known to live or to be dead."""

    async def ask() -> Mapping[TrunkName, Health]:
        with suppress(TimeoutError, OSError, ValueError, asyncio.IncompleteReadError):
            async with asyncio.timeout(LIMIT):
                told = orjson.loads(await _get(controller_port))
            return {TrunkName(name): Health(health) for name, health in told.items()}
        return {}

    return ask


async def _get(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /trunks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read(LARGEST)
        while more := await reader.read(LARGEST - len(answer)):
            answer += more
    finally:
        writer.close()
    return answer.partition(b"\r\n\r\n")[2]
