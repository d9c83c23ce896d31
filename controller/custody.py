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
        missing = sorted(set(shards))
        while missing:
            try:
                answers = await self._leases.take(missing, self._holder, self._seconds)
            except StoreUnavailable as away:
                log.warning("waiting for the database to take the leases", why=str(away))
                await asyncio.sleep(RETRY)
                continue
            missing = []
            for answer in answers:
                if isinstance(answer, LeaseHeld):
                    missing.append(answer.shard)
                else:
                    self.held[answer.shard] = answer
            if missing:
                log.warning("waiting for the shards' holder to let go", shards=len(missing), first=missing[0])
                await asyncio.sleep(RETRY)

    async def run(self) -> None:
        """Renew for ever. Raises Fenced."""
        while True:
            await asyncio.sleep(self._seconds / 3)
            try:
                answers = await self._leases.renew(list(self.held.values()), self._seconds)
            except StoreUnavailable:
                log.warning("the leases could not be renewed: the database is away")
                continue
            for answer in answers:
                if isinstance(answer, LeaseLost):
                    raise Fenced(f"shard {answer.shard}")
                self.held[answer.shard] = answer

    async def give_back(self) -> None:
        """Let the next controller take over at once."""
        await self._leases.give_back(list(self.held.values()))
