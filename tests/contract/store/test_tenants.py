"""Tenants apart: configurations, logins, personal data, and the names that only one of them can have."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from acd.config import AgentConfig, QueueConfig
from kernel.ids import AgentId, FlowId, PersonalId, QueueId, TenantId
from store.audit import Author
from store.config import USE_CONFIG, AgentAccount, ConfigStore, FlowDocument, NumberConfig, TenantConfig
from store.config_parts import with_thing
from store.engine import tenant_session, transaction
from store.errors import NameTaken, StoreError, Unreadable
from store.jobs import JobStore
from store.logins import Login, LoginStore, Role
from store.personal import PersonalStore, PersonalText, Sealer
from store.tenants import PLATFORM, Tenant, TenantStore

EVEN, OTHER = TenantId("even"), TenantId("other")
BY = Author(EVEN, "boss")


def config(tenant: TenantId = EVEN, number: str = "+81312345678", username: str = "even-sato") -> TenantConfig:
    queue = QueueConfig(QueueId("queue_front"), "受付", wrap_up=7.5)
    agent = AgentConfig(AgentId("agent_sato"), "佐藤", username, (queue.id,))
    return TenantConfig(
        tenant,
        "Even 株式会社",
        queues=(queue,),
        agents=(AgentAccount(agent, username, "very secret"),),
        numbers=(NumberConfig(number, FlowId("flow_hello")),),
        flows=(FlowDocument(FlowId("flow_hello"), 3, '{"start": "hello"}'),),
    )


@pytest.fixture
async def two(platform: AsyncEngine) -> None:
    store = TenantStore(platform)
    await store.put(Tenant(EVEN, "Even", tariffs=("basic-1",)))
    await store.put(Tenant(OTHER, "Other"))


@pytest.mark.usefixtures("two")
async def test_a_published_configuration_is_in_force_and_the_older_ones_stay(
    platform: AsyncEngine, as_tenant: AsyncEngine, sealer: Sealer
) -> None:
    store = ConfigStore(as_tenant, sealer)
    assert await store.load(EVEN) is None
    assert await store.publish(config(), BY) == 1
    changed = replace(config(), name="Even 2", time_zone="Asia/Seoul", numbers=())
    assert await store.publish(changed, BY) == 2
    assert await store.load(EVEN) == replace(changed, version=2)
    assert await store.load(EVEN, version=1) == replace(config(), version=1)
    assert await store.load(OTHER) is None
    await store.publish(config(OTHER, username="other-sato"), BY)
    assert [found.tenant for found in await ConfigStore(platform, sealer).load_all()] == [EVEN, OTHER]
    assert await TenantStore(platform).get(EVEN) == Tenant(EVEN, "Even 2", "Asia/Seoul", ("basic-1",))
    jobs = await JobStore(platform).claim([USE_CONFIG], limit=10, seconds=30)
    assert [(job.tenant, job.body) for job in jobs] == [
        (EVEN, '{"version":1}'),
        (EVEN, '{"version":2}'),
        (OTHER, '{"version":1}'),
    ]


@pytest.mark.usefixtures("two")
async def test_publications_of_one_tenant_follow_each_other(platform: AsyncEngine, sealer: Sealer) -> None:
    store = ConfigStore(platform, sealer)
    versions = await asyncio.gather(*(store.publish(config(), BY) for _ in range(8)))
    assert sorted(versions) == list(range(1, 9))


def without_numbers(known: TenantConfig) -> TenantConfig:
    return replace(known, numbers=())


@pytest.mark.usefixtures("two")
async def test_an_edit_counts_the_versions_of_what_it_changes_only(as_tenant: AsyncEngine, sealer: Sealer) -> None:
    store = ConfigStore(as_tenant, sealer)
    await store.publish(config(), BY)
    slower = await store.edit(
        EVEN, lambda known: with_thing(known, "queues", replace(known.queues[0], ring_time=9.0)), BY
    )
    assert slower == await store.load(EVEN)
    assert [slower.version, slower.queues[0].version, slower.agents[0].version, slower.flows[0].version] == [2, 2, 1, 3]
    same = await store.edit(EVEN, lambda known: with_thing(known, "queues", replace(known.queues[0], version=77)), BY)
    assert same == slower
    await store.edit(EVEN, without_numbers, BY)
    back = await store.edit(EVEN, lambda known: with_thing(known, "numbers", config().numbers[0]), BY)
    assert back.numbers[0].version == 4
    assert [known.version for known in await store.versions(EVEN)] == [4, 3, 2, 1]
    assert await store.versions(OTHER) == ()


@pytest.mark.usefixtures("two")
async def test_an_edit_that_is_refused_publishes_nothing_and_the_next_one_goes_on(
    as_tenant: AsyncEngine, sealer: Sealer
) -> None:
    store = ConfigStore(as_tenant, sealer)

    def refuse(_known: TenantConfig) -> TenantConfig:
        raise LookupError("no")

    with pytest.raises(LookupError):
        await store.edit(EVEN, refuse, BY)
    assert await store.load(EVEN) is None
    made = await store.edit(EVEN, lambda known: with_thing(known, "queues", config().queues[0]), BY)
    assert (made.name, made.version, made.queues[0].version) == ("Even", 1, 1)


@pytest.mark.usefixtures("two")
async def test_edits_of_one_tenant_see_each_other(as_tenant: AsyncEngine, sealer: Sealer) -> None:
    store = ConfigStore(as_tenant, sealer)
    names = [QueueId(f"queue_{number}") for number in range(6)]
    await asyncio.gather(
        *(
            store.edit(EVEN, lambda known, id=name: with_thing(known, "queues", QueueConfig(id, "q")), BY)
            for name in names
        )
    )
    newest = await store.load(EVEN)
    assert newest is not None
    assert ({queue.id for queue in newest.queues}, newest.version) == (set(names), 6)


@pytest.mark.usefixtures("two")
async def test_the_newest_version_is_asked_into_force_again_once_for_each_reason(
    as_tenant: AsyncEngine, platform: AsyncEngine, sealer: Sealer
) -> None:
    store = ConfigStore(as_tenant, sealer)
    for _ in range(2):
        await store.again(EVEN, "contract 7")
    assert [job.key for job in await JobStore(platform).claim([USE_CONFIG], 10, 30)] == ["contract 7"]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("taken", [{"number": "+81399999999"}, {"username": "other-sato"}])
async def test_a_name_of_another_tenant_is_refused_and_nothing_is_published(
    as_tenant: AsyncEngine, platform: AsyncEngine, sealer: Sealer, taken: dict[str, str]
) -> None:
    store = ConfigStore(as_tenant, sealer)
    await store.publish(config(), BY)
    with pytest.raises(NameTaken):
        await store.publish(config(OTHER, **{"number": "+81312345678", "username": "even-sato", **taken}), BY)
    assert await store.load(OTHER) is None
    await store.publish(config(OTHER, "+81399999999", "other-sato"), BY)
    assert (await JobStore(platform).claim([USE_CONFIG], 10, 30))[-1].tenant == OTHER


async def test_nobody_publishes_for_a_tenant_that_does_not_exist(platform: AsyncEngine, sealer: Sealer) -> None:
    with pytest.raises(StoreError, match="no tenant"):
        await ConfigStore(platform, sealer).publish(config(), BY)


@pytest.mark.usefixtures("two")
async def test_sip_passwords_lie_sealed_and_are_shown_in_no_repr(platform: AsyncEngine, sealer: Sealer) -> None:
    await ConfigStore(platform, sealer).publish(config(), BY)
    async with transaction(platform) as connection:
        document = (await connection.execute(text("SELECT document::text FROM configurations"))).scalar_one()
    assert "very secret" not in document
    assert "very secret" not in repr(config())


@pytest.mark.usefixtures("two")
async def test_a_tenant_cannot_write_for_another(as_tenant: AsyncEngine) -> None:
    insert = "INSERT INTO configurations (tenant, version, document) VALUES ('other', 9, '{}')"
    with pytest.raises(DBAPIError, match="row-level security"):
        async with tenant_session(as_tenant, EVEN) as connection:
            await connection.execute(text(insert))
    async with tenant_session(as_tenant, EVEN) as connection:
        stolen = await connection.execute(text("UPDATE tenants SET name = 'x' WHERE id = 'other'"))
        assert stolen.rowcount == 0
    with pytest.raises(DBAPIError, match="permission denied"):
        async with tenant_session(as_tenant, EVEN) as connection:
            await connection.execute(text("UPDATE tenants SET tariffs = '{everything}' WHERE id = 'even'"))


async def test_no_tenant_may_be_called_like_the_platform(platform: AsyncEngine) -> None:
    with pytest.raises(DBAPIError, match="check constraint"):
        await TenantStore(platform).put(Tenant(PLATFORM, "Platform"))


async def test_a_login_opens_with_its_password_in_its_tenant_only(
    platform: AsyncEngine, as_tenant: AsyncEngine
) -> None:
    login = Login(EVEN, "sato", Role.AGENT, AgentId("agent_sato"))
    await LoginStore(platform).put(login, "right")
    await LoginStore(platform).put(Login(PLATFORM, "root", Role.PLATFORM), "right")
    door = LoginStore(as_tenant)
    assert await door.check(EVEN, "sato", "right") == login
    assert await door.get(EVEN, "sato") == login
    for tenant, name, password in ((EVEN, "sato", "wrong"), (OTHER, "sato", "right"), (EVEN, "nobody", "")):
        assert await door.check(tenant, name, password) is None
    assert (await door.check(PLATFORM, "root", "right")) == Login(PLATFORM, "root", Role.PLATFORM)
    async with transaction(platform) as connection:
        hashes = (await connection.execute(text("SELECT hash FROM logins"))).scalars().all()
    assert all(kept.startswith("$argon2id$") for kept in hashes)


@pytest.mark.parametrize("wrong", [lambda i: (OTHER, i), lambda i: (EVEN, PersonalId("person_2"))])
def test_what_is_sealed_opens_for_its_own_tenant_and_id_alone(
    sealer: Sealer, wrong: Callable[[PersonalId], tuple[TenantId, PersonalId]]
) -> None:
    key = PersonalId("person_1")
    sealed = sealer.seal(EVEN, key, "+819012345678")
    assert b"9012345678" not in sealed
    assert sealed != sealer.seal(EVEN, key, "+819012345678")
    assert sealer.reveal(EVEN, key, sealed) == "+819012345678"
    with pytest.raises(Unreadable):
        sealer.reveal(*wrong(key), sealed)
    with pytest.raises(Unreadable):
        Sealer(bytes(32)).reveal(EVEN, key, sealed)
    with pytest.raises(Unreadable):
        sealer.reveal(EVEN, key, b"short")


async def test_personal_data_is_kept_found_and_erased(
    platform: AsyncEngine, as_tenant: AsyncEngine, sealer: Sealer
) -> None:
    one, two = PersonalId("person_1"), PersonalId("person_2")
    store, door = PersonalStore(platform, sealer), PersonalStore(as_tenant, sealer)
    await store.put_many(EVEN, [PersonalText(one, "old"), PersonalText(two, "+8190")])
    await store.put_many(EVEN, [PersonalText(one, "+8180"), PersonalText(one, "+8170")])
    assert await door.get_many(EVEN, [one, two, PersonalId("person_3")]) == {one: "+8170", two: "+8190"}
    assert await door.get(OTHER, one) is None
    assert await door.erase(OTHER, [one]) == 0
    assert await door.erase(EVEN, [one]) == 1
    assert await door.get(EVEN, one) is None
