"""A Redis of each test's own, which the test may kill, and clients as the product makes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from bus.client import connect
from bus.settings import BusSettings
from tests.services import PrivateRedis, private_redis


@pytest.fixture
def server() -> Iterator[PrivateRedis]:
    with private_redis() as redis:
        yield redis


@pytest.fixture
async def redis(server: PrivateRedis) -> AsyncIterator[Redis]:
    client = connect(BusSettings(redis_url=server.url))
    yield client
    await client.aclose()
    await client.connection_pool.disconnect()
