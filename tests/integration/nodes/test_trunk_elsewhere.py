"""Calls out over a trunk that only the other node has: an agent's own, and a caller given to somebody outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from robots.phone import Answer, Caller, Ignore, Reject
from robots.sip import encode
from tests.e2e.crew import Api
from tests.e2e.office import admin_of
from tests.integration.crash.ledger import TENANT
from tests.integration.crash.lives import held, in_hand
from tests.integration.crash.scene import AGENT_HZ, BRISK, CALLER_HZ, GREETED, STRAIGHT, Scene, opened
from tests.integration.nodes.people import back, both_used
from tests.platform import Platform, running_platform

SEED = Path(__file__).parents[1] / "crash" / "seed.toml"
HERE, THERE = 1, 2
NEAR, NEAR_HZ = "carrier", 1500
FAR, FAR_ADDRESS, FAR_HZ = "second", "127.0.0.3", 2200
OUTSIDE = "+81312340000"
SHOWN = GREETED
PICK_UP = Answer(after=0.2)


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """Two nodes, each with a trunk of its own. A machine that stalls for a second is no dead trunk."""
    patient = {"DENWABAN_TRUNK_SILENCE": "6"}
    with running_platform(SEED, patient, nodes=2, trunks=[[NEAR], [FAR]]) as running:
        in_hand(running)
        yield running


@pytest.fixture
async def scene(platform: Platform) -> AsyncIterator[Scene]:
    """People around both nodes."""
    await both_used(platform)
    async with opened(platform) as people:
        yield people


@pytest.fixture
async def far(scene: Scene) -> AsyncIterator[Caller]:
    """The carrier behind the trunk that node 2 alone has; the tenant's only line leads there."""
    async with (
        scene.platform.api(scene.platform.demo["platform"]) as client,
        await Caller.open(scene.stage, FAR_ADDRESS, tone_hz=FAR_HZ) as robot,
    ):
        robot.behaviour = PICK_UP
        root = Api(client)
        await _put(root, f"/platform/trunks/{FAR}", _leads_to(robot))
        await _put(root, f"/platform/tenants/{TENANT}/lines/out", {"trunks": [FAR]})
        yield robot


def _leads_to(robot: Caller) -> dict[str, object]:
    host, port = robot.address
    return {"addresses": [host], "contact": f"sip:{host}:{port}"}


async def _put(root: Api, path: str, body: dict[str, object]) -> None:
    there = (await root.ask("GET", path)).status_code == 200
    told = await root.must("PUT", path, json=body, headers={"If-Match": "*"} if there else {})
    assert told["in_force"] is True, told


async def test_an_agent_here_calls_out_over_the_trunk_there_and_is_told_what_the_far_end_says(
    scene: Scene, far: Caller
) -> None:
    phone = await scene.work("op-1", ready=False, node=HERE)
    dialled = phone.dial(OUTSIDE)
    rung = await far.rung()
    assert (rung.to_number, rung.from_number) == (OUTSIDE, SHOWN)
    await rung.rtp.hears(AGENT_HZ)
    await dialled.rtp.hears(FAR_HZ)
    rung.hang_up()
    # Before a call of his is over he cannot make another one.
    await scene.records(1)
    for over, status in enumerate((486, 404), start=2):
        far.behaviour = Reject(status)
        refused = phone.dial(OUTSIDE)
        turned_down = await far.rung()
        assert turned_down.from_number == SHOWN
        await refused.ended()
        assert refused.status == status
        await scene.records(over)
    far.behaviour = PICK_UP
    hidden = phone.dial("184" + OUTSIDE.replace("+81", "0"))
    rung = await far.rung()
    assert rung.invite is not None
    assert rung.from_number == "anonymous"
    assert SHOWN not in encode(rung.invite).decode()
    await hidden.rtp.hears(FAR_HZ)
    hidden.hang_up()
    await rung.ended()
    records = await scene.records(4)
    assert sorted(row["outcome"] for row in records) == ["busy", "completed", "completed", "unobtainable"]
    await scene.nobody_is_stuck()


