"""The dead-man leases of callers: renewed while this controller lives, so that without it each falls to the fallback.

A waiting caller's channel leaves Stasis by itself LEASE seconds after the last renewal (asterisk.md section 3); a
talking leg gets TALK_LEASE, so that nothing lives for ever. Renewals go over AMI: over ARI one would hold up every
request of the socket while a sound is played to that channel (docs/asterisk-facts.md).
"""

from __future__ import annotations

import asyncio
from typing import Final

from asterisk.request import Gone, Unreachable
from controller.ports import Ami

LEASE: Final = 60
RENEW_EVERY: Final = 20.0
RETRY: Final = 2.0
TALK_LEASE: Final = 4 * 3600


class CallerLeases:
    """Which channels hold a lease. One timer per channel, so renewals spread as evenly as the callers came."""

    def __init__(self, ami: Ami, tasks: asyncio.TaskGroup) -> None:
        self._ami = ami
        self._tasks = tasks
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.renewals = 0

    def hold(self, channel: str) -> None:
        """Renew the channel's lease now and from now on."""
        self._renew(channel, LEASE, RENEW_EVERY)

    def keep(self, channel: str) -> None:
        """Renew the lease from now on; the dialplan, or an earlier `hold`, has given it."""
        if channel not in self._timers:
            self._later(channel, LEASE, RENEW_EVERY, RENEW_EVERY)

    def lift(self, channel: str) -> None:
        """The channel talks from now on: a crash of ours must not cut it for hours."""
        self._renew(channel, TALK_LEASE, TALK_LEASE / 2)

    def limit(self, channel: str) -> None:
        """A leg of ours talks. It has no lease that could end too soon, only none yet at all: it gets its own when the
        talk has lasted a while: connecting two is work enough."""
        self._later(channel, TALK_LEASE, TALK_LEASE / 2, RENEW_EVERY)

    def forget(self, channel: str) -> None:
        """No more renewals: the channel is gone or going."""
        timer = self._timers.pop(channel, None)
        if timer is not None:
            timer.cancel()

    def end(self) -> None:
        """No more renewals at all: this process goes, the leases run on."""
        for channel in list(self._timers):
            self.forget(channel)

    def _later(self, channel: str, seconds: int, every: float, wait: float) -> None:
        self.forget(channel)
        loop = asyncio.get_running_loop()
        self._timers[channel] = loop.call_later(wait, self._renew, channel, seconds, every)

    def _renew(self, channel: str, seconds: int, every: float) -> None:
        self.renewals += 1
        self._later(channel, seconds, every, every)
        self._tasks.create_task(self._ask(channel, seconds, every))

    async def _ask(self, channel: str, seconds: int, every: float) -> None:
        answer = await self._ami.lease(channel, seconds)
        if channel not in self._timers:
            return
        if isinstance(answer, Gone):
            self.forget(channel)
        elif isinstance(answer, Unreachable):
            self._later(channel, seconds, every, RETRY)
