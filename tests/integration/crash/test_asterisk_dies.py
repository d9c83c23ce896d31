"""kill -9 of Asterisk: every cut call has one record that says so, and work goes on as soon as it is back."""

from __future__ import annotations

import asyncio
import time

import httpx2
import pytest

from tests.integration.crash.crowd import gathered
from tests.integration.crash.load import LOAD
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene, eventually, tell

pytestmark = pytest.mark.chaos

RETURN_LIMIT = 60.0


async def test_calls_cut_by_a_dying_asterisk_are_told_and_the_next_are_served(scene: Scene) -> None:
    crowd = await gathered(scene, LOAD)
    pid = scene.platform.kill("asterisk")
    for call in crowd.all:
        call.drop()

    async def back() -> bool:
        if scene.platform.pid("asterisk") == pid:
            return False
        try:
            await asyncio.to_thread(scene.platform.asterisk_channels)
        except httpx2.HTTPError:
            return False
        return True

    await eventually(back, "Asterisk is back", RETURN_LIMIT)
    returned = time.monotonic()

    async def all_ready() -> bool:
        shown = await scene.agents()
        return all(shown[agent]["state"] == "ready" for agent in scene.phones)

    await eventually(all_ready, "all agents ready", LOAD.adopted)
    ready = time.monotonic() - returned
    records = await scene.records(LOAD.talking + LOAD.waiting + LOAD.greeted)
    assert {row["outcome"] for row in records} == {"platform_failure"}
    assert await scene.waiting() == []

    call = scene.dial(STRAIGHT)
    _, rung = await scene.answers()
    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    call.hang_up()
    records = await scene.records(len(records) + 1)
    assert [row["outcome"] for row in records].count("completed") == 1
    tell(agents_ready_after_s=ready)
