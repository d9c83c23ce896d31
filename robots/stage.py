"""What all robots of one process share: the beat, the dice, the patience, and who listens to their messages."""

from __future__ import annotations

from random import Random, SystemRandom

from robots.ticker import Ticker
from robots.transactions import Timers
from robots.transport import OnSeen, Seen


class Stage:
    """Give one to every robot of an event loop. With a seeded Random all tags and branches repeat from run to run;
    without one they differ, which robots need that share a platform.
    """

    def __init__(
        self, *, random: Random | None = None, timers: Timers | None = None, on_seen: OnSeen | None = None
    ) -> None:
        self.random = random or Random(SystemRandom().getrandbits(64))
        self.timers = timers or Timers()
        self.ticker = Ticker()
        self._on_seen = on_seen

    def saw(self, seen: Seen) -> None:
        """A robot sent or received this message."""
        if self._on_seen is not None:
            self._on_seen(seen)
