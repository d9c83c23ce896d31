"""The history in a real PostgreSQL: in order, once, only by whoever holds the shard, only for its tenant."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest
from asyncpg.exceptions import InsufficientPrivilegeError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from acd.facts import AgentSignedOut, LegUp, SeatRefused, SeatTaken
from kernel.fact import Fact, Stream
from kernel.ids import AgentId, CallId, LegId, Shard, TenantId, shard_of
from store.codec import UnknownFact, encode, unopened
from store.engine import tenant_session
from store.errors import SeqTaken, StaleEpoch
from store.facts import AnyFact, FactStore, Last
from store.leases import Lease, Leases

EVEN, OTHER = TenantId("even"), TenantId("other")
AT = datetime(2026, 11, 21, 1, 2, 3, 456789, tzinfo=UTC)


def leg_up(seq: int, tenant: TenantId = EVEN, epoch: int = 1, call: str = "call_1") -> AnyFact:
    body = LegUp(LegId(f"leg_{seq}"), CallId(call))
    return Fact(tenant, epoch, seq, AT, Stream.FLOOR, "LegUp", 1, call, body)


async def test_facts_come_back_in_order_and_by_subject(platform: AsyncEngine) -> None:
    store = FactStore(platform)
    signed_out = Fact(EVEN, 1, 3, AT, Stream.FLOOR, "AgentSignedOut", 1, "agent_1", AgentSignedOut(AgentId("agent_1")))
    facts = (leg_up(1), leg_up(2, call="call_2"), signed_out, leg_up(4))
    await store.append(facts[:2])
    await store.append(facts[2:])
    await store.append([leg_up(1, OTHER)])

    assert await store.since(EVEN, 0) == facts
    assert await store.since(EVEN, 1, limit=2) == facts[1:3]
    assert await store.of_subject(EVEN, CallId("call_1")) == (facts[0], facts[3])
    assert await store.of_subject(OTHER, CallId("call_2")) == ()
    calls = [CallId("call_1"), CallId("call_2"), CallId("call_9")]
    assert await store.of_subjects(EVEN, calls) == (facts[0], facts[1], facts[3])
    assert await store.of_subjects(OTHER, calls[1:]) == ()
    assert await store.last(EVEN) == Last(epoch=1, seq=4)
    assert await store.last(TenantId("nobody")) == Last(0, 0)
    assert await store.tenants() == (EVEN, OTHER)


def seat(seq: int, tenant: TenantId = EVEN) -> AnyFact:
    body = SeatTaken(AgentId("agent_1"), 1, 2, "full")
    return Fact(tenant, 1, seq, AT, Stream.FLOOR, "SeatTaken", 2, "agent_1", body)


async def test_facts_of_some_kinds_come_page_by_page_the_newest_first(
    platform: AsyncEngine, as_tenant: AsyncEngine
) -> None:
    await FactStore(platform).append([seat(seq) if seq % 3 == 0 else leg_up(seq) for seq in range(1, 17)])
    await FactStore(platform).append([seat(1, OTHER)])
    store = FactStore(as_tenant)
    first = await store.newest(EVEN, [SeatTaken, SeatRefused], 2)
    assert [fact.seq for fact in first.rows] == [15, 12]
    second = await store.newest(EVEN, [SeatTaken, SeatRefused], 2, first.next_cursor)
    last = await store.newest(EVEN, [SeatTaken, SeatRefused], 2, second.next_cursor)
    assert [fact.seq for fact in (*second.rows, *last.rows)] == [9, 6, 3]
    assert last.next_cursor is None
    assert (await store.newest(EVEN, [SeatRefused], 2)).rows == ()
    for cursor in ("x", "0", "-1", "9" * 30):
        with pytest.raises(ValueError, match=r"seq|int"):
            await store.newest(EVEN, [SeatTaken], 2, cursor)


async def test_an_unknown_fact_is_kept_as_it_was(platform: AsyncEngine) -> None:
    store = FactStore(platform)
    raw = b'{"tenant":"even","epoch":1,"seq":1,"at":"2026-11-21T01:02:03+00:00","stream":"floor","type":"Later","schema":7,"subject":"x","body":{"new":[1]}}'  # noqa: E501
    await store.append([Fact(EVEN, 1, 1, AT, Stream.FLOOR, "Later", 7, "x", UnknownFact(raw))])
    (fact,) = await store.since(EVEN, 0)
    assert fact.body == UnknownFact(raw)


async def test_a_fact_that_nobody_opened_arrives_as_what_it_is(platform: AsyncEngine) -> None:
    store = FactStore(platform)
    await store.append([unopened(encode(leg_up(1)))])
    assert await store.since(EVEN, 0) == (leg_up(1),)
    async with platform.begin() as connection:
        assert (await connection.execute(text("SELECT call FROM facts"))).scalar() == "call_1"


async def test_the_same_facts_again_change_nothing(platform: AsyncEngine) -> None:
    store = FactStore(platform)
    facts = tuple(leg_up(seq) for seq in range(1, 6))
    await store.append(facts[:3])
    await store.append(facts)
    assert await store.since(EVEN, 0) == facts


async def test_a_seq_that_another_epoch_used_is_refused_and_nothing_of_the_batch_stays(platform: AsyncEngine) -> None:
    store = FactStore(platform)
    await store.append([leg_up(1)])
    with pytest.raises(SeqTaken):
        await store.append([leg_up(2, epoch=2), leg_up(1, epoch=2)])
    assert await store.last(EVEN) == Last(1, 1)


async def test_the_database_refuses_facts_of_an_older_epoch(platform: AsyncEngine) -> None:
    store, leases = FactStore(platform), Leases(platform)
    shard = shard_of(EVEN)
    (first,) = await leases.take([shard], "one", seconds=30)
    assert isinstance(first, Lease)
    await store.append([leg_up(1, epoch=first.epoch)])
    await leases.take([shard], "one", seconds=30)
    with pytest.raises(StaleEpoch):
        await store.append([leg_up(2, epoch=first.epoch)])
    await store.append([leg_up(1, epoch=first.epoch)])
    await store.append([leg_up(1, tenant=_of_another_shard(shard), epoch=first.epoch)])
    assert await store.last(EVEN) == Last(first.epoch, 1)


async def test_any_writer_of_an_older_epoch_is_refused(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    shard = shard_of(EVEN)
    await leases.take([shard], "one", seconds=30)
    await leases.take([shard], "one", seconds=30)
    insert = text(
        "INSERT INTO facts (tenant, seq, epoch, shard, at, type, schema, subject, line)"
        " VALUES ('even', 1, 1, :shard, now(), 'X', 1, 'x', '{}')"
    )
    with pytest.raises(DBAPIError, match="held under epoch 2"):
        async with platform.begin() as connection:
            await connection.execute(insert, {"shard": shard})


async def test_the_new_owner_may_bring_the_tail_of_the_dead_writers_journal(platform: AsyncEngine) -> None:
    store, leases = FactStore(platform), Leases(platform)
    await leases.take([shard_of(EVEN)], "one", seconds=30)
    (taken,) = await leases.take([shard_of(EVEN)], "one", seconds=30)
    assert isinstance(taken, Lease)
    await store.append([leg_up(1, epoch=1)], under=taken.epoch)
    with pytest.raises(StaleEpoch):
        await store.append([leg_up(2, epoch=1)], under=1)
    assert await store.last(EVEN) == Last(1, 1)


async def test_whoever_takes_the_lease_waits_for_the_facts_that_are_being_written(platform: AsyncEngine) -> None:
    store, leases = FactStore(platform), Leases(platform)
    shard = shard_of(EVEN)
    await leases.take([shard], "one", seconds=30)
    async with platform.connect() as connection:
        await connection.execute(
            text(
                "INSERT INTO facts (tenant, seq, epoch, shard, at, type, schema, subject, line)"
                " VALUES ('even', 1, 1, :shard, now(), 'X', 1, 'x', '{}')"
            ),
            {"shard": shard},
        )
        taking = asyncio.create_task(leases.take([shard], "one", seconds=30))
        await asyncio.wait({taking}, timeout=0.3)
        assert not taking.done()
        await connection.commit()
    await taking
    assert (await store.last(EVEN)).seq == 1


async def test_facts_can_be_neither_changed_nor_removed(platform: AsyncEngine) -> None:
    await FactStore(platform).append([leg_up(1)])
    for statement in ("DELETE FROM facts", "UPDATE facts SET line = ''"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with platform.begin() as connection:
                await connection.execute(text(statement))


async def test_the_api_sees_only_the_facts_of_the_tenant_it_names(
    platform: AsyncEngine, as_tenant: AsyncEngine
) -> None:
    await FactStore(platform).append([leg_up(1), leg_up(1, OTHER)])
    assert await FactStore(as_tenant).since(EVEN, 0) == (leg_up(1),)
    async with tenant_session(as_tenant, EVEN) as connection:
        assert (await connection.execute(text("SELECT DISTINCT tenant FROM facts"))).scalars().all() == ["even"]
    async with as_tenant.begin() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM facts"))).scalar() == 0
    with pytest.raises(InsufficientPrivilegeError, match="permission denied"):
        await FactStore(as_tenant).append([leg_up(2)])


async def test_a_thousand_facts_are_appended(platform: AsyncEngine) -> None:
    store = FactStore(platform)
    facts = [leg_up(seq) for seq in range(1, 1001)]
    began = time.perf_counter()
    await store.append(facts)
    took = time.perf_counter() - began
    began = time.perf_counter()
    for seq in range(1001, 1101):
        await store.append([leg_up(seq)])
    each = (time.perf_counter() - began) / 100
    print(f"1000 facts in one batch: {took * 1000:.1f} ms; one by one: {each * 1000:.2f} ms each")
    assert (await store.last(EVEN)).seq == 1100


def _of_another_shard(shard: Shard) -> TenantId:
    return next(name for name in map(TenantId, "abcdefgh") if shard_of(name) != shard)
