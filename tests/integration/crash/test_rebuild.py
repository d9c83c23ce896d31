"""A restart rebuilds the same floor out of a snapshot and the facts after it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.integration.crash import ledger
from tests.integration.crash.crowd import answering, gathered
from tests.integration.crash.load import LOAD
from tests.integration.crash.scene import Scene, eventually, tell, uncut

pytestmark = [pytest.mark.chaos, pytest.mark.beside]


async def test_board_and_floor_are_the_same_after_all_has_been_rebuilt(scene: Scene) -> None:
    crowd = await gathered(scene, LOAD)
    await scene.waits(LOAD.waiting + LOAD.greeted)
    before = await _shown(scene)
    (snapshot,) = await ledger.query(
        scene.platform, "SELECT max(seq) AS seq FROM snapshots WHERE tenant = $1", ledger.TENANT
    )
    assert snapshot["seq"] is not None
    old = [scene.platform.kill(name) for name in ("controller", "api")]

    async def anew() -> bool:
        return all(scene.platform.pid(name) not in old for name in ("controller", "api"))

    await eventually(anew, "both are started again", 30)
    await asyncio.to_thread(scene.platform.wait_ready)
    assert await _shown(scene) == before
    uncut(crowd.all)
    for call in crowd.talking:
        call.hang_up()
    await answering(scene, [], [*crowd.waiting, *crowd.greeted])
    offers = [entry.body["call"] for entry in ledger.of(await scene.facts(), "OfferMade")]
    assert offers[LOAD.talking :] == [row["call"] for row in before["waiting"]]
    facts = await ledger.last(scene.platform)
    tell(facts=facts, of_which_in_the_snapshot=snapshot["seq"])


async def _shown(scene: Scene) -> dict[str, Any]:
    """What the API shows of agents, queues and turns."""
    return {
        "agents": await scene.agents(),
        "queues": (await scene.api.get("/queues"))["items"],
        "waiting": await scene.waiting(),
    }
