"""Talks whose parties sit at different nodes: colleagues, hold, transfer, asking first, conference, park, listening."""

from __future__ import annotations

from typing import Any

from robots.phone import Answer, Call, IncomingCall, OutgoingCall, Phone
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene
from tests.integration.nodes.test_two_nodes import music

HERE, THERE = 1, 2
OTHER_HZ, BOSS_HZ = 1500, 700
MIXED_DB = -9.0
PICK_UP = Answer(after=0.2)


async def at(scene: Scene, agent: str, node: int, hz: int, *, ready: bool = False) -> Phone:
    """An agent whose telephone stands at a node and sounds like nobody else's."""
    phone = await scene.work(agent, PICK_UP, ready=ready, node=node)
    phone.tone_hz = hz
    return phone


async def talking(scene: Scene, caller_at: int = HERE, agent_at: int = THERE) -> tuple[OutgoingCall, IncomingCall, str]:
    """A caller of one node talks with op-1, who is at the other."""
    phone = await at(scene, "op-1", agent_at, AGENT_HZ, ready=True)
    call = scene.dial(STRAIGHT, node=caller_at)
    served = await phone.rung()
    await call.rtp.hears(AGENT_HZ)
    await served.rtp.hears(CALLER_HZ)
    (started,) = await scene.fact("CallStarted")
    return call, served, str(started.body["call"])


async def do(scene: Scene, call: str, what: str, agent: str = "op-1", **more: Any) -> Any:
    return await scene.api.must("POST", f"/calls/{call}/{what}", json={"agent": agent, **more})


async def hear(*pairs: tuple[Call, float], mixed: bool = False) -> None:
    """Each hears the other's tone."""
    for ear, hz in pairs:
        await ear.rtp.hears(hz, at_least_db=MIXED_DB if mixed else -3.0)


async def ends(scene: Scene, call: OutgoingCall, *others: Call) -> None:
    """The caller hangs up; nothing is left anywhere."""
    call.hang_up()
    for other in others:
        await other.ended()
    (record,) = await scene.records(1)
    assert record["outcome"] == "completed"
    await scene.nobody_is_stuck()


async def test_colleagues_of_two_nodes_call_each_other(scene: Scene) -> None:
    first = await at(scene, "op-1", HERE, AGENT_HZ)
    second = await at(scene, "op-2", THERE, OTHER_HZ)
    for mine, other, who, whom in ((first, second, "op-1", "op-2"), (second, first, "op-2", "op-1")):
        await scene.api.must("POST", "/calls", json={"to": whom, "agent": who})
        own = await mine.rung()
        rung = await other.rung()
        await hear((own, other.tone_hz), (rung, mine.tone_hz))
        own.hang_up()
        await rung.ended()
        await scene.nobody_is_stuck()
    assert [row["agents"] for row in await scene.records(2)] in (
        [["op-1", "op-2"], ["op-2", "op-1"]],
        [["op-2", "op-1"], ["op-1", "op-2"]],
    )


async def test_a_call_is_held_given_away_and_asked_about_from_node_to_node(scene: Scene) -> None:
    call, served, id = await talking(scene)
    other = await at(scene, "op-2", HERE, OTHER_HZ)
    await do(scene, id, "hold")
    await music(call)
    await served.rtp.misses(CALLER_HZ)
    await do(scene, id, "unhold")
    await hear((call, AGENT_HZ), (served, CALLER_HZ))
    await do(scene, id, "dtmf", digits="19#")
    await call.rtp.hears_digits("19#")
    # From there to here: asked first, by turns, then left to him.
    await do(scene, id, "consult", to="op-2")
    asked = await other.rung()
    await hear((asked, AGENT_HZ), (served, OTHER_HZ))
    await call.rtp.misses(AGENT_HZ)
    await do(scene, id, "swap")
    await hear((call, AGENT_HZ), (served, CALLER_HZ))
    await do(scene, id, "complete")
    await served.ended()
    await hear((call, OTHER_HZ), (asked, CALLER_HZ))
    # From here to there, blindly.
    await do(scene, id, "transfer", "op-2", to="op-1")
    back = await scene.phones["op-1"].rung()
    await asked.ended()
    await hear((call, AGENT_HZ), (back, CALLER_HZ))
    # And to the queue, where the other one is ready.
    await scene.api.pause("op-1")
    await scene.ready("op-2")
    await do(scene, id, "transfer", queue="main")
    again = await other.rung()
    await back.ended()
    await hear((call, OTHER_HZ), (again, CALLER_HZ))
    await ends(scene, call, again)


async def test_three_of_two_nodes_talk_and_two_go_on(scene: Scene) -> None:
    call, served, id = await talking(scene, HERE, THERE)
    other = await at(scene, "op-2", HERE, OTHER_HZ)
    await do(scene, id, "conference", to="op-2")
    third = await other.rung()
    await hear(
        (call, AGENT_HZ), (call, OTHER_HZ), (served, CALLER_HZ), (served, OTHER_HZ), (third, CALLER_HZ),
        (third, AGENT_HZ), mixed=True,
    )  # fmt: skip
    await do(scene, id, "drop")
    await served.ended()
    await hear((call, OTHER_HZ), (third, CALLER_HZ))
    await ends(scene, call, third)


async def test_a_call_parked_there_is_picked_up_here_and_back(scene: Scene) -> None:
    call, served, id = await talking(scene, HERE, THERE)
    here = await at(scene, "op-2", HERE, OTHER_HZ)
    place = (await do(scene, id, "park"))["place"]
    await served.ended()
    await music(call)
    dialled = here.dial(place)
    await hear((call, OTHER_HZ), (dialled, CALLER_HZ))
    # The telephone there dials the place of a call of here: it is rung, since legs of two nodes hear nobody.
    place = (await do(scene, id, "park", "op-2"))["place"]
    await dialled.ended()
    refused = scene.phones["op-1"].dial(place)
    await refused.ended()
    rung = await scene.phones["op-1"].rung()
    await hear((call, AGENT_HZ), (rung, CALLER_HZ))
    await ends(scene, call, rung)


async def test_a_supervisor_of_another_node_hears_whispers_and_joins_in(scene: Scene) -> None:
    call, served, id = await talking(scene, HERE, THERE)
    boss_phone = await at(scene, "op-2", THERE, BOSS_HZ)
    await do(scene, id, "listen", "op-2")
    boss = await boss_phone.rung()
    await hear((boss, CALLER_HZ), (boss, AGENT_HZ), mixed=True)
    for ear in (call, served):
        await ear.rtp.misses(BOSS_HZ)
    await do(scene, id, "whisper", "op-2")
    await hear((served, BOSS_HZ), mixed=True)
    await call.rtp.misses(BOSS_HZ)
    await do(scene, id, "barge", "op-2")
    await hear((served, BOSS_HZ), (call, BOSS_HZ), mixed=True)
    await ends(scene, call, served, boss)
