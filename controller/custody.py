"""Holds the leases of our shards: taken at the start under a new epoch, renewed while we live, lost when fenced."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

import structlog

from kernel.ids import Shard
from store.errors import StoreUnavailable
from store.leases import Lease, LeaseHeld, LeaseLost, Leases

log = structlog.get_logger()
RETRY: Final = 0.5


class Fenced(Exception):
    """Somebody else acts for a shard of ours: stop at once, without another word to Asterisk."""


class Custody:
    """The leases of one controller. A database that is away does not stop calls: the lease is renewed when it can."""

    def __init__(self, leases: Leases, holder: str, seconds: float) -> None:
        self._leases = leases
        self._holder = holder
        self._seconds = seconds
        self.held: dict[Shard, Lease] = {}

    async def take(self, shards: Iterable[Shard]) -> None:
        """Take every shard, waiting for those that somebody else still holds and for a database that is away."""
        for shard in sorted(set(shards)):
            while True:
                try:
                    taken = await self._leases.take(shard, self._holder, self._seconds)
                except StoreUnavailable as away:
                    log.warning("waiting for the database to take the lease", why=str(away))
                    await asyncio.sleep(RETRY)
                    continue
                if isinstance(taken, LeaseHeld):
                    log.warning("waiting for the shard's holder to let go", shard=shard, until=str(taken.until))
                    await asyncio.sleep(RETRY)
                    continue
                self.held[shard] = taken
                break

    async def run(self) -> None:
        """Renew for ever. Raises Fenced."""
        while True:
            await asyncio.sleep(self._seconds / 3)
            for shard, lease in list(self.held.items()):
                try:
                    renewed = await self._leases.renew(lease, self._seconds)
                except StoreUnavailable:
                    log.warning("the lease could not be renewed: the database is away", shard=shard)
                    continue
                if isinstance(renewed, LeaseLost):
                    raise Fenced(f"shard {shard}")
                self.held[shard] = renewed

    async def give_back(self) -> None:
        """Let the next controller take over at once."""
        for lease in self.held.values():
            await self._leases.give_back(lease)
