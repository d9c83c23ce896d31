"""The controller dies at each step of a call's path: no fact is lost, no ring repeated, the caller is served."""

from __future__ import annotations

import asyncio
import signal
import time

import pytest

from robots.phone import Ignore, OutgoingCall, Phone, Silent
from tests.integration.crash import ledger
from tests.integration.crash.ledger import Entry
from tests.integration.crash.lives import Life, Lives
from tests.integration.crash.load import LOAD
from tests.integration.crash.scene import AGENT_HZ, BRISK, CALLER_HZ, STRAIGHT, TOLD, Scene, tell, uncut

pytestmark = [pytest.mark.chaos, pytest.mark.beside]

FLOW_STEPPED, RECOVERED = 5, 13
TIMES = {
    1: (4, 1, 8, 12, 16),
    2: (2, 1, 3, 1, 2),
    3: (5, 1, 3, 7, 9),
    4: (2, 1, 3, 2, 3),
    5: (1, 2, 1, 2, 1),
    6: (3, 1, 2, 5, 8),
    7: (2, 1, 3, 5, 7),
    8: (2, 1, 3, 4, 5),
    9: (1, 1, 1, 1, 1),
    10: (1, 1, 1, 1, 1),
    11: (1, 1, 1, 1, 1),
    12: (2, 1, 3, 1, 2),
    13: (1, 1, 1, 1, 1),
}
"""At which passing of a step (docs/call.md) the controller dies, counted in this call; by default the first."""
CASES = [
    pytest.param(step, times, id=f"{step}-{nth}-{times}")
    for step, all_times in TIMES.items()
    for nth, times in enumerate(all_times[: LOAD.occurrences], start=1)
]


class Reborn:
    """Waits for the death of a life and begins the next at once."""

    def __init__(self, scene: Scene, lives: Lives, life: Life) -> None:
        self.written: list[Entry] = []
        self.adopted = 0.0
        self._scene = scene
        self._lives = lives
        self._life = life
        self._watch = asyncio.create_task(self._again())

    async def done(self) -> None:
        """The death has come and the next life is ready."""
        await self._watch

    def end(self) -> None:
        self._watch.cancel()

    async def _again(self) -> None:
        assert await self._life.ended() == -signal.SIGKILL
        self.written = ledger.journaled(self._scene.platform)
        self.adopted = await self._lives.begin().ready()


@pytest.mark.parametrize(("step", "times"), CASES)
async def test_a_call_survives_the_death_of_the_controller_at(
    scene: Scene, lives: Lives, step: int, times: int
) -> None:
    silent = await scene.work("op-1", Ignore())
    other = await scene.work("op-2")
    life = await lives.alive()
    if step == RECOVERED:
        call = scene.dial(BRISK)
        await silent.rung()
        lives.arm(step, times)
        await life.kill()
        life = lives.begin()
    else:
        lives.arm(step, times)
        call = scene.dial(TOLD if step == FLOW_STEPPED else BRISK)
    reborn = Reborn(scene, lives, life)
    try:
        began = time.monotonic()
        await _served(call, other)
        served = time.monotonic() - began
        await reborn.done()
    finally:
        reborn.end()

    records = await scene.records(1)
    assert [(row["outcome"], row["agents"]) for row in records] == [("completed", ["op-2"])]
    await scene.nobody_is_stuck()
    await scene.copied(reborn.written)
    assert len(silent.calls) <= 1
    assert len(other.calls) == 1
    uncut([call])
    assert reborn.adopted < LOAD.adopted
    tell(step=step, times=times, adopted_s=reborn.adopted, served_s=served)


async def test_a_phone_that_has_said_nothing_yet_rings_once(scene: Scene, lives: Lives) -> None:
    """The INVITE is out, no 180 has come: the next life neither takes it back nor sends another."""
    agent = await scene.work("op-2", Silent())
    life = await lives.alive()
    call = scene.dial(STRAIGHT)
    rung = await agent.rung()
    await life.kill()
    await lives.begin().ready()
    rung.answer()
    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    call.hang_up()
    await rung.ended()
    (record,) = await scene.records(1)
    assert (record["outcome"], record["agents"]) == ("completed", ["op-2"])
    assert list(agent.calls) == [rung]
    await scene.nobody_is_stuck()


async def _served(call: OutgoingCall, agent: Phone) -> None:
    """The caller talks with the agent, and then hangs up."""
    rung = await agent.rung()
    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    call.hang_up()
    await rung.ended()
