"""A telephone in a browser that stands at the other node: who calls here reaches it, and it holds and hangs up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.e2e.browser import browser
from tests.integration.crash.ledger import TENANT
from tests.integration.crash.lives import held
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene, eventually
from tests.integration.nodes.people import both_used
from tests.integration.nodes.test_two_nodes import music

HERE, THERE = 1, 2
WHO = "op-1"


@pytest.mark.timeout(300)
async def test_a_browser_that_registered_there_while_here_was_away_is_rung_from_here(
    scene: Scene, tmp_path: Path
) -> None:
    known = next(one for one in scene.platform.tenant(TENANT)["agents"] if one["id"] == WHO)
    async with browser(scene.platform, tmp_path, AGENT_HZ) as phone:
        # Browsers go to the first node that takes them: it is away for a moment.
        with held(scene.platform):
            scene.platform.kill("asterisk")

            async def lost() -> bool:
                used = await asyncio.to_thread(scene.platform.nodes_used)
                return used == {"node-1": "lost", "node-2": "used"}

            await eventually(lost, "node-1 is lost")
            await phone.log_in(TENANT, known)
            await phone.press("サインイン")
            await phone.press("受付可にする")
            await eventually(lambda: _is(scene, "ready"), f"{WHO} is ready")
        await both_used(scene.platform)
        call = scene.dial(STRAIGHT, node=HERE)
        await phone.press("応答")
        await call.rtp.hears(AGENT_HZ)
        assert await phone.hears(CALLER_HZ) == pytest.approx(CALLER_HZ, abs=10)
        assert any("node.node-2" in one["name"] for one in scene.platform.ask_asterisk(HERE, "channels"))
        await phone.press("保留")
        await music(call)
        await phone.press("保留を解除")
        await call.rtp.hears(AGENT_HZ)
        await phone.press("切断")
        await call.ended()
        (record,) = await scene.records(1)
        assert (record["outcome"], record["agents"]) == ("completed", [WHO])
        await scene.nobody_is_stuck()
        await scene.api.must("POST", f"/agents/{WHO}/sign-out")


async def _is(scene: Scene, state: str) -> bool:
    return bool((await scene.agents())[WHO]["state"] == state)
