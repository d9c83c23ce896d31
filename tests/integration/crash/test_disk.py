"""A disk that is nearly full: new calls are refused, the one that runs goes on and is written down."""

from __future__ import annotations

import pytest

from tests.integration.crash.lives import Lives
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene, uncut

pytestmark = [pytest.mark.chaos, pytest.mark.beside]


async def test_without_room_for_facts_only_new_calls_are_refused(scene: Scene, lives: Lives) -> None:
    agent = await scene.work("op-1")
    talking = scene.dial(STRAIGHT)
    rung = await agent.rung()
    await talking.rtp.hears(AGENT_HZ)
    await (await lives.alive()).stop()
    life = lives.begin(journal_reserve=1 << 60)
    await life.ready()
    refused = scene.dial(STRAIGHT)
    await refused.ended()
    assert refused.status == 503
    await rung.rtp.hears(CALLER_HZ)
    uncut([talking, rung])
    talking.hang_up()
    (record,) = await scene.records(1)
    assert record["outcome"] == "completed"
    await life.stop()
    await lives.begin().ready()
    again = scene.dial(STRAIGHT)
    await agent.rung()
    await again.rtp.hears(AGENT_HZ)
    again.hang_up()
    await scene.records(2)
    await scene.nobody_is_stuck()
