"""The count of rules with an IVR in a real database: a line for each change, none twice, and none can be altered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import ContractId, TenantId
from store.engine import tenant_session
from store.rule_counts import CountStore
from store.tenants import Tenant, TenantStore
from tariff.rights.entitlement import IVR, Count

EVEN, OTHER = TenantId("even"), TenantId("other")
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
ONE, TWO = Count(1, "PL-CC", ContractId("miitel")), Count(2, "PL-CC", ContractId("miitel"))


@pytest.fixture
async def store(platform: AsyncEngine) -> CountStore:
    for tenant in (EVEN, OTHER):
        await TenantStore(platform).put(Tenant(tenant, tenant))
    return CountStore(platform)


async def test_a_line_is_written_when_a_number_has_changed(store: CountStore, as_tenant: AsyncEngine) -> None:
    written = [
        await store.add(EVEN, key, AT, IVR, used, bought)
        for key, used, bought in (
            ("1", 0, Count(0, "PL-CC", ContractId(""))),
            ("2", 1, ONE),
            ("3", 1, ONE),
            ("4", 3, ONE),
            ("4", 2, ONE),
            ("contract:miitel:2", 3, TWO),
            ("5", 2, TWO),
        )
    ]
    assert written == [False, True, False, True, False, True, True]
    found = await CountStore(as_tenant).of(EVEN, 50)
    assert [(one.used, one.allowed, one.excess) for one in found.rows] == [(2, 2, 0), (3, 2, 1), (3, 1, 2), (1, 1, 0)]
    assert {(one.at, one.kind, one.clause, one.contract) for one in found.rows} == {(AT, IVR, "PL-CC", "miitel")}
    assert (await CountStore(as_tenant).of(OTHER, 50)).rows == ()
    first = await store.of(EVEN, 3)
    assert [one.used for one in (await store.of(EVEN, 3, first.next_cursor)).rows] == [1]


@pytest.mark.parametrize("statement", ["UPDATE rule_counts SET used = 0", "DELETE FROM rule_counts"])
async def test_no_line_is_changed_or_removed(
    store: CountStore, platform: AsyncEngine, as_tenant: AsyncEngine, statement: str
) -> None:
    await store.add(EVEN, "1", AT, IVR, 2, ONE)
    for engine in (platform, as_tenant):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with tenant_session(engine, EVEN) as connection:
                await connection.execute(text(statement))
    with pytest.raises(DBAPIError, match="permission denied"):
        await CountStore(as_tenant).add(EVEN, "2", AT, IVR, 0, ONE)
