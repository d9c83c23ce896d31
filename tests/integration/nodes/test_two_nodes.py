"""Two Asterisk nodes of one tenant: who calls at one reaches who is registered at the other."""

from __future__ import annotations

import socket
from contextlib import closing
from datetime import timedelta

from robots.phone import Answer, Ignore, IncomingCall, OutgoingCall, Reject
from robots.sound import level, tone_in
from tests.integration.crash.scene import AGENT_HZ, BRISK, CALLER_HZ, STRAIGHT, Scene, eventually, now

HERE, THERE = 1, 2
CUSTOMER = "+81399990123"


async def talking(scene: Scene, caller_at: int, agent_at: int) -> tuple[OutgoingCall, IncomingCall]:
    """A caller and an agent at these nodes who hear each other."""
    await scene.work("op-1", node=agent_at)
    call = scene.dial(STRAIGHT, node=caller_at, from_number=CUSTOMER)
    _, served = await scene.answers()
    await served.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    return call, served


async def music(call: OutgoingCall) -> None:
    """The caller hears sound that is not the agent's tone."""

    async def heard() -> bool:
        last = call.rtp.heard_since(now() - timedelta(seconds=0.5))
        return level(last) > -60 and tone_in(last, AGENT_HZ) < -3

    await eventually(heard, "music")


async def ends(scene: Scene) -> None:
    """One call of this test, and it went as it should."""
    (record,) = await scene.records(1)
    assert (record["outcome"], record["agents"]) == ("completed", ["op-1"])
    await scene.nobody_is_stuck()


async def test_a_caller_here_and_an_agent_there_talk_and_the_agent_sees_who_calls(scene: Scene) -> None:
    call, served = await talking(scene, HERE, THERE)
    assert served.from_number == CUSTOMER
    served.hang_up()
    await call.ended()
    await ends(scene)


async def test_a_caller_there_and_an_agent_here_talk_and_the_caller_leaves(scene: Scene) -> None:
    call, served = await talking(scene, THERE, HERE)
    assert served.from_number == CUSTOMER
    call.hang_up()
    await served.ended()
    await ends(scene)


async def test_both_there_talk_there(scene: Scene) -> None:
    call, served = await talking(scene, THERE, THERE)
    assert scene.platform.ask_asterisk(HERE, "channels") == []
    call.hang_up()
    await served.ended()
    await ends(scene)


async def test_a_phone_that_says_no_there_has_said_no(scene: Scene) -> None:
    await scene.work("op-1", Reject(603), node=THERE)
    await scene.work("op-2", Answer(), node=HERE, ready=False)
    call = scene.dial(STRAIGHT, node=HERE)
    (refused,) = await scene.fact("OfferRefused", agent="op-1")
    assert refused.body["cause"] == 21
    await scene.ready("op-2")
    await call.rtp.hears(AGENT_HZ)
    assert (await scene.agents())["op-1"]["state"] == "missed"
    call.hang_up()
    await scene.records(1)


async def test_a_phone_that_rings_too_long_there_stops_and_the_caller_keeps_his_turn(scene: Scene) -> None:
    phone = await scene.work("op-1", Ignore(), node=THERE)
    call = scene.dial(BRISK, node=HERE)
    rung = await phone.rung()
    await rung.ringing()
    await scene.fact("OfferMissed", agent="op-1")
    await rung.ended()
    await scene.waits(1, "brisk")
    call.hang_up()
    (record,) = await scene.records(1)
    assert record["outcome"] == "abandoned"


async def test_a_caller_who_gives_up_stops_the_ringing_there(scene: Scene) -> None:
    phone = await scene.work("op-1", Ignore(), node=THERE)
    call = scene.dial(STRAIGHT, node=HERE)
    rung = await phone.rung()
    await rung.ringing()
    call.hang_up()
    await rung.ended()
    (record,) = await scene.records(1)
    assert record["outcome"] == "abandoned"


async def test_a_phone_there_holds_and_takes_back(scene: Scene) -> None:
    call, served = await talking(scene, HERE, THERE)
    assert await served.hold() == 200
    await scene.fact("LegHeld")
    await music(call)
    assert await served.unhold() == 200
    await scene.fact("LegUnheld")
    await call.rtp.hears(AGENT_HZ)
    await served.rtp.hears(CALLER_HZ)
    call.hang_up()
    await served.ended()
    await ends(scene)


async def test_who_registers_at_the_other_node_is_rung_there(scene: Scene) -> None:
    phone = await scene.work("op-1", node=THERE)
    await phone.unregister()

    async def shown(state: str) -> bool:
        return (await scene.agents())["op-1"]["state"] == state

    await eventually(lambda: shown("unreachable"), "op-1 is unreachable")
    await phone.close()
    await scene.api.must("POST", "/agents/op-1/sign-out")
    await talking(scene, THERE, HERE)


async def test_nobody_comes_in_as_a_node(scene: Scene) -> None:
    """From the address of the other node, under its name: without its secret it is asked for credentials."""
    known = scene.platform.tenant("crash")["agents"][0]["sip"]["username"]
    for name in ("node.node-1", "node.node-9", "lives.node-1"):
        invite = _invite(name, known, scene.platform.sip_of(THERE))
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as peer:
            peer.bind(("127.0.0.1", 0))
            peer.settimeout(20)
            peer.sendto(invite.format(port=peer.getsockname()[1]).encode(), scene.platform.sip_of(THERE))
            assert peer.recv(4096).startswith(b"SIP/2.0 401 ")
    assert scene.platform.ask_asterisk(THERE, "channels") == []


def _invite(name: str, phone: str, to: tuple[str, int]) -> str:
    lines = [
        f"INVITE sip:{phone}@{to[0]}:{to[1]} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{{port}};branch=z9hG4bK-{name}",
        f"From: <sip:{name}@127.0.0.1>;tag=1",
        f"To: <sip:{phone}@{to[0]}>",
        f"Call-ID: {name}@tests",
        "CSeq: 1 INVITE",
        f"Contact: <sip:{name}@127.0.0.1:{{port}}>",
        "Max-Forwards: 70",
        "Content-Length: 0",
        "",
        "",
    ]
    return "\r\n".join(lines)
