"""kill -9 of one Asterisk of two: the calls of the other do not notice, and the dead one is used again."""

from __future__ import annotations

import asyncio

import pytest

from robots.call import Side
from robots.phone import Answer, Ignore
from tests.integration.crash.lives import held
from tests.integration.crash.load import FULL
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene, eventually, gap, now, tell
from tests.integration.nodes.people import Talk, back, both_used, talk
from tests.integration.nodes.test_two_nodes import music

pytestmark = pytest.mark.chaos

HERE, THERE = 1, 2
OTHER_HZ = 1500
TALK = 100
"""Packets: two seconds of what a party hears."""
GAP_MS = 200.0 if FULL else 1000.0
"""What a talking party may hear nothing at most, in ms: one packet comes each 20 ms, the machine has other work, and
who was cut off hears nothing any more."""


@pytest.mark.timeout(240)
async def test_killing_one_node_leaves_the_calls_of_the_other_alone(scene: Scene) -> None:
    """Caller and agent there talk on; whose agent was here hears music soon and is given to somebody else; whose caller
    was here hears the end; while it is dead the other takes calls; then both do."""
    there = await talk(scene, "op-1", caller_at=THERE, agent_at=THERE)
    cut = await talk(scene, "op-2", caller_at=HERE, agent_at=THERE)
    over = await talk(scene, "op-3", caller_at=THERE, agent_at=HERE)
    with held(scene.platform):
        killed = now()
        scene.platform.kill("asterisk")
        for leg in (cut.call, over.served):
            leg.drop()

        async def lost() -> bool:
            used = await asyncio.to_thread(scene.platform.nodes_used)
            return used == {"node-1": "lost", "node-2": "used"}

        await eventually(lost, "node-1 is lost")
        before = there.call.rtp.received
        await there.call.rtp.changes.until(lambda: there.call.rtp.received > before + TALK or None, 30, "two seconds")
        longest = gap([there.call, there.served], killed)
        (gone,) = await scene.fact("LegGone", why="platform_failure")
        # A channel ends with 44 when no sound has come for half a minute.
        assert gone.body["cause"] == 0
        await music(over.call)
        await cut.served.ended()
        assert (cut.served.ended_by, there.call.ended_by) == (Side.PEER, None)
        again = await (await scene.work("op-4", node=THERE)).rung()
        await over.call.rtp.hears(AGENT_HZ)
        served = await talk(scene, "op-5", caller_at=THERE, agent_at=THERE)
        assert (await scene.agents())["op-3"]["state"] != "ready"
    await both_used(scene.platform)
    assert longest <= GAP_MS
    tell(gap_ms=longest)

    # What the dead node had of others has ended everywhere, and is accounted for.
    await scene.fact("CallEnding", outcome="platform_failure")
    for one in (there, served, Talk(over.call, again)):
        await one.call.rtp.hears(AGENT_HZ)
        one.call.hang_up()
        await one.served.ended()
    records = await scene.records(4)
    assert sorted(row["outcome"] for row in records) == ["completed", "completed", "completed", "platform_failure"]

    # The dead one is used again, also by who was registered there.
    await scene.phones["op-3"].register()
    await scene.ready("op-3")
    for agent in ("op-1", "op-2", "op-4", "op-5"):
        await scene.api.pause(agent)
    call = scene.dial(STRAIGHT, node=HERE)
    agent, leg = await scene.answers()
    assert agent == "op-3"
    await leg.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    call.hang_up()
    await scene.records(5)


async def test_a_dead_controller_of_two_nodes_is_noticed_on_neither(scene: Scene) -> None:
    """The next one adopts the talks on both and between them, and the callers who wait on both in their order."""
    talks = [
        await talk(scene, f"op-{number}", caller_at=caller, agent_at=agent)
        for number, (caller, agent) in enumerate([(HERE, HERE), (THERE, THERE), (HERE, THERE)], start=1)
    ]
    waiting = []
    for count, node in enumerate((HERE, THERE, HERE), start=1):
        waiting.append(scene.dial(STRAIGHT, node=node))
        await scene.waits(count)
    order = [row["call"] for row in await scene.waiting()]
    killed = now()
    await back(scene.platform, "controller", scene.platform.kill("controller"))
    await both_used(scene.platform)
    longest = gap([leg for one in talks for leg in (one.call, one.served)], killed)
    assert [row["call"] for row in await scene.waiting()] == order
    assert longest <= GAP_MS
    tell(gap_ms=longest)
    for one in talks:
        await one.call.rtp.hears(AGENT_HZ)
        await one.served.rtp.hears(CALLER_HZ)
    for call in waiting:
        assert call.ended_by is None
        call.hang_up()
    await scene.waits(0)
    for one in talks:
        one.served.hang_up()
        await one.call.ended()
    records = await scene.records(6)
    assert sorted(row["outcome"] for row in records) == ["abandoned"] * 3 + ["completed"] * 3
    await scene.nobody_is_stuck()


async def test_a_caller_who_dies_while_he_is_offered_elsewhere_stops_the_ringing_there(scene: Scene) -> None:
    """The agent there is rung for a caller of here; here dies; his telephone rings no more, and he works on."""
    phone = await scene.work("op-1", Ignore(), node=THERE)
    caller = scene.dial(STRAIGHT, node=HERE)
    rung = await phone.rung()
    await rung.ringing()
    pid = scene.platform.kill("asterisk")
    caller.drop()
    await rung.ended()
    await back(scene.platform, "asterisk", pid)
    await both_used(scene.platform)
    (record,) = await scene.records(1)
    assert (record["outcome"], record["agents"]) == ("platform_failure", [])
    await eventually(lambda: _shown(scene, "op-1", "ready", "missed"), "op-1 is free")
    await scene.ready("op-1")
    phone.behaviour = Answer()
    call = scene.dial(STRAIGHT, node=THERE)
    await call.rtp.hears(AGENT_HZ)
    call.hang_up()
    await scene.records(2)
    await scene.nobody_is_stuck()


async def _shown(scene: Scene, agent: str, *states: str) -> bool:
    return (await scene.agents())[agent]["state"] in states


async def test_of_a_conference_those_talk_on_who_were_at_no_dead_node(scene: Scene) -> None:
    """Caller and agent there, a colleague here: he is cut with his node, the two hear each other all the time."""
    there = await talk(scene, "op-1", caller_at=THERE, agent_at=THERE)
    other = await scene.work("op-2", Answer(after=0.2), ready=False, node=HERE)
    other.tone_hz = OTHER_HZ
    (started,) = await scene.fact("CallStarted")
    id = started.body["call"]
    await scene.api.must("POST", f"/calls/{id}/conference", json={"agent": "op-1", "to": "op-2"})
    third = await other.rung()
    await third.rtp.hears(CALLER_HZ, at_least_db=-9.0)
    await there.call.rtp.hears(OTHER_HZ, at_least_db=-9.0)
    killed = now()
    pid = scene.platform.kill("asterisk")
    third.drop()
    await back(scene.platform, "asterisk", pid)
    await both_used(scene.platform)
    longest = gap([there.call, there.served], killed)
    assert longest <= GAP_MS
    tell(gap_ms=longest)
    await there.call.rtp.hears(AGENT_HZ)
    await there.served.rtp.hears(CALLER_HZ)
    await eventually(lambda: _shown(scene, "op-2", "paused", "unreachable"), "op-2 is out of the call")
    there.call.hang_up()
    await there.served.ended()
    (record,) = await scene.records(1)
    assert record["outcome"] == "completed"
    await scene.phones["op-2"].register()
    await scene.nobody_is_stuck()
