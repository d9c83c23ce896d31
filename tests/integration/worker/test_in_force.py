"""What was published is told over a real Redis until a controller goes by it; the job in the database ends then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from bus.client import channel, connect
from bus.commands import CommandAccepted, CommandDoor, CommandMessage, CommandSender, ConfigPublished, Outcome
from bus.settings import BusSettings
from kernel.ids import TenantId, shard_of
from store.audit import SEED
from store.config import USE_CONFIG, ConfigStore
from store.jobs import JobStore
from store.personal import Sealer
from store.tenants import Tenant, TenantStore
from worker.in_force import InForce
from worker.jobs import work

NOVICE = TenantId("novice")


@asynccontextmanager
async def controller(redis: Redis, asked: list[CommandMessage]) -> AsyncIterator[None]:
    """Somebody who hears the commands: the first one he leaves unanswered, as one whose database is away would."""

    def answer(message: CommandMessage) -> Outcome | None:
        asked.append(message)
        return CommandAccepted(3) if len(asked) > 1 else None

    async with asyncio.TaskGroup() as tasks:
        door = tasks.create_task(CommandDoor(redis, [shard_of(NOVICE)], answer).run())
        while not (await redis.pubsub_numsub(channel(redis, "commands", shard_of(NOVICE))))[0][1]:
            await asyncio.sleep(0.01)
        yield
        door.cancel()


async def test_a_published_version_is_told_until_a_controller_goes_by_it(engine: AsyncEngine, redis_url: str) -> None:
    redis, jobs, asked = connect(BusSettings(redis_url=redis_url)), JobStore(engine), list[CommandMessage]()
    await TenantStore(engine).put(Tenant(NOVICE, "Novice"))
    sender = CommandSender(redis)
    kinds = {USE_CONFIG: InForce(sender, jobs, lambda: datetime.now(UTC)).do}
    async with asyncio.TaskGroup() as tasks:
        works = [tasks.create_task(sender.run()), tasks.create_task(work(engine, jobs, kinds))]
        await ConfigStore(engine, Sealer(bytes(32))).begin(NOVICE, SEED)
        async with controller(redis, asked), asyncio.timeout(60):
            while await jobs.seconds_to_next([USE_CONFIG]) is not None:
                await asyncio.sleep(0.05)
        for one in works:
            one.cancel()
    await redis.aclose()
    assert len(asked) == 2
    assert {(message.tenant, type(message.body)) for message in asked} == {(NOVICE, ConfigPublished)}
