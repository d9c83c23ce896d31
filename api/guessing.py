"""Slows the guessing of passwords: so many wrong ones per login and per address in a while, then wait."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final

WINDOW: Final = 300.0
"""Seconds for which a wrong attempt counts."""
PER_LOGIN: Final = 10
PER_ADDRESS: Final = 100
KEPT: Final = 20_000
"""How many logins and addresses are remembered; the longest unused is forgotten first."""

Key = tuple[str, ...]


class Guesses:
    """Counts attempts in memory. An attempt counts from its beginning, so that many at once gain nothing."""

    def __init__(self) -> None:
        self._attempts: OrderedDict[Key, deque[float]] = OrderedDict()

    def begin(self, tenant: str, login: str, address: str, now: float) -> float | None:
        """Counts one attempt and returns None; or counts nothing and returns the seconds to wait. `now`: monotonic."""
        limits = (((tenant, login), PER_LOGIN), ((address,), PER_ADDRESS))
        waits = [wait for key, most in limits if (wait := self._wait(key, most, now)) is not None]
        if waits:
            return max(waits)
        for key, _ in limits:
            self._of(key).append(now)
        while len(self._attempts) > KEPT:
            self._attempts.popitem(last=False)
        return None

    def succeeded(self, tenant: str, login: str, address: str, now: float) -> None:
        """The password begun at `now` was right: the login starts anew, the address has that attempt back."""
        self._attempts.pop((tenant, login), None)
        attempts = self._attempts.get((address,))
        if attempts is not None and now in attempts:
            attempts.remove(now)

    def _wait(self, key: Key, most: int, now: float) -> float | None:
        attempts = self._attempts.get(key)
        if attempts is None:
            return None
        while attempts and attempts[0] <= now - WINDOW:
            attempts.popleft()
        return attempts[0] + WINDOW - now if len(attempts) >= most else None

    def _of(self, key: Key) -> deque[float]:
        attempts = self._attempts.setdefault(key, deque())
        self._attempts.move_to_end(key)
        return attempts
