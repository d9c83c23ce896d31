"""The dead-man leases of callers: renewed while this controller lives, so that without it each falls to the fallback.

A waiting caller's channel leaves Stasis by itself LEASE seconds after the last renewal (asterisk.md section 3); a
talking leg gets TALK_LEASE, so that nothing lives for ever.
"""

from __future__ import annotations

import asyncio
from typing import Final

from asterisk import channels
from controller.ports import Ari

LEASE: Final = 60
RENEW_EVERY: Final = 20.0
TALK_LEASE: Final = 4 * 3600


class CallerLeases:
    """Which channels hold a lease. One timer per channel, so renewals spread as evenly as the callers came."""

    def __init__(self, ari: Ari) -> None:
        self._ari = ari
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.renewals = 0

    def hold(self, channel: str) -> None:
        """Renew the channel's lease now and from now on."""
        self.forget(channel)
        self._renew(channel, LEASE, RENEW_EVERY)

    def keep(self, channel: str) -> None:
        """Hold the lease if it is not held yet."""
        if channel not in self._timers:
            self.hold(channel)

    def lift(self, channel: str) -> None:
        """The channel talks from now on: a crash of ours must not cut it for hours."""
        self.forget(channel)
        self._renew(channel, TALK_LEASE, TALK_LEASE / 2)

    def forget(self, channel: str) -> None:
        """No more renewals: the channel is gone or going."""
        timer = self._timers.pop(channel, None)
        if timer is not None:
            timer.cancel()

    def end(self) -> None:
        """No more renewals at all: this process goes, the leases run on."""
        for channel in list(self._timers):
            self.forget(channel)

    def _renew(self, channel: str, seconds: int, again_after: float) -> None:
        self.renewals += 1
        self._ari.post(channels.lease(channel, seconds))
        loop = asyncio.get_running_loop()
        self._timers[channel] = loop.call_later(again_after, self._renew, channel, seconds, again_after)
