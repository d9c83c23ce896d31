"""The controller dies while a supervisor listens: he is let go, nothing of it is left, and the talk goes on."""

from __future__ import annotations

import pytest

from tests.integration.crash.lives import Lives
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene, eventually

pytestmark = [pytest.mark.chaos, pytest.mark.beside]

MIXED_DB = -9.0


async def test_who_listens_is_let_go_by_the_next_controller_and_the_talk_goes_on(scene: Scene, lives: Lives) -> None:
    await scene.work("op-1")
    boss_phone = await scene.work("op-2", ready=False)
    call = scene.dial(STRAIGHT)
    started = (await scene.fact("CallStarted"))[-1].body["call"]
    _, served = await scene.answers()
    await call.rtp.hears(AGENT_HZ)
    await scene.api.must("POST", f"/calls/{started}/listen", json={"agent": "op-2"})
    boss = await boss_phone.rung()
    await boss.rtp.hears(CALLER_HZ, at_least_db=MIXED_DB)
    await boss.rtp.hears(AGENT_HZ, at_least_db=MIXED_DB)
    life = await lives.alive()
    await life.kill()
    await boss.rtp.hears(CALLER_HZ, at_least_db=MIXED_DB)
    await lives.begin().ready()
    await boss.ended()
    await eventually(lambda: _two_are_left(scene), "the two who talk, and their bridge")
    await call.rtp.hears(AGENT_HZ)
    await served.rtp.hears(CALLER_HZ)
    call.hang_up()
    (record,) = await scene.records(1)
    assert (record["outcome"], record["agents"]) == ("completed", ["op-1"])
    assert sorted(leg["party"] for leg in record["legs"]) == ["agent", "caller", "supervisor"]
    await scene.nobody_is_stuck()


async def _two_are_left(scene: Scene) -> bool:
    return scene.platform.asterisk_channels() == (2, 1)
