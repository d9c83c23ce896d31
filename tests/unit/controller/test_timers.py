"""Timers on a loop that rings too early: nothing is taken before its moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from acd import effects, inputs
from kernel.ids import OfferId
from kernel.moment import after
from tests.fakes.desk import Desk, desk
from tests.fakes.virtual_time import LoopClock, in_jumping_time

RING_TIME = 20.0
ENDED = inputs.RingTimeEnded(OfferId("o"))


def ring_early(patch: pytest.MonkeyPatch) -> list[float]:
    """From here on the loop rings after half the time it is told; the delays it was told."""
    loop = asyncio.get_running_loop()
    right, told = loop.call_later, list[float]()

    def call_later(delay: float, call: Callable[..., object], *given: object) -> asyncio.TimerHandle:
        told.append(delay)
        return right(delay / 2, call, *given)

    patch.setattr(loop, "call_later", call_later)
    return told


def taken(here: Desk) -> list[tuple[datetime, inputs.Input]]:
    """What the mailbox is given from here on, and when."""
    inbox: list[tuple[datetime, inputs.Input]] = []

    def take(given: inputs.Input) -> None:
        inbox.append((LoopClock().now(), given))

    here.box.take = take  # type: ignore[method-assign]
    return inbox


@in_jumping_time
async def test_an_input_is_not_taken_before_its_moment_and_only_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        given, moment = taken(here), after(LoopClock().now(), RING_TIME)
        with pytest.MonkeyPatch.context() as patch:
            told = ring_early(patch)
            here.node.performer.perform(here.box, effects.SetTimer(moment, ENDED))
            await moment_passed(RING_TIME * 2)
        assert given[0][0] >= moment
        assert [one for _, one in given] == [ENDED]
        assert len(told) > 1


@in_jumping_time
async def test_an_offer_that_is_over_after_an_early_ring_rings_no_more(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        given = taken(here)
        with pytest.MonkeyPatch.context() as patch:
            told = ring_early(patch)
            here.node.performer.perform(here.box, effects.SetTimer(after(LoopClock().now(), RING_TIME), ENDED))
            await moment_passed(RING_TIME * 0.7)
            assert given == []
            assert len(told) > 1
            here.board._alarms.stop_ringing(OfferId("o"))
            await moment_passed(RING_TIME * 2)
        assert given == []


async def moment_passed(seconds: float) -> None:
    """So much later, on the loop's own word: its `call_later` is not to be trusted here."""
    loop = asyncio.get_running_loop()
    passed = loop.create_future()
    loop.call_at(loop.time() + seconds, passed.set_result, None)
    await passed
