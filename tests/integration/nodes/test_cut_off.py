"""kill -9 of the Asterisk of whom a caller of another talks with, or is rung for him: the caller is not lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from robots.phone import Ignore
from tests.integration.crash.lives import held, in_hand
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene
from tests.integration.nodes.conftest import SEED
from tests.integration.nodes.people import back, both_used, talk
from tests.integration.nodes.test_two_nodes import music
from tests.platform import Platform, running_platform

pytestmark = pytest.mark.chaos

HERE, THERE = 1, 2
LATER_HZ = 600


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One of their own: the supervisor takes five deaths of an Asterisk within a minute for a loop, and other files
    kill theirs too."""
    with running_platform(SEED, nodes=2) as running:
        in_hand(running)
        yield running


async def test_who_talks_with_somebody_of_a_dead_node_is_the_next_of_his_queue_and_served_again(scene: Scene) -> None:
    """Caller there, agent here; here dies: the caller hears music, stands before who came later, and is given on."""
    over = await talk(scene, "op-1", caller_at=THERE, agent_at=HERE)
    behind = scene.dial(STRAIGHT, tone_hz=LATER_HZ, node=THERE)
    await scene.waits(1)
    first, second = [one.body["call"] for one in await scene.fact("CallStarted", 2)]
    # He would be the next who is free when here is back, perhaps before the other one is ready.
    await scene.api.pause("op-1")
    pid = scene.platform.kill("asterisk")
    over.served.drop()
    assert [row["call"] for row in await scene.waits(2)] == [first, second]
    (gone,) = await scene.fact("LegGone", why="platform_failure")
    assert (gone.body["call"], (await scene.agents())["op-1"]["state"] != "ready") == (first, True)
    await music(over.call)
    phone = await scene.work("op-2", node=THERE)
    served = await phone.rung()
    await served.rtp.hears(CALLER_HZ)
    await over.call.rtp.hears(AGENT_HZ)
    over.call.hang_up()
    await served.ended()
    await back(scene.platform, "asterisk", pid)
    await both_used(scene.platform)
    agent, leg = await scene.answers()
    assert agent == "op-2"
    await leg.rtp.hears(LATER_HZ)
    behind.hang_up()
    await leg.ended()
    assert sorted(row["outcome"] for row in await scene.records(2)) == ["completed", "completed"]
    record = await scene.api.get(f"/calls/{first}")
    parts = [(one["agent"], one["why"], len(one["segments"])) for one in record["legs"] if one["party"] == "agent"]
    assert parts == [("op-1", "platform_failure", 1), ("op-2", "hung_up", 1)]
    await scene.nobody_is_stuck()


async def test_who_rings_at_a_dead_node_is_left_for_the_next_at_once(scene: Scene) -> None:
    """It rings here for a caller of there; here dies and stays dead: the next one rings; nobody has missed a call."""
    phone = await scene.work("op-1", Ignore(), node=HERE)
    other = await scene.work("op-2", ready=False, node=THERE)
    call = scene.dial(STRAIGHT, node=THERE)
    rung = await phone.rung()
    await rung.ringing()
    await scene.ready("op-2")
    with held(scene.platform):
        pid = scene.platform.kill("asterisk")
        served = await other.rung()
        await served.rtp.hears(CALLER_HZ)
        await call.rtp.hears(AGENT_HZ)
        assert (await scene.agents())["op-1"]["state"] == "unreachable"
    rung.drop()
    call.hang_up()
    await served.ended()
    await back(scene.platform, "asterisk", pid)
    await both_used(scene.platform)
    (record,) = await scene.records(1)
    assert (record["outcome"], record["agents"]) == ("completed", ["op-2"])
    await scene.nobody_is_stuck()
