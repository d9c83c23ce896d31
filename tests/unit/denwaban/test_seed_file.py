"""Seed files: the demo's own is whole, compact ranges unfold, and a flaw is named before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from acd.config import QueueConfig
from acd.config.routing import Strategy
from acd.config.service import Service
from acd.config.waiting import Cause, First, OverflowStep, StepKind
from denwaban import seed_file, seed_parts
from kernel.errors import ConfigurationError
from kernel.ids import QueueId

HEAD = '[carrier]\naddress = "127.0.0.2"\n[platform]\nlogin = "platform"\n'
TENANT = '[[tenant]]\nid = "t"\nname = "T"\n'
QUEUE = '[[tenant.queue]]\nid = "q"\nname = "Q"\n'
SAID = '[[tenant.flow]]\nid = "f"\nstart = "a"\nnodes.b = { do = "hang_up" }\n'
SAID += 'nodes.a = { do = "play", prompt = "unheard", next = "b" }\n'
CONTRACT = '[[tenant.contract]]\ntariff = "connect-smacom"\n'
FLOW = '[[tenant.flow]]\nid = "f"\nstart = "a"\nnodes.a = { do = "route", queue = "q" }\n'


def seed(tmp_path: Path, text: str) -> seed_file.Seed:
    path = tmp_path / "seed.toml"
    path.write_text(text)
    return seed_file.read(path)


AS_SET_UP = Service(dropped_within=1.0)
"""The floor's own is 0, for configurations that were written before it was there."""


def test_the_first_demo_tenant_has_three_seats_and_four_agents() -> None:
    demo = seed_file.read(seed_file.DEMO)
    tenant = demo.tenants[0]
    assert (tenant.id, tenant.name, tenant.sold) == ("demo", "デモ電話番", ("connect-smacom",))
    (contract,) = tenant.bought
    assert (contract.quantity("CSM-F02"), contract.quantity("CSM-F12")) == (3, 3)
    assert {number.number: tenant.queue_of(number) for number in tenant.numbers} == {
        "+81312345601": "support",
        "+81312345602": "sales",
    }
    assert {agent.id: agent.queues for agent in tenant.agents} == {
        "akari": ("support",),
        "haruto": ("support",),
        "mei": ("support", "sales"),
        "sota": ("sales",),
    }
    assert {agent.licence for agent in tenant.agents} == {"advance"}
    support = tenant.queues[0].config()
    assert support == QueueConfig(
        QueueId("support"), "サポート", ring_time=15, wrap_up=3, longest_wait=600, announce_every=20, service=AS_SET_UP
    )
    assert demo.carrier.address == "127.0.0.2"


def test_the_second_demo_tenant_has_two_contracts_and_allots_its_two_waiting_places() -> None:
    tenant = seed_file.read(seed_file.DEMO).tenants[1]
    assert tenant.sold == ("connect-miitel", "freedial-navidial")
    miitel, freedial = tenant.bought
    assert {item.row: item.quantity for item in miitel.items} == {
        "MT-F01": 5,
        "MT-F03": 1,
        "MT-F04": 1,
        "MT-F06": 2,
        "MT-F07": 5,
        "MT-F11": 1,
        "MT-F12-1Y": 500,
    }
    assert (freedial.scope, freedial.of) == ("number", "+81120345671")
    assert {number.number: number.places for number in tenant.numbers} == {
        "+815012345671": 1,
        "+81120345671": 0,
        "+818001234567": 0,
    }
    assert [tenant.queue_of(number) for number in tenant.numbers] == ["help", "orders", "help"]
    assert len(tenant.agents) == 5


def test_a_tenant_of_whom_nothing_is_said_is_our_own() -> None:
    (free,) = seed_parts.own_use("t", None, "").items
    assert free.row == "OWN-USE"
    limited = seed_parts.own_use("t", 2, "house contract: 2 seats")
    assert (limited.quantity("OWN-SEAT"), limited.clause) == (2, "house contract: 2 seats")


def test_a_number_of_japan_is_known_in_its_national_spelling_too(tmp_path: Path) -> None:
    numbers = "".join(
        f'[[tenant.number]]\nnumber = "{number}"\nflow = "f"\ndoes = "x"\n'
        for number in ("+81312345601", "+14155550100")
    )
    (tenant,) = seed(tmp_path, HEAD + TENANT + QUEUE + FLOW + numbers).tenants
    spellings = [number.spellings for number in tenant.numbers]
    assert spellings == [("+81312345601", "0312345601"), ("+14155550100",)]


def test_a_range_unfolds_into_agents(tmp_path: Path) -> None:
    many = '[[tenant.agent_range]]\nprefix = "agent"\ncount = 50\nqueues = ["q"]\n'
    (tenant,) = seed(tmp_path, HEAD + TENANT + QUEUE + many).tenants
    assert [agent.id for agent in tenant.agents] == [f"agent-{number}" for number in range(1, 51)]
    assert {agent.queues for agent in tenant.agents} == {("q",)}


