"""The connection to Redis, and what its channels are called."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bus.settings import BusSettings

_CONNECTIONS: Final = 50
_LIMIT: Final = 2.0

AWAY: Final = (RedisError, OSError, TimeoutError)
"""Every way in which Redis can be away."""


Value = TypeVar("Value")


async def heeding(words: Awaitable[Value]) -> Value:
    """Waits for what is said to Redis, and is cancelled when asked to.

    The library sends inside `asyncio.wait_for`, which before Python 3.12 forgets a cancellation that comes just as the
    sending ends (CPython issue 86296): a task told to stop would go on for ever. Raises what `words` raises, unless it
    was told to stop: then the answer may never have come, and its absence is no news either.
    """
    task = asyncio.current_task()
    before = 0 if task is None else task.cancelling()
    try:
        return await words
    finally:
        if task is not None and task.cancelling() > before:
            raise asyncio.CancelledError


class _Client(Redis):
    """Redis, whose every command may be cancelled."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        said: Any = super()  # the library's method has no types
        return await heeding(said.execute_command(*args, **options))


def connect(settings: BusSettings) -> Redis:
    """A client that waits for a free connection, gives up after 2 s and never sends anything twice by itself."""
    pool = BlockingConnectionPool.from_url(
        settings.redis_url,
        max_connections=_CONNECTIONS,
        timeout=_LIMIT,
        socket_timeout=_LIMIT,
        socket_connect_timeout=_LIMIT,
        retry=Retry(NoBackoff(), 0),
    )
    return _Client.from_pool(pool)


def channel(redis: Redis, *parts: object) -> str:
    """The name of a channel; pub/sub knows no databases, so the number of ours stands in the name."""
    database = redis.connection_pool.connection_kwargs.get("db", 0)
    return ".".join(["denwaban", str(database), *map(str, parts)])
