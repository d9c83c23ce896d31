"""What a seed makes of a tenant: versions and secrets stay where nothing has changed, and demo.json fits its schema."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from denwaban import demo_file, seed_file
from denwaban.seeder import config_of
from kernel.errors import ConfigurationError
from kernel.ids import TenantId
from store.config import TenantConfig
from store.config_parts import numbered

SCHEMA = Path(__file__).parents[3] / "docs" / "demo.schema.json"
DEMO = seed_file.read(seed_file.DEMO).tenants[0]
NOTHING = TenantConfig(TenantId("demo"), DEMO.name)


def changed(**of_support: object) -> seed_file.Tenant:
    """The demo with something else said of its queue support."""
    first, *others = DEMO.queues
    return DEMO.model_copy(update={"queues": (first.model_copy(update=of_support), *others)})


def demo(password: str = "x" * 32) -> demo_file.DemoFile:
    place = demo_file.Place(host="127.0.0.1", port=5062)
    login = demo_file.Login(tenant="demo", login="admin", password=password)
    agent = demo_file.Agent(
        id="akari",
        name="あかり",
        login="akari",
        password=password,
        sip=demo_file.Sip(username="demo-akari", password=password),
        queues=("support",),
    )
    tenant = demo_file.Tenant(
        id="demo", name="デモ", tariffs=(), admin=login, supervisor=login, numbers=(), queues=(), agents=(agent,)
    )
    return demo_file.DemoFile(
        api="http://127.0.0.1:8800/api/v1",
        sip=place,
        carrier=demo_file.Carrier(address="127.0.0.2", sends_to=place),
        platform=demo_file.Login(tenant="platform", login="platform", password=password),
        tenants=(tenant,),
    )


def test_a_new_tenant_gets_random_sip_secrets_and_usernames_of_its_own() -> None:
    config = config_of(DEMO, NOTHING, None)
    wanted = ["demo-akari", "demo-haruto", "demo-mei", "demo-sota"]
    assert [account.sip_username for account in config.agents] == wanted
    assert [account.agent.endpoint for account in config.agents] == wanted
    passwords = {account.sip_password for account in config.agents}
    assert len(passwords) == 4
    assert min(map(len, passwords)) >= 32


def test_a_number_is_stored_in_e164_alone() -> None:
    config = config_of(DEMO, NOTHING, None)
    assert {number.number: number.flow for number in config.numbers} == {
        "+81312345601": "greeting",
        "+81312345602": "straight",
    }


def test_the_same_seed_gives_the_same_configuration() -> None:
    first = config_of(DEMO, NOTHING, None)
    assert config_of(DEMO, first, None) == first


def test_only_what_changed_counts_up() -> None:
    first = config_of(DEMO, NOTHING, None)
    second = numbered(config_of(changed(ring_time=20.0), first, None), first, 2)
    assert {queue.id: queue.version for queue in second.queues} == {"support": 2, "sales": 1}
    assert second.agents == first.agents
    assert second.flows == first.flows
    assert numbered(config_of(changed(ring_time=20.0), second, None), second, 2) == second


def test_a_sip_secret_survives_the_loss_of_the_database() -> None:
    old = demo().tenants[0]
    config = config_of(DEMO, NOTHING, old)
    assert config.agents[0].sip_password == old.agents[0].sip.password
    assert config.agents[1].sip_password != old.agents[0].sip.password


def test_a_new_agent_leaves_the_others_secrets_alone() -> None:
    first = config_of(DEMO, NOTHING, None)
    fewer = replace(first, agents=first.agents[:2])
    second = config_of(DEMO, fewer, None)
    assert second.agents[:2] == first.agents[:2]
    assert second.agents[2].sip_password != first.agents[2].sip_password


def test_the_file_fits_its_schema_and_is_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    assert demo_file.write(path, demo()) is True
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(path.read_text()), schema, cls=jsonschema.Draft202012Validator)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert demo_file.read(path) == demo()


@pytest.mark.parametrize("wrong", [{"password": "password"}, {"login": ""}, {"extra": "x"}])
def test_the_schema_refuses_weak_and_unknown_things(wrong: dict[str, str]) -> None:
    document = json.loads(demo().model_dump_json())
    document["platform"].update(wrong)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json.loads(SCHEMA.read_text()), cls=jsonschema.Draft202012Validator)


def test_the_same_file_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    demo_file.write(path, demo())
    before = path.stat().st_ino
    assert demo_file.write(path, demo()) is False
    assert path.stat().st_ino == before
    assert demo_file.write(path, demo("y" * 32)) is True


def test_a_file_others_can_read_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    demo_file.write(path, demo())
    path.chmod(0o644)
    assert demo_file.write(path, demo()) is True
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_broken_file_is_named_without_its_secrets(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    text = demo("very-secret-word-nobody-may-see!").model_dump_json().replace('"port":5062', '"port":"x"')
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"demo\.json") as refused:
        demo_file.read(path)
    assert "very-secret" not in str(refused.value)


def test_no_file_is_no_error(tmp_path: Path) -> None:
    assert demo_file.read(tmp_path / "demo.json") is None
