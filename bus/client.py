"""The connection to Redis, and what its channels are called."""

from __future__ import annotations

from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bus.settings import BusSettings

_CONNECTIONS: Final = 50
_LIMIT: Final = 2.0

AWAY: Final = (RedisError, OSError, TimeoutError)
"""Every way in which Redis can be away."""


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
    return Redis.from_pool(pool)


def channel(redis: Redis, *parts: object) -> str:
    """The name of a channel; pub/sub knows no databases, so the number of ours stands in the name."""
    database = redis.connection_pool.connection_kwargs.get("db", 0)
    return ".".join(["denwaban", str(database), *map(str, parts)])
