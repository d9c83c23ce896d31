"""Presence through a real Redis: first and last connections at once, everybody again now and then, nobody never."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from bus import presence
from bus.presence import LASTS, Presence, PresenceDoor, PresenceTeller, read_presence
from bus.wire import Malformed
from kernel.ids import AgentId, TenantId, shard_of
from tests.contract.bus.beside import PATIENCE
from tests.services import PrivateRedis

EVEN = TenantId("even")
ANN, BOB = AgentId("ann"), AgentId("bob")
Heard = asyncio.Queue[Presence]


async def following(heard: Heard) -> Presence:
    async with asyncio.timeout(PATIENCE):
        return await heard.get()


@asynccontextmanager
async def between(redis: Redis) -> AsyncIterator[tuple[PresenceTeller, Heard]]:
    """One api and one controller, both at work; the controller listens already."""
    heard = Heard()
    teller, door = PresenceTeller(redis), PresenceDoor(redis, [shard_of(EVEN)], heard.put_nowait)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(teller.run()), tasks.create_task(door.run())]
        await listening(teller, heard)
        yield teller, heard
        for task in running:
            task.cancel()


async def listening(teller: PresenceTeller, heard: Heard) -> None:
    """Returns when the door hears: what is told before it listens is lost. Nothing told so far is left over."""
    probe = 0
    while heard.empty():
        probe += 1
        with teller.here(EVEN, AgentId(f"probe-{probe}")):
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.02)
    while AgentId(f"probe-{probe}") not in (await following(heard)).gone:
        continue


async def test_the_first_connection_and_the_last_are_told_and_those_between_are_not(redis: Redis) -> None:
    async with between(redis) as (teller, heard):
        with teller.here(EVEN, ANN):
            first = await following(heard)
            with teller.here(EVEN, ANN), teller.here(EVEN, BOB):
                assert (await following(heard)).here == (BOB,)
            assert (await following(heard)).gone == (BOB,)
        last = await following(heard)
        assert (first.tenant, first.here, first.gone, first.lasts) == (EVEN, (ANN,), (), LASTS)
        assert (last.api, last.here, last.gone) == (first.api, (), (ANN,))
        assert heard.empty()


async def test_who_is_connected_is_told_again_and_again_and_nobody_is_not(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "RENEWAL", 0.05)
    async with between(redis) as (teller, heard):
        with teller.here(EVEN, ANN), teller.here(EVEN, BOB):
            await following(heard)
            for _ in range(3):
                assert set((await following(heard)).here) == {ANN, BOB}
        while (await following(heard)).here:
            continue
        await asyncio.sleep(0.2)
        assert heard.empty()


async def test_many_are_told_in_several_messages(redis: Redis) -> None:
    crowd = [AgentId(f"agent-{number:03}") for number in range(450)]
    async with between(redis) as (teller, heard), asyncio.TaskGroup() as tasks:
        leave = asyncio.Event()

        async def come(agent: AgentId) -> None:
            with teller.here(EVEN, agent):
                await leave.wait()

        for agent in crowd:
            tasks.create_task(come(agent))
        told: list[Presence] = []
        while {agent for one in told for agent in one.here} != set(crowd):
            told.append(await following(heard))
        leave.set()
    assert len(told) >= 3
    assert max(len(one.here) for one in told) <= 200


async def test_after_redis_was_away_the_next_renewal_tells_who_came_meanwhile(
    redis: Redis, server: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "RENEWAL", 0.2)
    async with between(redis) as (teller, heard):
        server.kill()
        with teller.here(EVEN, ANN):
            await asyncio.sleep(0.1)
            assert heard.empty()
            server.start()
            assert (await following(heard)).here == (ANN,)


@pytest.mark.parametrize("data", [b"", b"null", b"{}", b'{"api":"a","tenant":"t","here":"x","gone":[],"lasts":1}'])
def test_what_is_no_presence_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_presence(data)