async def test_a_call_over_the_trunk_there_takes_its_channel_also_after_a_restart(scene: Scene, far: Caller) -> None:
    await limited(scene, far, 1)
    first = await scene.work("op-1", ready=False, node=HERE)
    second = await scene.work("op-2", PICK_UP, ready=False, node=HERE)
    call = first.dial(OUTSIDE)
    rung = await far.rung()
    await call.rtp.hears(FAR_HZ)
    for restarted in (False, True):
        if restarted:
            await back(scene.platform, "controller", scene.platform.kill("controller"))
            await both_used(scene.platform)
        no = second.dial(OUTSIDE)
        await no.ended()
        assert no.status == 503
    assert len(far.calls) == 1
    call.hang_up()
    await rung.ended()
    await scene.records(3)
    again = second.dial(OUTSIDE)
    await far.rung()
    await again.rtp.hears(FAR_HZ)
    again.hang_up()
    records = await scene.records(4)
    assert sorted(row["outcome"] for row in records) == ["completed", "completed", "congested", "congested"]
    await scene.nobody_is_stuck()


async def limited(scene: Scene, far: Caller, channels: int) -> None:
    """The far trunk has so many channels."""
    async with scene.platform.api(scene.platform.demo["platform"]) as client:
        await _put(Api(client), f"/platform/trunks/{FAR}", {**_leads_to(far), "channels": channels})


async def test_a_caller_here_is_given_to_somebody_behind_the_trunk_there(scene: Scene, far: Caller) -> None:
    phone = await scene.work("op-1", PICK_UP, node=THERE)
    call = scene.dial(STRAIGHT, node=HERE)
    served = await phone.rung()
    await call.rtp.hears(AGENT_HZ)
    (started,) = await scene.fact("CallStarted")
    path = f"/calls/{started.body['call']}/transfer"
    await scene.api.must("POST", path, json={"agent": "op-1", "to": OUTSIDE})
    outside = await far.rung()
    await served.ended()
    await call.rtp.hears(FAR_HZ)
    await outside.rtp.hears(CALLER_HZ)
    call.hang_up()
    await outside.ended()
    (record,) = await scene.records(1)
    assert record["outcome"] == "completed"
    await scene.nobody_is_stuck()


async def near(scene: Scene) -> Caller:
    """The scene's caller is the carrier of the trunk here, which is the line's next one."""
    scene.caller.behaviour, scene.caller.tone_hz = PICK_UP, NEAR_HZ
    async with scene.platform.api(scene.platform.demo["platform"]) as client:
        await _put(Api(client), f"/platform/trunks/{NEAR}", _leads_to(scene.caller))
        await _put(Api(client), f"/platform/tenants/{TENANT}/lines/out", {"trunks": [FAR, NEAR]})
    return scene.caller


async def leaves_at_once(scene: Scene) -> None:
    """Who waits in the queue that rings for a moment is put through to somebody outside."""
    async with admin_of(scene.platform, scene.platform.tenant(TENANT)["admin"]) as boss:
        chain = {"overflow": [{"kind": "number", "number": OUTSIDE.replace("+81", "0")}]}
        await boss.change("queues/brisk", longest_wait=1, waiting=chain)


async def test_who_is_rung_over_the_trunk_of_a_node_that_dies_is_rung_over_the_next(scene: Scene, far: Caller) -> None:
    """An agent's own call and a caller's who leaves his queue; the node stays dead all the while."""
    await leaves_at_once(scene)
    carrier = await near(scene)
    far.behaviour = Ignore()
    phone = await scene.work("op-1", ready=False, node=HERE)
    ends = {SHOWN: (phone.dial(OUTSIDE), AGENT_HZ), BRISK: (scene.dial(BRISK, node=HERE), CALLER_HZ)}
    lost = [await far.rung(), await far.rung()]
    assert {one.from_number for one in lost} == ends.keys()
    for one in lost:
        await one.ringing()
    with held(scene.platform):
        pid = scene.platform.kill("asterisk-node-2")
        for one in lost:
            one.drop()
        for _ in ends:
            rung = await carrier.rung()
            assert rung.to_number == OUTSIDE
            who, tone = ends[rung.from_number]
            await who.rtp.hears(NEAR_HZ)
            await rung.rtp.hears(tone)
            who.hang_up()
            await rung.ended()
    await back(scene.platform, "asterisk-node-2", pid)
    await both_used(scene.platform)
    assert [row["outcome"] for row in await scene.records(2)] == ["completed", "completed"]
    failed = await scene.fact("DialFailed", 2)
    assert [(one.body["cause"], one.body["sip"]) for one in failed] == [(34, None), (34, None)]
    await scene.nobody_is_stuck()
