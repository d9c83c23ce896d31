"""Contracts in the database: versions are kept, only the platform writes, and the controller hears of each change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import ContractId, TenantId
from store.audit import Author
from store.config import USE_CONFIG
from store.contracts import CLOCKS_APART, ContractStore
from store.engine import tenant_session, transaction
from store.errors import StoreError, Unreadable
from store.tables.work import jobs
from store.tenants import PLATFORM, Tenant, TenantStore
from tariff.rights.contract import Contract, Item
from tariff.rights.entitlement import Pool
from tariff.written.rows import Scope

EVEN, OTHER = TenantId("even"), TenantId("other")
BY = Author(PLATFORM, "root")
BEGAN = datetime(2025, 4, 1, tzinfo=UTC)
THREE = Contract(ContractId("voice"), EVEN, "connect-smacom", BEGAN, (Item("CSM-F02", 3), Item("CSM-F12", 3)))
NUMBER = Contract(
    ContractId("toll-free"),
    EVEN,
    "freedial-navidial",
    BEGAN,
    (Item("FD-01"), Item("FD-02", of="+81120123456")),
    ends=datetime(2199, 1, 1, tzinfo=UTC),
    scope=Scope.NUMBER,
    of="+81120123456",
    host=THREE.id,
)


@pytest.fixture
async def store(platform: AsyncEngine) -> ContractStore:
    tenants = TenantStore(platform)
    for tenant in (EVEN, OTHER):
        await tenants.put(Tenant(tenant, tenant))
    return ContractStore(platform)


async def moments(platform: AsyncEngine) -> dict[str, datetime]:
    async with transaction(platform) as connection:
        rows = (await connection.execute(select(jobs.c.key, jobs.c.run_after).where(jobs.c.kind == USE_CONFIG))).all()
    return {row.key: row.run_after for row in rows}


async def test_a_contract_is_kept_as_it_was_given_and_every_version_stays(
    store: ContractStore, platform: AsyncEngine, as_tenant: AsyncEngine
) -> None:
    assert await store.put(THREE, BY) == THREE
    assert await store.put(NUMBER, BY) == NUMBER
    four = replace(THREE, items=(Item("CSM-F02", 4), Item("CSM-F12", 4)))
    assert await store.put(four, BY) == replace(four, version=2)
    seen = ContractStore(as_tenant)
    assert await seen.of(EVEN) == (NUMBER, replace(four, version=2))
    assert await seen.get(EVEN, NUMBER.id) == NUMBER
    assert await seen.get(OTHER, NUMBER.id) is None
    assert await seen.of(OTHER) == ()
    async with transaction(platform) as connection:
        assert (await connection.execute(text("SELECT count(*) FROM contracts"))).scalar() == 3


async def test_what_the_contracts_allow_can_be_asked_by_the_tenant_himself(
    store: ContractStore, as_tenant: AsyncEngine
) -> None:
    await store.put(THREE, BY)
    allowed = await ContractStore(as_tenant).entitled(EVEN, BEGAN)
    assert allowed.seat_pools == (Pool("advance", 3, "T1-1"),)
    assert (await ContractStore(as_tenant).entitled(OTHER, BEGAN)).seat_pools == (Pool("", 0, "no contract"),)


async def test_the_platform_sees_every_tenants_contracts_and_a_tenant_its_own_alone(
    store: ContractStore, as_tenant: AsyncEngine
) -> None:
    await store.put(THREE, BY)
    theirs = replace(THREE, tenant=OTHER)
    await store.put(theirs, BY)
    assert await store.all() == {EVEN: (THREE,), OTHER: (theirs,)}
    async with tenant_session(as_tenant, OTHER) as connection:
        assert (await connection.execute(text("SELECT count(*) FROM contracts"))).scalar() == 1
    assert await ContractStore(as_tenant).all() == {}


async def test_a_tenant_cannot_write_its_own_contract(store: ContractStore, as_tenant: AsyncEngine) -> None:
    await store.put(THREE, BY)
    insertion = text(
        "INSERT INTO contracts (tenant, contract, version, document) VALUES ('even', 'voice', 2, '{}'::jsonb)"
    )
    for statement in (insertion, text("UPDATE contracts SET version = 9"), text("DELETE FROM contracts")):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with tenant_session(as_tenant, EVEN) as connection:
                await connection.execute(statement)


async def test_a_version_follows_the_one_it_was_meant_to_follow(store: ContractStore) -> None:
    assert await store.put(THREE, BY, over=1) is None
    assert await store.put(THREE, BY, over=0) == THREE
    assert await store.put(THREE, BY, over=0) is None
    assert await store.put(THREE, BY, over=1) == replace(THREE, version=2)


async def test_the_controller_hears_of_each_change_at_once(store: ContractStore, platform: AsyncEngine) -> None:
    await store.put(THREE, BY)
    await store.put(THREE, BY)
    found = await moments(platform)
    assert set(found) == {"contract:voice:1", "contract:voice:2"}
    assert max(found.values()) <= datetime.now(UTC)


async def test_a_change_that_time_makes_is_told_once_when_every_clock_has_passed_it(
    store: ContractStore, platform: AsyncEngine
) -> None:
    begins = datetime.now(UTC) + timedelta(days=30)
    for _ in range(2):
        await store.wake(EVEN, begins)
    assert await moments(platform) == {f"contracts:{begins.isoformat()}": begins + timedelta(seconds=CLOCKS_APART)}


async def test_a_tenant_that_is_not_there_and_a_document_that_does_not_fit(
    store: ContractStore, platform: AsyncEngine
) -> None:
    with pytest.raises(StoreError, match="no tenant nobody"):
        await store.put(replace(THREE, tenant=TenantId("nobody")), BY)
    async with transaction(platform) as connection:
        await connection.execute(
            text("INSERT INTO contracts (tenant, contract, version, document) VALUES ('even', 'x', 1, '{}'::jsonb)")
        )
    with pytest.raises(Unreadable, match="contract x of even"):
        await store.of(EVEN)
