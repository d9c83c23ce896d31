"""The audit in a real database: one line for each change, of whoever made it, which nobody can change or remove."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from acd.config import QueueConfig
from kernel.ids import ContractId, QueueId, TenantId, TrunkName
from store.audit import MOST_NAMED, Action, AuditStore, Author, note
from store.config import ConfigStore, TenantConfig
from store.config_parts import with_thing
from store.contracts import ContractStore
from store.engine import tenant_session
from store.logins import Login, Role
from store.personal import Sealer
from store.tenants import PLATFORM, Tenant, TenantStore
from store.trunks import TrunkConfig, TrunkLogin, TrunkStore
from store.users import UserStore
from tariff.rights.contract import Contract, Item

EVEN, OTHER = TenantId("even"), TenantId("other")
BOSS, ROOT = Author(EVEN, "boss"), Author(PLATFORM, "root")
SECRET = "nobody-may-read-this"


@pytest.fixture(autouse=True)
async def two(platform: AsyncEngine) -> None:
    for tenant in (EVEN, OTHER):
        await TenantStore(platform).put(Tenant(tenant, tenant))


def with_queue(config: TenantConfig) -> TenantConfig:
    return replace(with_thing(config, "queues", QueueConfig(QueueId("front"), "受付")), time_zone="Asia/Seoul")


async def fine(_users: object) -> None:
    """Any users will do."""


async def test_each_kind_of_change_leaves_its_line(
    platform: AsyncEngine, as_tenant: AsyncEngine, sealer: Sealer
) -> None:
    configs, users = ConfigStore(as_tenant, sealer), UserStore(as_tenant)
    await configs.edit(EVEN, with_queue, BOSS)
    await configs.edit(EVEN, with_queue, BOSS)  # changes nothing
    assert await users.add(Login(EVEN, "mei", Role.SUPERVISOR), SECRET, fine, BOSS)
    assert not await users.add(Login(EVEN, "mei", Role.ADMIN), SECRET, fine, BOSS)
    await users.change(EVEN, "mei", lambda known: replace(known, role=Role.ADMIN), SECRET, fine, BOSS)
    await users.remove(EVEN, "mei", fine, BOSS)
    contract = Contract(ContractId("own"), EVEN, "own-use", datetime(2025, 4, 1, tzinfo=UTC), (Item("OWN-USE"),))
    await ContractStore(platform).put(contract, ROOT)
    assert await TenantStore(platform).add(Tenant(TenantId("third"), "3"), ROOT)
    trunks = TrunkStore(platform, sealer)
    trunk = TrunkConfig(TrunkName("ntt"), ("192.0.2.1",), registration=TrunkLogin("192.0.2.1", "me", SECRET))
    await trunks.put(trunk, ROOT)
    await trunks.put(replace(trunk, order=3, addresses=()), ROOT)
    await trunks.remove(trunk.name, ROOT)
    own = (await AuditStore(as_tenant).of(EVEN, 50)).rows
    assert [(one.action, one.by, one.subject, one.version, one.changed) for one in reversed(own)] == [
        (Action.CONFIGURATION_PUBLISHED, BOSS, "", 1, ("time_zone", "queues/front")),
        (Action.USER_ADDED, BOSS, "mei", None, ()),
        (Action.USER_CHANGED, BOSS, "mei", None, ("role", "password")),
        (Action.USER_REMOVED, BOSS, "mei", None, ()),
        (Action.CONTRACT_PUBLISHED, ROOT, "own", 1, ()),
    ]
    everything = await AuditStore(platform).everyone(50)
    assert [(one.tenant, one.action, one.version, one.changed) for one in everything.rows[:4]] == [
        (PLATFORM, Action.TRUNK_REMOVED, 2, ()),
        (PLATFORM, Action.TRUNK_PUT, 2, ("addresses", "order")),
        (PLATFORM, Action.TRUNK_PUT, 1, ()),
        ("third", Action.TENANT_ADDED, None, ()),
    ]
    assert SECRET not in repr(everything)
    assert [one.by for one in await configs.versions(EVEN)] == [BOSS]


async def test_what_is_refused_leaves_no_line(as_tenant: AsyncEngine, sealer: Sealer) -> None:
    def refuse(_config: TenantConfig) -> TenantConfig:
        raise LookupError("no")

    with pytest.raises(LookupError):
        await ConfigStore(as_tenant, sealer).edit(EVEN, refuse, BOSS)
    assert (await AuditStore(as_tenant).of(EVEN, 50)).rows == ()


async def test_it_comes_in_pages(as_tenant: AsyncEngine) -> None:
    async with tenant_session(as_tenant, EVEN) as connection:
        for number in range(5):
            await note(connection, EVEN, BOSS, Action.USER_ADDED, str(number))
    store = AuditStore(as_tenant)
    first = await store.of(EVEN, 2)
    second = await store.of(EVEN, 2, first.next_cursor)
    third = await store.of(EVEN, 2, second.next_cursor)
    assert [one.subject for page in (first, second, third) for one in page.rows] == ["4", "3", "2", "1", "0"]
    assert third.next_cursor is None
    for bad in ("x", "-1", "9" * 30):
        with pytest.raises(ValueError, match="cursor"):
            await store.of(EVEN, 2, bad)


async def test_a_change_of_very_many_things_says_how_many(as_tenant: AsyncEngine) -> None:
    async with tenant_session(as_tenant, EVEN) as connection:
        await note(connection, EVEN, BOSS, Action.CONFIGURATION_PUBLISHED, changed=["agents/x"] * 1000)
    (line,) = (await AuditStore(as_tenant).of(EVEN, 1)).rows
    assert (len(line.changed), line.changed[-1]) == (MOST_NAMED + 1, "1000 in all")


async def test_no_line_is_ever_changed_or_removed_and_none_is_anothers(
    platform: AsyncEngine, as_tenant: AsyncEngine
) -> None:
    async with tenant_session(as_tenant, EVEN) as connection:
        await note(connection, EVEN, BOSS, Action.USER_ADDED, "mei")
    assert (await AuditStore(as_tenant).of(OTHER, 50)).rows == ()
    for engine in (platform, as_tenant):
        for statement in ("UPDATE audit SET by_login = 'nobody'", "DELETE FROM audit", "TRUNCATE audit"):
            with pytest.raises(DBAPIError, match="permission denied"):
                async with tenant_session(engine, EVEN) as connection:
                    await connection.execute(text(statement))
    with pytest.raises(DBAPIError, match="row-level security"):
        async with tenant_session(as_tenant, OTHER) as connection:
            await note(connection, EVEN, BOSS, Action.USER_ADDED, "forged")
