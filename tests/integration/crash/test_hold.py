"""A phone holds, or takes back, while no controller is there: the next one notices, and counts what can be known."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

import pytest

from robots.phone import IncomingCall, OutgoingCall
from tests.integration.crash.lives import Lives
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Row, Scene, now

pytestmark = [pytest.mark.chaos, pytest.mark.beside]

AWAY = 1.5
"""Seconds without a controller, before and after the phone does something."""


async def talking(scene: Scene) -> tuple[OutgoingCall, IncomingCall]:
    """A caller and an agent who hear each other."""
    await scene.work("op-1")
    call = scene.dial(STRAIGHT)
    _, served = await scene.answers()
    await call.rtp.hears(AGENT_HZ)
    await served.rtp.hears(CALLER_HZ)
    return call, served


async def without_controller(lives: Lives, served: IncomingCall, *, hold: bool | None) -> tuple[datetime, datetime]:
    """kill -9, the phone acts meanwhile, and a new life; when the phone acted, and when the new life was there."""
    life = await lives.alive()
    await life.kill()
    await asyncio.sleep(AWAY)
    acted = now()
    if hold is not None:
        assert await (served.hold() if hold else served.unhold()) == 200
    await asyncio.sleep(AWAY)
    await lives.begin().ready()
    return acted, now()


async def told(scene: Scene, kind: str) -> datetime:
    """When the phone's hold, or its end, was noted."""
    entry = (await scene.fact(kind))[-1]
    return datetime.fromisoformat(json.loads(entry.line)["at"])


async def finished(scene: Scene, call: OutgoingCall) -> Row:
    call.hang_up()
    (record,) = await scene.records(1)
    await scene.nobody_is_stuck()
    return record


async def test_a_hold_that_ended_meanwhile_has_ended_when_the_next_controller_looks(scene: Scene, lives: Lives) -> None:
    call, served = await talking(scene)
    await served.hold()
    began = await told(scene, "LegHeld")
    acted, _ = await without_controller(lives, served, hold=False)
    ended = await told(scene, "LegUnheld")
    assert ended > acted
    await asyncio.sleep(AWAY)
    record = await finished(scene, call)
    seconds = (ended - began).total_seconds()
    assert record["hold_seconds"] == pytest.approx(seconds, abs=0.01)
    assert record["hold_seconds"] >= (acted - began).total_seconds()


async def test_a_hold_that_began_meanwhile_counts_from_when_the_next_controller_looks(
    scene: Scene, lives: Lives
) -> None:
    call, served = await talking(scene)
    acted, _ = await without_controller(lives, served, hold=True)
    began = await told(scene, "LegHeld")
    assert began > acted
    await asyncio.sleep(AWAY)
    await served.unhold()
    ended = await told(scene, "LegUnheld")
    record = await finished(scene, call)
    assert record["hold_seconds"] == pytest.approx((ended - began).total_seconds(), abs=0.01)
    assert record["hold_seconds"] >= AWAY


@pytest.mark.parametrize("holding", [True, False])
async def test_what_goes_on_as_it_was_is_told_no_second_time(scene: Scene, lives: Lives, holding: bool) -> None:
    call, served = await talking(scene)
    if holding:
        await served.hold()
        await told(scene, "LegHeld")
    _, ready = await without_controller(lives, served, hold=None)
    await asyncio.sleep(AWAY)
    assert now() > ready
    record = await finished(scene, call)
    facts = [entry.type for entry in await scene.facts() if entry.type in ("LegHeld", "LegUnheld")]
    assert facts == (["LegHeld"] if holding else [])
    assert (record["hold_seconds"] > 3 * AWAY) is holding
