"""What a seed says and what people did, put together: theirs is never put back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acd.config import AgentConfig, QueueConfig
from denwaban.merge import merged, touched
from kernel.ids import AgentId, QueueId, TenantId
from store.config import AgentAccount, TenantConfig

T = TenantId("t")


def house(name: str = "T", **rings: float) -> TenantConfig:
    """A tenant with these queues, each with its ring time, in the first version."""
    return TenantConfig(
        T, name, queues=tuple(QueueConfig(QueueId(id), id, ring_time=ring) for id, ring in rings.items())
    )


def rings(config: TenantConfig) -> dict[str, float]:
    return {str(queue.id): queue.ring_time for queue in config.queues}


@pytest.mark.parametrize(
    ("wanted", "before", "now", "after"),
    [
        ({"a": 2}, {"a": 1}, {"a": 1}, {"a": 2}),  # nobody has touched it
        ({"a": 2}, {"a": 1}, {"a": 9}, {"a": 9}),  # somebody has changed it
        ({"a": 1}, {"a": 1}, {"a": 9}, {"a": 9}),  # and the seed says the same as ever
        ({"a": 2}, {"a": 1}, {}, {}),  # somebody has removed it
        ({}, {"a": 1}, {"a": 1}, {}),  # the seed has removed it
        ({}, {"a": 1}, {"a": 9}, {"a": 9}),  # but somebody had changed it
        ({"a": 1, "b": 1}, {"a": 1}, {"a": 1}, {"a": 1, "b": 1}),  # the seed has something new
        ({"a": 1}, {"a": 1}, {"a": 1, "z": 5}, {"a": 1, "z": 5}),  # somebody has something new
        ({"a": 1, "z": 1}, {"a": 1}, {"a": 1, "z": 5}, {"a": 1, "z": 5}),  # both have, under the same name
    ],
)
def test_three_ways(
    wanted: dict[str, float], before: dict[str, float], now: dict[str, float], after: dict[str, float]
) -> None:
    assert rings(merged(house(**wanted), house(**before), house(**now))) == after


def test_what_was_seeded_before_anybody_wrote_it_down_is_only_added_to() -> None:
    assert rings(merged(house(a=2, b=2), None, house(a=1))) == {"a": 1, "b": 2}
    assert merged(house("New", a=1), None, house("Old", a=1)).name == "Old"


def test_the_name_follows_the_same_rule() -> None:
    assert merged(house("New"), house("Old"), house("Old")).name == "New"
    assert merged(house("New"), house("Old"), house("Mine")).name == "Mine"


def test_a_version_alone_or_a_new_password_of_a_phone_is_no_change_of_what_was_said() -> None:
    agent = AgentAccount(AgentConfig(AgentId("aoi"), "Aoi", "t-aoi", ()), "t-aoi", "")
    before = replace(house(a=1), agents=(agent,))
    now = replace(
        house(a=1),
        version=7,
        queues=tuple(replace(queue, version=7) for queue in before.queues),
        agents=(replace(agent, agent=replace(agent.agent, version=3), sip_password="renewed"),),
    )
    assert not touched(before, now)
    wanted = replace(
        house(a=1), agents=(replace(agent, agent=replace(agent.agent, name="Aoi 2"), sip_password="renewed"),)
    )
    (after,) = merged(wanted, before, now).agents
    assert (after.agent.name, after.sip_password) == ("Aoi 2", "renewed")


def test_what_is_the_same_stays_in_its_place() -> None:
    now = house(a=1, b=1, c=1)
    assert merged(house(c=1, a=1, b=1), now, now) == now