def test_a_queue_is_set_up_as_over_the_api(tmp_path: Path) -> None:
    more = """
routing = { strategy = "ring_all", ring_at_most = 3 }
callback = { first = "caller", attempts = 2 }
service = { missed_after = 2 }
[tenant.queue.waiting]
leave_key = "9"
redial_within = 60
overflow = [{ kind = "callback", causes = ["key"] }, { kind = "voicemail" }]
"""
    (tenant,) = seed(tmp_path, HEAD + TENANT + QUEUE + more).tenants
    config = tenant.queues[0].config()
    assert (config.routing.strategy, config.routing.ring_at_most) == (Strategy.RING_ALL, 3)
    assert (config.callback.first, config.callback.attempts, config.service.missed_after) == (First.CALLER, 2, 2)
    assert config.waiting.overflow == (
        OverflowStep(StepKind.CALLBACK, (Cause.KEY,)),
        OverflowStep(StepKind.VOICEMAIL),
    )
    assert (config.waiting.leave_key, config.waiting.redial_within) == ("9", 60)


def test_a_queue_left_at_its_defaults_is_the_floors_own_default_but_for_who_drops(tmp_path: Path) -> None:
    (tenant,) = seed(tmp_path, HEAD + TENANT + QUEUE).tenants
    assert tenant.queues[0].config() == QueueConfig(QueueId("q"), "Q", service=AS_SET_UP)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[carrier", "not TOML"),
        (HEAD, "tenant"),
        (HEAD + TENANT + 'password = "x"\n', "password"),
        (HEAD + TENANT + QUEUE + 'routing = { strategy = "loudest" }\n', "routing.strategy"),
        (HEAD + TENANT + FLOW, "there is no queue 'q'"),
        (HEAD + TENANT + '[[tenant.number]]\nnumber = "+81312345601"\nflow = "f"\ndoes = "x"\n', "no flow f"),
        (HEAD + TENANT + '[[tenant.number]]\nnumber = "0312345601"\nflow = "f"\ndoes = "x"\n', "number"),
        (HEAD + TENANT + '[[tenant.agent]]\nid = "a"\nname = "A"\nqueues = ["q"]\n', "no queue q"),
        (HEAD + TENANT + '[[tenant.agent]]\nid = "a"\nname = "A"\nextension = "104"\n', "104 is a service"),
        (HEAD + TENANT + '[[tenant.agent]]\nid = "admin"\nname = "A"\n', "login admin is there twice"),
        (HEAD + TENANT + '[[tenant.dialling]]\nid = "d"\nallowed = ["+1", "03"]\n', "03: needless"),
        (HEAD + TENANT + QUEUE + QUEUE, "queue q is there twice"),
        (HEAD + TENANT + TENANT, "tenant t is there twice"),
        (HEAD + TENANT + QUEUE + FLOW.replace('"a"', '"b"'), "no node 'b'"),
        (HEAD + TENANT + '[[tenant.agent]]\nid = "../a"\nname = "A"\n', "tenant.0.agent.0.id"),
        (HEAD + TENANT + "seats = 0\n", "tenant.0.seats"),
        (HEAD + TENANT + CONTRACT + "items = { CSM-F02 = 3, CSM-F12 = 2 }\n", "quantity_must_equal (row CSM-F12"),
        (HEAD + TENANT + CONTRACT + "items = { CSM-F99 = 1 }\n", "not_in_tariff (row CSM-F99"),
        (HEAD + TENANT + 2 * (CONTRACT + "items = { CSM-F02 = 1 }\n"), "contract connect-smacom is there twice"),
        (HEAD + TENANT + CONTRACT + "items = {}\n", "tenant.0.contract.0.items"),
        (
            HEAD + TENANT + FLOW.replace('do = "route", queue = "q"', 'do = "play", prompt = "p", next = "a"'),
            "leads back",
        ),
        (HEAD + TENANT + SAID, "there is no prompt 'unheard'"),
        (HEAD + TENANT + '[[tenant.hours]]\nid = "h"\nsays = {}\n', "hours h"),
    ],
)
def test_a_flaw_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigurationError, match=r"seed\.toml") as refused:
        seed(tmp_path, text)
    assert named in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml"):
        seed_file.read(tmp_path / "nowhere.toml")


def test_what_may_be_dialled_is_read_in_any_spelling(tmp_path: Path) -> None:
    lists = '[[tenant.dialling]]\nid = "default"\nallowed = ["010-1", "0990", "+81990"]\n'
    (tenant,) = seed(tmp_path, HEAD + TENANT + lists).tenants
    (made,) = (one.config() for one in tenant.dialling)
    assert (made.id, made.allowed) == ("default", ("+1", "+81990"))
