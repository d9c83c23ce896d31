"""Which agents have a live connection, told by each api process to the controllers; what is not renewed lapses."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import orjson
import structlog
from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis

from bus.client import AWAY, channel
from bus.subscription import Heard, listen
from bus.wire import Malformed
from kernel.ids import AgentId, Shard, TenantId, shard_of

_log = structlog.get_logger()
_PRESENCE: Final = "presence"
RENEWAL: Final = 10.0
"""Seconds after which an api process tells again who is connected; with nobody connected it tells nothing."""
LASTS: Final = 25.0
"""Seconds for which a word holds: two renewals may be lost before an agent counts as gone."""
_AT_ONCE: Final = 200
"""Agents in one message: a controller reads it between two calls."""

Who = tuple[TenantId, AgentId]


@dataclass(frozen=True, slots=True)
class Presence:
    """Agents of a tenant who are connected through the api process `api` for `lasts` seconds more, or are no longer."""

    api: str
    tenant: TenantId
    here: tuple[AgentId, ...]
    gone: tuple[AgentId, ...]
    lasts: float


class PresenceTeller:
    """Tells who is connected to this api process. `run` must run for as long as `here` is used."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._api = secrets.token_hex(8)
        self._open: Counter[Who] = Counter()
        self._changed: dict[Who, None] = {}
        self._wake = asyncio.Event()

    @contextmanager
    def here(self, tenant: TenantId, agent: AgentId) -> Iterator[None]:
        """The agent has a live connection, perhaps one of several, for as long as this lasts."""
        who = (tenant, agent)
        self._count(who, 1)
        try:
            yield
        finally:
            self._count(who, -1)

    async def run(self) -> None:
        """Tell, until cancelled: each first and last connection of an agent at once, and everybody now and then.

        While Redis is away nothing is told; who came meanwhile is told with the next renewal, who went lapses.
        """
        loop, me = asyncio.get_running_loop(), asyncio.current_task()
        renewed = loop.time()
        while True:
            await self._until(renewed + RENEWAL)
            told, self._changed = self._changed, {}
            self._wake.clear()
            if loop.time() >= renewed + RENEWAL:
                renewed = loop.time()
                told |= dict.fromkeys(self._open)
            await self._tell(told)
            if me is not None and me.cancelling():
                # The client of Redis may lose a cancellation that comes when its answer does.
                raise asyncio.CancelledError

    def _count(self, who: Who, change: int) -> None:
        before = self._open[who]
        self._open[who] += change
        if not self._open[who]:
            del self._open[who]
        if not before or who not in self._open:
            self._changed[who] = None
            self._wake.set()

    async def _until(self, renewal: float) -> None:
        """Something has changed, or the moment of the renewal has come; with nobody connected it never does."""
        if self._open:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(renewal):
                    await self._wake.wait()
        else:
            await self._wake.wait()

    async def _tell(self, told: Iterable[Who]) -> None:
        by_tenant: dict[TenantId, list[AgentId]] = {}
        for tenant, agent in told:
            by_tenant.setdefault(tenant, []).append(agent)
        for tenant, agents in by_tenant.items():
            for first in range(0, len(agents), _AT_ONCE):
                await self._publish(tenant, agents[first : first + _AT_ONCE])

    async def _publish(self, tenant: TenantId, agents: Sequence[AgentId]) -> None:
        here = tuple(agent for agent in agents if (tenant, agent) in self._open)
        gone = tuple(agent for agent in agents if (tenant, agent) not in self._open)
        data = orjson.dumps(Presence(self._api, tenant, here, gone, LASTS))
        with suppress(*AWAY):
            await self._redis.publish(channel(self._redis, _PRESENCE, shard_of(tenant)), data)


class PresenceDoor:
    """Where a controller hears who of its shards' tenants is connected."""

    def __init__(self, redis: Redis, shards: Sequence[Shard], heard: Callable[[Presence], None]) -> None:
        self._redis = redis
        self._channels = [channel(redis, _PRESENCE, shard) for shard in shards]
        self._heard = heard

    async def run(self) -> None:
        """Hears, until cancelled or until `heard` raises; what is missed while Redis is away comes again."""
        async with aclosing(listen(self._redis, self._channels)) as happenings:
            async for happening in happenings:
                if isinstance(happening, Heard):
                    self._take(happening.data)

    def _take(self, data: bytes) -> None:
        try:
            presence = read_presence(data)
        except Malformed as error:
            _log.warning("bus.presence_malformed", reason=str(error))
        else:
            self._heard(presence)


def read_presence(data: bytes) -> Presence:
    """The message of these bytes. Raises Malformed."""
    try:
        presence: Presence = _adapter().validate_json(data)
    except ValidationError as error:
        raise Malformed(type(error).__name__) from None
    return presence


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Presence)
