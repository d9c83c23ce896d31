"""The controller dies while a call is given to a colleague, asked about, and parked: the caller is always served."""

from __future__ import annotations

from typing import Any

import pytest

from robots.phone import Answer, Ignore, IncomingCall, OutgoingCall
from robots.sound import level, tone_in
from robots.waiting import PATIENCE
from tests.integration.crash.lives import Lives
from tests.integration.crash.load import sampled
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene
from tests.integration.crash.test_fault_points import Reborn

pytestmark = [pytest.mark.chaos, pytest.mark.beside]

OTHER_HZ = 1500
CASES = [
    ("transfer", 7, 1),
    ("consult", 8, 1),
    ("transfer", 9, 1),
    ("consult", 7, 1),
    ("transfer", 8, 1),
    ("consult", 7, 2),
    ("transfer", 2, 1),
    ("transfer", 6, 1),
    ("transfer", 7, 2),
    ("consult", 9, 1),
]
"""What is ordered, the step of docs/call.md, and at which passing of it: 7-1 is written down and not done yet."""

BEFORE_THE_ANSWER = [(7, 1), (8, 1)]
"""At these passings of a consult it is ordered only, and the colleague may be let ring for as long as a test wants."""
MUSIC_SAMPLES, MUSIC_DB = 4_000, -45.0
NO_TONE_DB = -10.0
"""How much of the music lies at an agent's tone at most; where he is heard it is nearly all."""


@pytest.mark.parametrize(("verb", "step", "times"), sampled(CASES))
async def test_a_call_that_is_given_away_survives_the_death_of_the_controller_at(
    scene: Scene, lives: Lives, verb: str, step: int, times: int
) -> None:
    first = await scene.work("op-1", Answer(after=0.2))
    call = scene.dial(STRAIGHT)
    served = await first.rung()
    await call.rtp.hears(AGENT_HZ)
    # The dead controller has told nobody to take the agent away from his caller, unless it died of the answer.
    waits = verb == "consult" and (step, times) in BEFORE_THE_ANSWER
    other = await scene.work("op-2", Ignore() if waits else Answer(after=0.2))
    other.tone_hz = OTHER_HZ
    life = await lives.alive()
    path = f"/calls/{await _call(scene)}/{verb}"
    body: dict[str, Any] = {"agent": "op-1", "to": "op-2"}
    lives.arm(step, times)
    reborn = Reborn(scene, lives, life)
    try:
        await scene.api.ask("POST", path, json=body)
        await reborn.done()
        if step == 6:
            # Nothing was written down: the order was lost, and is given once more.
            await scene.api.must("POST", path, json=body)
        rung = await other.rung()
        if waits:
            await _apart(call, served)
            rung.answer()
        await rung.answered()
        if verb == "consult":
            await served.rtp.hears(OTHER_HZ)
            await rung.rtp.hears(AGENT_HZ)
            await _apart(call, served)
            await scene.api.must("POST", path.replace(verb, "complete"), json={"agent": "op-1"})
        await served.ended()
        await call.rtp.hears(OTHER_HZ)
        await rung.rtp.hears(CALLER_HZ)
    finally:
        reborn.end()
    call.hang_up()
    (record,) = await scene.records(1)
    assert record["outcome"] == "completed"
    await scene.nobody_is_stuck()
    assert len(other.calls) == 1


async def test_a_parked_call_outlives_the_controller_and_is_picked_up(scene: Scene, lives: Lives) -> None:
    first = await scene.work("op-1", Answer(after=0.2))
    call = scene.dial(STRAIGHT)
    served = await first.rung()
    await call.rtp.hears(AGENT_HZ)
    parked = await scene.api.must("POST", f"/calls/{await _call(scene)}/park", json={"agent": "op-1"})
    await served.ended()
    life = await lives.alive()
    await life.kill()
    await lives.begin().ready()
    other = await scene.work("op-2", Answer(after=0.2), ready=False)
    other.tone_hz = OTHER_HZ
    dialled = other.dial(parked["place"])
    await dialled.rtp.hears(CALLER_HZ)
    await call.rtp.hears(OTHER_HZ)
    call.hang_up()
    (record,) = await scene.records(1)
    assert record["outcome"] == "completed"
    await scene.nobody_is_stuck()


async def _apart(call: OutgoingCall, served: IncomingCall) -> None:
    """Who asks and his caller do not hear each other; the caller hears music."""
    await served.rtp.misses(CALLER_HZ)
    since = await call.rtp.misses(AGENT_HZ)

    def music() -> bool | None:
        heard = call.rtp.heard_since(since)[-MUSIC_SAMPLES:]
        sounds = heard.size == MUSIC_SAMPLES and level(heard) > MUSIC_DB
        return (sounds and tone_in(heard, AGENT_HZ) < NO_TONE_DB) or None

    await call.rtp.changes.until(music, PATIENCE, "music")


async def _call(scene: Scene) -> str:
    """The only call of this test."""
    (started,) = await scene.fact("CallStarted")
    return str(started.body["call"])
