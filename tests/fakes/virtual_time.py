"""A loop whose clock jumps to the next timer instead of waiting for it, and the controller's clock on that loop."""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import ParamSpec

from kernel.moment import after

START = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
STUCK_AFTER = 10.0
"""Seconds of real time in which something outside (a thread) may still wake a loop that has no timer."""
Given = ParamSpec("Given")


class Stuck(AssertionError):
    """Everybody waits, and no timer is set: nothing would ever happen again."""


class JumpingSelector(selectors.DefaultSelector):
    """Looks at its sockets without waiting; what it was to wait for has then passed on its clock."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            ready = super().select(STUCK_AFTER)
            if not ready:
                raise Stuck
            return ready
        self.now += timeout
        return []


class JumpingLoop(asyncio.SelectorEventLoop):
    """`time()` is that of its selector: hours pass in no time, in the right order."""

    def __init__(self) -> None:
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


class LoopClock:
    """Moments of the running loop: what controller.clock is for real time."""

    def now(self) -> datetime:
        return after(START, asyncio.get_running_loop().time())


def in_jumping_time(test: Callable[Given, Awaitable[None]]) -> Callable[Given, None]:
    """Run an async test on a JumpingLoop; it fails when it leaves a task behind."""

    @functools.wraps(test)
    def run(*arguments: Given.args, **named: Given.kwargs) -> None:
        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            runner.run(_alone(test(*arguments, **named)))

    return run


async def _alone(story: Awaitable[None]) -> None:
    await story
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, f"tasks were left running: {sorted(str(task) for task in left)}"
