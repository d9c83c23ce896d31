"""Tell a mishap from a child that cannot live."""

from __future__ import annotations

from collections import deque

MOST = 5
WINDOW = 60.0
"""Seconds."""


class Deaths:
    """Counts the deaths of one child; the clock is the caller's."""

    def __init__(self, most: int = MOST, window: float = WINDOW) -> None:
        """Give up at `most` deaths within `window` seconds."""
        self._most = most
        self._window = window
        self._at: deque[float] = deque()

    def too_many(self, now: float) -> bool:
        """Note a death at `now` (monotonic seconds); True when the child has to stay down."""
        self._at.append(now)
        while now - self._at[0] >= self._window:
            self._at.popleft()
        return len(self._at) >= self._most
