"""Ten seconds without a controller: callers are kept by the fallback and answered in the order in which they called."""

from __future__ import annotations

import asyncio
import random

import pytest

from robots.phone import Answer, CallState, OutgoingCall
from robots.sound import level
from tests.integration.crash import ledger
from tests.integration.crash.lives import Lives
from tests.integration.crash.load import LOAD
from tests.integration.crash.scene import STRAIGHT, Scene, eventually, now, tell, uncut

pytestmark = pytest.mark.chaos

CALLERS = 12
GAP = 10.0
KEPT_WITHIN = 2.0
"""Seconds from the call to the first sound of the fallback."""
TALK = 0.2
AUDIBLE = -45.0


@pytest.mark.parametrize("run", range(1, LOAD.rushes + 1))
async def test_callers_of_a_time_without_controller_are_answered_in_their_order(
    scene: Scene, lives: Lives, run: int
) -> None:
    phone = await scene.work("op-1", Answer(hang_up_after=TALK))
    await (await lives.alive()).kill()
    dice = random.Random(run)
    moments = sorted(dice.uniform(0, GAP - KEPT_WITHIN) for _ in range(CALLERS))
    calls: list[OutgoingCall] = []
    kept: list[float] = []
    zero = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for number, moment in enumerate(moments):
            await asyncio.sleep(max(0.0, zero + moment - asyncio.get_running_loop().time()))
            call = scene.dial(STRAIGHT, from_number=f"+8139999{number:04d}")
            calls.append(call)
            group.create_task(_kept(call, kept))
    adopted = await lives.begin().ready()
    for call in calls:
        await call.ended(limit=60)
    assert len(phone.calls) == CALLERS
    records = await scene.records(CALLERS)
    callers = {row["call"]: row["caller"] for row in records}
    assert {row["outcome"] for row in records} == {"completed"}
    offers = [callers[entry.body["call"]] for entry in ledger.of(await scene.facts(), "OfferMade")]
    assert offers == [call.from_number for call in calls]
    assert sorted(calls, key=lambda call: str(call.ended_at)) == calls
    tell(run=run, kept_after_s=max(kept), adopted_s=adopted)
    assert all(call.state is CallState.ENDED for call in calls)


async def _kept(call: OutgoingCall, kept: list[float]) -> None:
    """The caller hears something."""
    await call.answered(KEPT_WITHIN)
    began = call.began_at

    async def sounds() -> bool:
        return level(call.rtp.heard()) > AUDIBLE

    await eventually(sounds, "the fallback is heard", KEPT_WITHIN)
    kept.append((now() - began).total_seconds())
    uncut([call])
