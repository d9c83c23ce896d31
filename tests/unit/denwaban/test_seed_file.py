"""Seed files: the demo's own is whole, compact ranges unfold, and a flaw is named before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from acd.config import QueueConfig
from denwaban import seed_file
from kernel.errors import ConfigurationError
from kernel.ids import QueueId

HEAD = '[carrier]\naddress = "127.0.0.2"\n[platform]\nlogin = "platform"\n'
TENANT = '[[tenant]]\nid = "t"\nname = "T"\n'
QUEUE = '[[tenant.queue]]\nid = "q"\nname = "Q"\n'
FLOW = '[[tenant.flow]]\nid = "f"\nstart = "a"\nnodes.a = { do = "route", queue = "q" }\n'


def seed(tmp_path: Path, text: str) -> seed_file.Seed:
    path = tmp_path / "seed.toml"
    path.write_text(text)
    return seed_file.read(path)


def test_the_demo_has_two_numbers_two_queues_and_three_agents() -> None:
    demo = seed_file.read(seed_file.DEMO)
    (tenant,) = demo.tenants
    assert (tenant.id, tenant.name, tenant.seats, tenant.clause) == ("demo", "デモ電話番", 3, "demo contract: 3 seats")
    assert {number.number: tenant.queue_of(number) for number in tenant.numbers} == {
        "+81312345601": "support",
        "+81312345602": "sales",
    }
    assert {agent.id: agent.queues for agent in tenant.agents} == {
        "akari": ("support",),
        "haruto": ("support",),
        "mei": ("support", "sales"),
    }
    support = tenant.queues[0].config()
    assert support == QueueConfig(
        QueueId("support"), "サポート", ring_time=15, wrap_up=3, longest_wait=600, announce_every=20
    )
    assert demo.carrier.address == "127.0.0.2"


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


def test_a_queue_left_at_its_defaults_is_the_floors_own_default(tmp_path: Path) -> None:
    (tenant,) = seed(tmp_path, HEAD + TENANT + QUEUE).tenants
    assert tenant.queues[0].config() == QueueConfig(QueueId("q"), "Q")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[carrier", "not TOML"),
        (HEAD, "tenant"),
        (HEAD + TENANT + 'password = "x"\n', "password"),
        (HEAD + TENANT + FLOW, "no queue q"),
        (HEAD + TENANT + '[[tenant.number]]\nnumber = "+81312345601"\nflow = "f"\ndoes = "x"\n', "no flow f"),
        (HEAD + TENANT + '[[tenant.number]]\nnumber = "0312345601"\nflow = "f"\ndoes = "x"\n', "number"),
        (HEAD + TENANT + '[[tenant.agent]]\nid = "a"\nname = "A"\nqueues = ["q"]\n', "no queue q"),
        (HEAD + TENANT + '[[tenant.agent]]\nid = "admin"\nname = "A"\n', "login admin is there twice"),
        (HEAD + TENANT + QUEUE + QUEUE, "queue q is there twice"),
        (HEAD + TENANT + TENANT, "tenant t is there twice"),
        (HEAD + TENANT + QUEUE + FLOW.replace('"a"', '"b"'), "no node 'b'"),
        (HEAD + TENANT + '[[tenant.agent]]\nid = "../a"\nname = "A"\n', "tenant.0.agent.0.id"),
    ],
)
def test_a_flaw_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigurationError, match=r"seed\.toml") as refused:
        seed(tmp_path, text)
    assert named in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml"):
        seed_file.read(tmp_path / "nowhere.toml")
