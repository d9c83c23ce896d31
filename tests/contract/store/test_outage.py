"""PostgreSQL killed and started again: said to be away, and nothing lost or doubled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from acd.facts import AgentSignedIn
from acd.schema import SCHEMAS
from kernel.fact import Fact, Stream
from kernel.ids import AgentId, Shard, TenantId
from kernel.moment import parse
from store.engine import platform_engine
from store.errors import StoreUnavailable
from store.facts import AnyFact, FactStore, Last
from store.jobs import job_bell
from store.leases import Lease, Leases
from store.migrate import migrate
from store.settings import StoreSettings
from tests.services import PrivatePostgres, private_postgres

EVEN = TenantId("even")


@pytest.fixture
def server() -> Iterator[PrivatePostgres]:
    with private_postgres() as postgres:
        yield postgres


@pytest.fixture
async def engine(server: PrivatePostgres, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    settings = StoreSettings(
        var=tmp_path, database_url=server.url.format("denwaban"), database_password_file=server.owner_password
    )
    await migrate(settings)
    engine = platform_engine(settings)
    yield engine
    await engine.dispose()


def signed_in(seq: int) -> AnyFact:
    agent = AgentId("agent_1")
    at = parse("2026-11-21T01:02:03Z")
    return Fact(EVEN, 1, seq, at, Stream.FLOOR, "AgentSignedIn", SCHEMAS[AgentSignedIn], agent, AgentSignedIn(agent))


async def test_a_writer_goes_on_where_it_was_when_the_database_is_back(
    engine: AsyncEngine, server: PrivatePostgres
) -> None:
    store, leases = FactStore(engine), Leases(engine)
    (lease,) = await leases.take([Shard(1)], "one", 600)
    assert isinstance(lease, Lease)
    facts = [signed_in(seq) for seq in range(1, 21)]
    await store.append(facts[:10])
    async with job_bell(engine) as bell:
        server.kill()
        with pytest.raises(StoreUnavailable):
            await bell.wait(30)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await store.append(facts)
    with pytest.raises(StoreUnavailable):
        await leases.renew([lease], 600)
    server.start()
    await store.append(facts)
    assert await store.since(EVEN, 0) == tuple(facts)
    assert await store.last(EVEN) == Last(1, 20)
    assert isinstance((await leases.renew([lease], 600))[0], Lease)
