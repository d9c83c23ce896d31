"""One 20 ms beat for the sound of all calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

BEAT = 0.02
_MOST_AT_ONCE = 10
# Loops may ring a timer a little early (uvloop: up to 1 ms); such a beat is due.
_EARLY = 0.05

Listener = Callable[[int], None]


class Ticker:
    """Calls each listener with the number of every beat; beats while somebody listens.

    Beats lie on a grid of the monotonic clock, so lateness never adds up: beats that the process slept through are
    made up for at once, at most ten (200 ms); of a longer sleep the rest is left out, which the beat's number shows.
    """

    def __init__(self) -> None:
        self._listeners: dict[object, Listener] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._zero = 0.0
        self._beat = 0

    def add(self, key: object, listener: Listener) -> None:
        """Begin to call the listener; key takes it away again."""
        self._listeners[key] = listener
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._zero = loop.time() - self._beat * BEAT
            self._timer = loop.call_later(BEAT, self._due)

    def remove(self, key: object) -> None:
        """Call that listener no more; unknown keys are fine."""
        self._listeners.pop(key, None)
        if not self._listeners and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _due(self) -> None:
        loop = asyncio.get_running_loop()
        now = int((loop.time() - self._zero) / BEAT + _EARLY)
        self._beat = max(self._beat, now - _MOST_AT_ONCE)
        while self._beat < now:
            self._beat += 1
            for listener in tuple(self._listeners.values()):
                listener(self._beat)
        # A listener may have taken itself away and been the last one.
        if self._listeners:
            self._timer = loop.call_at(self._zero + (self._beat + 1) * BEAT, self._due)
