"""News of facts to whoever watches: at most once, in order, and saying when something may have been missed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from redis.asyncio import Redis

from bus.client import AWAY, channel
from bus.subscription import Heard, Interrupted, Subscribed, listen
from kernel.ids import TenantId

_NEWS: Final = "news"


@dataclass(frozen=True, slots=True)
class News:
    """Facts of a tenant, in order, each one line of JSON."""

    tenant: TenantId
    lines: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """Whatever came before may have been missed: read on from the database. Also the first thing a reader hears."""


class NewsPublisher:
    """Tells of facts that are in the database."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def publish(self, tenant: TenantId, lines: Sequence[bytes]) -> bool:
        """Tells whoever listens; False when Redis is away (the listeners will know that they missed something)."""
        if not lines:
            return True
        try:
            await self._redis.publish(channel(self._redis, _NEWS, tenant), b"\n".join(lines))
        except AWAY:
            return False
        return True


class NewsReader:
    """Hears the news of some or all tenants."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def read(self, tenants: Iterable[TenantId] | None = None) -> AsyncGenerator[News | Lost, None]:
        """The news of these tenants (None: of all), for ever; close it with `aclosing`.

        `Lost` comes first, when the listening has begun, and again each time Redis has been away: a reader that
        reads the database at every `Lost` and skips the seqs it knows misses nothing.
        """
        prefix = channel(self._redis, _NEWS, "")
        channels = [] if tenants is None else [f"{prefix}{tenant}" for tenant in tenants]
        patterns = [f"{prefix}*"] if tenants is None else []
        async with aclosing(listen(self._redis, channels, patterns)) as happenings:
            async for happening in happenings:
                match happening:
                    case Heard(name, data):
                        yield News(TenantId(name.removeprefix(prefix)), tuple(data.split(b"\n")))
                    case Subscribed():
                        yield Lost()
                    case Interrupted():
                        # What was missed can be read when news flow again; until then there may be more.
                        continue
