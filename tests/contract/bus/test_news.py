"""News through a real Redis: in order, for whom they are, and a word when some may be missing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from redis.asyncio import Redis

from bus.client import connect
from bus.news import Lost, News, NewsPublisher, NewsReader
from bus.settings import BusSettings
from kernel.ids import TenantId
from tests.contract.bus.beside import PATIENCE
from tests.services import PrivateRedis

EVEN, OTHER = TenantId("even"), TenantId("other")


async def following(reader: AsyncGenerator[News | Lost, None]) -> News | Lost:
    async with asyncio.timeout(PATIENCE):
        return await anext(reader)


async def test_a_reader_hears_first_that_it_must_read_then_its_tenants_news_in_order(redis: Redis) -> None:
    publisher = NewsPublisher(redis)
    async with aclosing(NewsReader(redis).read([EVEN])) as reader, aclosing(NewsReader(redis).read()) as all_news:
        assert await following(reader) == await following(all_news) == Lost()
        assert await publisher.publish(OTHER, [b"{}"])
        for number in range(50):
            assert await publisher.publish(EVEN, [b'{"seq":%d}' % number, b"{}"])
        assert await publisher.publish(EVEN, [])
        assert await following(all_news) == News(OTHER, (b"{}",))
        for number in range(50):
            news = News(EVEN, (b'{"seq":%d}' % number, b"{}"))
            assert await following(reader) == await following(all_news) == news


async def test_a_reader_is_told_after_redis_was_away_and_the_publisher_never_breaks(
    redis: Redis, server: PrivateRedis
) -> None:
    publisher = NewsPublisher(redis)
    async with aclosing(NewsReader(redis).read([EVEN, OTHER])) as reader:
        assert await following(reader) == Lost()
        for _ in range(2):
            server.kill()
            assert not await publisher.publish(EVEN, [b"missed"])
            server.start()
            assert await following(reader) == Lost()
            assert await publisher.publish(EVEN, [b"heard"])
            assert await following(reader) == News(EVEN, (b"heard",))
        await redis.flushall()
        assert await publisher.publish(OTHER, [b"heard"])
        assert await following(reader) == News(OTHER, (b"heard",))


async def test_two_platforms_on_one_server_do_not_hear_each_other(redis: Redis, server: PrivateRedis) -> None:
    second = connect(BusSettings(redis_url=f"{server.url}?db=1"))
    async with aclosing(NewsReader(redis).read()) as reader:
        assert await following(reader) == Lost()
        assert await NewsPublisher(second).publish(EVEN, [b"theirs"])
        assert await NewsPublisher(redis).publish(EVEN, [b"ours"])
        assert await following(reader) == News(EVEN, (b"ours",))
    await second.connection_pool.disconnect()


@pytest.mark.parametrize("frozen", [False, True])
async def test_a_reader_told_to_stop_stops_at_whatever_moment_it_is_told(
    redis: Redis, server: PrivateRedis, frozen: bool
) -> None:
    """The library forgets a cancellation that meets the end of a sending; each step of the beginning is tried."""

    async def read() -> None:
        async with aclosing(NewsReader(redis).read()) as news:
            async for _ in news:
                pass

    if frozen:
        server.freeze()
    readings = []
    for steps in range(60):
        readings.append(asyncio.create_task(read()))
        for _ in range(steps):
            await asyncio.sleep(0)
        readings[-1].cancel()
    _, deaf = await asyncio.wait(readings, timeout=PATIENCE)
    steps_of_the_deaf = [steps for steps, reading in enumerate(readings) if reading in deaf]
    for reading in deaf:
        reading.cancel()
    server.thaw()
    await asyncio.wait(readings)
    assert steps_of_the_deaf == []


async def test_a_publisher_told_to_stop_stops_at_whatever_moment_it_is_told(redis: Redis) -> None:
    async def publish() -> None:
        await NewsPublisher(redis).publish(TenantId("t"), [b"{}"])
        await asyncio.Event().wait()

    deaf = []
    for steps in range(60):
        await redis.connection_pool.disconnect()
        publishing = asyncio.create_task(publish())
        for _ in range(steps):
            await asyncio.sleep(0)
        publishing.cancel()
        if (await asyncio.wait([publishing], timeout=PATIENCE))[1]:
            deaf.append(steps)
            publishing.cancel()
            await asyncio.wait([publishing])
    assert deaf == []
