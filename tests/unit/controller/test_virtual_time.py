"""The jumping clock itself: hours pass in no time, in order, and a story that can never end is noticed."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.fakes import virtual_time
from tests.fakes.virtual_time import LoopClock, Stuck, in_jumping_time


@in_jumping_time
async def test_timers_ring_in_order_and_nobody_waits() -> None:
    began, rung = time.monotonic(), list[str]()
    loop = asyncio.get_running_loop()
    loop.call_later(7200, rung.append, "late")
    loop.call_later(60, rung.append, "early")
    before = LoopClock().now()
    await asyncio.sleep(10_000)
    assert rung == ["early", "late"]
    assert (LoopClock().now() - before).total_seconds() == pytest.approx(10_000)
    assert time.monotonic() - began < 10_000


@in_jumping_time
async def test_a_limit_is_reached_without_waiting() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3600):
            await asyncio.Event().wait()


def test_a_story_that_can_never_end_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_time, "STUCK_AFTER", 0.01)

    @in_jumping_time
    async def waits_for_nothing() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stuck):
        waits_for_nothing()


def test_a_task_left_behind_is_a_failure() -> None:
    @in_jumping_time
    async def careless() -> None:
        asyncio.get_running_loop().careless = asyncio.create_task(asyncio.sleep(1))  # type: ignore[attr-defined]

    with pytest.raises(AssertionError, match="left running"):
        careless()
