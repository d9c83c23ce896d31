"""Waits for conditions without polling: a condition is looked at only when something has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

PATIENCE = 30.0
"""Seconds a wait lasts unless told otherwise: for what must merely happen, also on a machine that is short of time."""
Found = TypeVar("Found")


class TooLate(TimeoutError):
    """What was waited for did not happen within the limit."""


class _Waiter(Protocol):
    def __call__(self) -> bool: ...


class Changes:
    """Wakes those who wait each time its owner says that something has changed."""

    def __init__(self) -> None:
        self._waiters: list[_Waiter] = []

    def changed(self) -> None:
        """Look at every condition again."""
        self._waiters = [waiter for waiter in self._waiters if not waiter()]

    async def until(self, condition: Callable[[], Found | None], limit: float, what: str) -> Found:
        """What the condition gives once it gives something; its exceptions reach the waiter; TooLate after limit s."""
        outcome: asyncio.Future[Found] = asyncio.get_running_loop().create_future()

        def look() -> bool:
            if outcome.done():
                return True
            try:
                found = condition()
            except Exception as error:
                outcome.set_exception(error)
                return True
            if found is None:
                return False
            outcome.set_result(found)
            return True

        if not look():
            self._waiters.append(look)
        try:
            async with asyncio.timeout(limit):
                return await outcome
        except TimeoutError as error:
            raise TooLate(f"{what}: not within {limit} s") from error
