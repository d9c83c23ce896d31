"""The controller dies at each step of a call that an agent makes: it goes on or ends cleanly, and leaves one record."""

from __future__ import annotations

import pytest

from robots.phone import Answer, CallOver, OutgoingCall
from tests.contract.asterisk.sip_peer import SipPeer
from tests.e2e.crew import Api
from tests.integration.crash import ledger
from tests.integration.crash.lives import Lives
from tests.integration.crash.load import sampled
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, Scene
from tests.integration.crash.test_fault_points import Reborn

pytestmark = [pytest.mark.chaos, pytest.mark.beside]

CASES = [(1, 1), (2, 1), (2, 2), (3, 1), (6, 1), (7, 1), (7, 2), (7, 3), (8, 1), (8, 3), (9, 1), (11, 1), (12, 1)]
"""Step of docs/call.md, and at which passing of it: 7-1 is written down and not dialled yet, 7-3 answered and not
connected yet."""


@pytest.fixture
async def way_out(scene: Scene) -> None:
    """The carrier is the scene's caller, who answers."""
    scene.caller.behaviour = Answer(after=0.5)
    scene.caller.tone_hz = CALLER_HZ
    host, port = scene.caller.address
    async with scene.platform.api(scene.platform.demo["platform"]) as client:
        trunk = {"addresses": [host], "contact": f"sip:{host}:{port}"}
        await Api(client).must("PUT", "/platform/trunks/carrier", json=trunk, headers={"If-Match": "*"})


@pytest.mark.usefixtures("way_out")
@pytest.mark.parametrize(("step", "times"), sampled(CASES))
async def test_a_call_out_survives_the_death_of_the_controller_or_ends_cleanly_at(
    scene: Scene, lives: Lives, step: int, times: int
) -> None:
    phone = await scene.work("op-1")
    life = await lives.alive()
    lives.arm(step, times)
    call = phone.dial("0312340000")
    reborn = Reborn(scene, lives, life)
    try:
        talked = await _talked(scene, call)
        await reborn.done()
    finally:
        reborn.end()

    (record,) = await scene.records(1)
    assert (record["direction"], record["agents"]) == ("outbound", ["op-1"])
    assert record["outcome"] == ("completed" if talked else "congested")
    assert talked or step in (7, 8)
    await scene.nobody_is_stuck()
    await scene.copied(reborn.written)
    assert len(ledger.of(await scene.facts(), "DialTried")) == 1
    assert len(scene.caller.calls) <= 1


TRIES = [(7, 1), (7, 2), (8, 1), (8, 2), (2, 2), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7)]
"""Between two trunks: 7-2 is the second try written down and not begun; 1-3 and on are events of the first one."""


@pytest.mark.parametrize(("step", "times"), sampled(TRIES))
async def test_a_controller_that_dies_between_two_trunks_goes_on_with_the_next(
    scene: Scene, lives: Lives, step: int, times: int
) -> None:
    scene.caller.behaviour = Answer(after=0.5)
    scene.caller.tone_hz = CALLER_HZ
    broken = await SipPeer.open("127.0.0.6", scene.platform.sip)
    broken.on_invite = lambda call: call.reply(503, "Service Unavailable")
    try:
        await _lead(scene, ("first", *_address(broken)), ("carrier", *scene.caller.address))
        phone = await scene.work("op-1")
        life = await lives.alive()
        lives.arm(step, times)
        call = phone.dial("0312340000")
        reborn = Reborn(scene, lives, life)
        try:
            assert await _talked(scene, call)
            await reborn.done()
        finally:
            reborn.end()
    finally:
        broken.close()
        await _lead(scene, ("carrier", *scene.caller.address))

    (record,) = await scene.records(1)
    assert (record["direction"], record["outcome"]) == ("outbound", "completed")
    await scene.nobody_is_stuck()
    await scene.copied(reborn.written)
    tried = [entry.body["trunk"] for entry in ledger.of(await scene.facts(), "DialTried")]
    assert tried == ["first", "carrier"]
    assert len(scene.caller.calls) == 1


def _address(peer: SipPeer) -> tuple[str, int]:
    return peer.host, int(peer.address.rpartition(":")[2])


async def _lead(scene: Scene, *trunks: tuple[str, str, int]) -> None:
    """The line's trunks are these, in this order."""
    async with scene.platform.api(scene.platform.demo["platform"]) as client:
        platform = Api(client)
        for name, host, port in trunks:
            path, trunk = f"/platform/trunks/{name}", {"addresses": [host], "contact": f"sip:{host}:{port}"}
            there = (await platform.ask("GET", path)).status_code == 200
            await platform.must("PUT", path, json=trunk, headers={"If-Match": "*"} if there else {})
        line = f"/platform/tenants/{ledger.TENANT}/lines/out"
        there = (await platform.ask("GET", line)).status_code == 200
        wanted = {"trunks": [name for name, _, _ in trunks]}
        await platform.must("PUT", line, json=wanted, headers={"If-Match": "*"} if there else {})


async def _talked(scene: Scene, call: OutgoingCall) -> bool:
    """Whether the two were connected; then they hear each other, and the agent hangs up."""
    try:
        await call.answered(limit=40)
    except CallOver:
        return False
    rung = await scene.caller.rung()
    await rung.rtp.hears(AGENT_HZ)
    await call.rtp.hears(CALLER_HZ)
    call.hang_up()
    await rung.ended()
    return True
