"""Seeding a real database: everybody can log in with what var/demo.json says, and a second time changes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from denwaban import demo_file, seed_file
from denwaban.seed import SeedSettings, seed
from kernel.ids import TenantId, TrunkName
from store.audit import SEED, Author
from store.config import ConfigStore, TenantConfig
from store.config_parts import with_thing, without
from store.contracts import ContractStore
from store.engine import platform_engine
from store.logins import LoginStore, Role
from store.migrate import migrate
from store.personal import Sealer
from store.tables.contracts import contracts
from store.tables.tenants import configurations, logins
from store.tenants import PLATFORM
from store.trunks import TrunkConfig, TrunkStore
from store.users import UserStore
from tariff.rights.contract import Item

DEMO = seed_file.read(seed_file.DEMO)
TENANT = TenantId("demo")
BOSS = Author(TENANT, "boss")


@pytest.fixture(scope="module")
def prompts_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prompts")


@pytest.fixture
async def settings(
    postgres_url: str, database_secrets: Callable[[Path], None], tmp_path: Path, prompts_folder: Path
) -> SeedSettings:
    """Settings of a fresh, migrated database and an empty var."""
    database_secrets(tmp_path)
    made = SeedSettings(
        var=tmp_path,
        database_url=postgres_url.format(f"seed{secrets.token_hex(6)}"),
        prompts_dir=prompts_folder,
    )
    await migrate(made)
    return made


async def anything(_users: object) -> None:
    """Any users will do."""


async def everything(engine: AsyncEngine) -> list[object]:
    """Every row that a seed writes."""
    async with engine.connect() as connection:
        rows: list[object] = []
        for table, order in (
            (logins, (logins.c.tenant, logins.c.login)),
            (configurations, (configurations.c.tenant, configurations.c.version)),
            (contracts, (contracts.c.tenant, contracts.c.contract)),
        ):
            rows += (await connection.execute(select(table).order_by(*order))).all()
    return rows


async def test_everybody_can_log_in_with_what_the_file_says(settings: SeedSettings) -> None:
    assert await seed(settings, DEMO)
    demo = demo_file.read(settings.var / "demo.json")
    assert demo is not None
    engine = platform_engine(settings)
    store = LoginStore(engine)
    people = {
        (demo.platform.tenant, demo.platform.login): (demo.platform.password, Role.PLATFORM),
        (TENANT, "admin"): (demo.tenants[0].admin.password, Role.ADMIN),
        (TENANT, "supervisor"): (demo.tenants[0].supervisor.password, Role.SUPERVISOR),
        **{(TENANT, agent.login): (agent.password, Role.AGENT) for agent in demo.tenants[0].agents},
    }
    assert len({password for password, _ in people.values()}) == len(people) == 7
    for (tenant, login), (password, role) in people.items():
        held = await store.check(TenantId(tenant), login, password)
        assert held is not None
        assert held.role is role
    assert await store.check(PLATFORM, "platform", "platform") is None
    await engine.dispose()


async def test_the_configuration_in_force_is_the_seeds(settings: SeedSettings) -> None:
    await seed(settings, DEMO)
    demo = demo_file.read(settings.var / "demo.json")
    assert demo is not None
    engine = platform_engine(settings)
    config = await ConfigStore(engine, Sealer.from_file(settings.personal_key_file)).load(TENANT)
    assert config is not None
    assert config.version == 1
    assert {account.sip_username: account.sip_password for account in config.agents} == {
        agent.sip.username: agent.sip.password for agent in demo.tenants[0].agents
    }
    trunks = TrunkStore(engine, Sealer.from_file(settings.personal_key_file))
    assert await trunks.all() == (TrunkConfig(TrunkName("carrier"), ("127.0.0.2",), version=1),)
    await engine.dispose()


async def test_a_second_time_changes_nothing(settings: SeedSettings) -> None:
    await seed(settings, DEMO)
    path = settings.var / "demo.json"
    engine = platform_engine(settings)
    before = (path.read_bytes(), path.stat().st_ino, await everything(engine))
    assert await seed(settings, DEMO) == []
    assert (path.read_bytes(), path.stat().st_ino, await everything(engine)) == before
    await engine.dispose()


async def test_a_change_is_published_and_keeps_every_password(settings: SeedSettings) -> None:
    await seed(settings, DEMO)
    before = demo_file.read(settings.var / "demo.json")
    tenant, second = DEMO.tenants
    (contract,) = tenant.contracts
    two = contract.model_copy(update={"items": {"CSM-F02": 2, "CSM-F12": 2}})
    fewer = {"contracts": (two,), "queues": (*tenant.queues[:-1], tenant.queues[-1].model_copy(update={"wrap_up": 9}))}
    other = DEMO.model_copy(update={"tenants": (tenant.model_copy(update=fewer), second)})
    assert await seed(settings, other) == [
        "contract connect-smacom of demo, version 2",
        "configuration of demo, version 2",
    ]
    assert demo_file.read(settings.var / "demo.json") == before


async def test_a_lost_file_gets_fresh_passwords_and_the_old_sip_secrets(settings: SeedSettings) -> None:
    await seed(settings, DEMO)
    path = settings.var / "demo.json"
    before = demo_file.read(path)
    path.unlink()
    await seed(settings, DEMO)
    after = demo_file.read(path)
    assert before is not None
    assert after is not None
    assert after.tenants[0].admin.password != before.tenants[0].admin.password
    assert [agent.sip for agent in after.tenants[0].agents] == [agent.sip for agent in before.tenants[0].agents]
    engine = platform_engine(settings)
    assert await LoginStore(engine).check(TENANT, "admin", before.tenants[0].admin.password) is None
    assert await LoginStore(engine).check(TENANT, "admin", after.tenants[0].admin.password) is not None
    await engine.dispose()


async def test_a_file_of_another_database_is_not_believed(settings: SeedSettings, postgres_url: str) -> None:
    """Its passwords are put into this database, so that it says the truth again."""
    await seed(settings, DEMO)
    path = settings.var / "demo.json"
    words = path.read_bytes()
    path.unlink()
    await seed(settings, DEMO)
    path.write_bytes(words)
    await seed(settings, DEMO)
    demo = demo_file.read(path)
    assert demo is not None
    engine = platform_engine(settings)
    for agent in demo.tenants[0].agents:
        assert await LoginStore(engine).check(TENANT, agent.login, agent.password) is not None
    await engine.dispose()


async def test_what_somebody_has_changed_since_is_his(settings: SeedSettings) -> None:
    await seed(settings, DEMO)
    before = demo_file.read(settings.var / "demo.json")
    assert before is not None
    engine = platform_engine(settings)
    configs = ConfigStore(engine, Sealer.from_file(settings.personal_key_file))
    users, logins = UserStore(engine), LoginStore(engine)
    trunks = TrunkStore(engine, Sealer.from_file(settings.personal_key_file))
    contracts = ContractStore(engine)

    def change(config: TenantConfig) -> TenantConfig:
        slower = replace(config.queues[0], ring_time=33.0)
        return without(replace(with_thing(config, "queues", slower), time_zone="Asia/Seoul"), "agents", "sota")

    await configs.edit(TENANT, change, BOSS)
    await users.change(TENANT, "supervisor", lambda login: login, "a-password-of-his-own", anything, BOSS)
    await users.change(TENANT, "mei", lambda login: replace(login, role=Role.ADMIN, agent=None), None, anything, BOSS)
    await users.remove(TENANT, "haruto", anything, BOSS)
    await trunks.remove(TrunkName("carrier"), BOSS)
    (contract,) = await contracts.of(TENANT)
    five = replace(contract, items=(Item("CSM-F02", 5), Item("CSM-F12", 5)))
    await contracts.put(five, BOSS)
    tenant, second = DEMO.tenants
    queues = tuple(queue.model_copy(update={"wrap_up": 9.0}) for queue in tenant.queues)
    (wanted,) = tenant.contracts
    two = wanted.model_copy(update={"items": {"CSM-F02": 2, "CSM-F12": 2}})
    other = DEMO.model_copy(
        update={"tenants": (tenant.model_copy(update={"queues": queues, "contracts": (two,)}), second)}
    )
    told = await seed(settings, other)
    assert [line for line in told if "demo.json" not in line] == ["configuration of demo, version 3"]
    config = await configs.load(TENANT)
    assert config is not None
    assert [(queue.id, queue.ring_time, queue.wrap_up) for queue in config.queues] == [
        ("support", 33.0, 3.0),
        ("sales", 15.0, 9.0),
    ]
    assert [account.id for account in config.agents] == ["akari", "haruto", "mei"]
    assert config.time_zone == "Asia/Seoul"
    assert [version.by for version in await configs.versions(TENANT)] == [SEED, BOSS, SEED]
    assert (await contracts.of(TENANT))[0].quantity("CSM-F02") == 5
    assert await trunks.all() == ()
    assert await logins.get(TENANT, "haruto") is None
    assert await logins.check(TENANT, "supervisor", "a-password-of-his-own") is not None
    mei = await logins.get(TENANT, "mei")
    assert mei is not None
    assert mei.role is Role.ADMIN
    after = demo_file.read(settings.var / "demo.json")
    assert after is not None
    assert after.tenants[0].admin == before.tenants[0].admin
    assert after.tenants[0].supervisor.password == ""
    assert [(agent.id, bool(agent.password)) for agent in after.tenants[0].agents] == [
        ("akari", True),
        ("haruto", False),
        ("mei", False),
    ]
    assert await seed(settings, other) == []
    await engine.dispose()


async def test_a_seed_that_does_not_go_together_with_what_was_changed_leaves_it_alone(settings: SeedSettings) -> None:
    await seed(settings, DEMO)
    engine = platform_engine(settings)
    configs = ConfigStore(engine, Sealer.from_file(settings.personal_key_file))

    def without_sales(config: TenantConfig) -> TenantConfig:
        for kind, id in (("queues", "sales"), ("flows", "straight"), ("numbers", "+81312345602"), ("agents", "sota")):
            config = without(config, kind, id)
        mei = next(account for account in config.agents if account.id == "mei")
        mei = replace(mei, agent=replace(mei.agent, queues=mei.agent.queues[:1], caller_number=""))
        return with_thing(config, "agents", mei)

    changed = await configs.edit(TENANT, without_sales, BOSS)
    tenant, second = DEMO.tenants
    more = tenant.numbers[1].model_copy(update={"number": "+81312345609"})
    other = DEMO.model_copy(
        update={"tenants": (tenant.model_copy(update={"numbers": (*tenant.numbers, more)}), second)}
    )
    assert "configuration of demo is left alone" in "".join(await seed(settings, other))
    assert await configs.load(TENANT) == changed
    await engine.dispose()


async def test_another_file_adds_its_tenant(settings: SeedSettings, tmp_path: Path) -> None:
    await seed(settings, DEMO)
    other = tmp_path / "other.toml"
    other.write_text(
        '[carrier]\naddress = "127.0.0.2"\n[platform]\nlogin = "platform"\n[[tenant]]\nid = "other"\nname = "O"\n'
        '[[tenant.queue]]\nid = "q"\nname = "Q"\n'
        '[[tenant.agent_range]]\nprefix = "agent"\ncount = 3\nqueues = ["q"]\n'
    )
    await seed(settings, seed_file.read(other))
    demo = demo_file.read(settings.var / "demo.json")
    assert demo is not None
    assert {tenant.id: len(tenant.agents) for tenant in demo.tenants} == {"other": 3, "demo": 4, "sakura": 5}
