"""Counts the facts into quarters of an hour, each once, from where it stopped the last time."""

from __future__ import annotations

from typing import Final

import structlog

from kernel.ids import TenantId
from reports.interval import Intervals, fold
from store.facts import FactStore
from store.intervals import IntervalStore
from store.starts import EVERY, ReplayStarts

_PAGE: Final = 2_000
_log = structlog.get_logger()


class IntervalCounting:
    """Reads the database, never the news themselves.

    What runs over from one fact to the next (who waits, what each agent does) is kept in memory, and laid down after
    `every` so many facts; a worker that begins takes it from there and from the facts that came later, which are not
    counted again.
    """

    def __init__(self, facts: FactStore, store: IntervalStore, starts: ReplayStarts, every: int = EVERY) -> None:
        self._facts = facts
        self._store = store
        self._starts = starts
        self._every = every
        self._standing: dict[TenantId, Intervals] = {}

    async def catch_up(self, tenant: TenantId) -> None:
        """Count everything that the database has after the cursor."""
        while not await self._caught_up(tenant):
            _log.info("another worker counts as well", tenant=tenant)

    async def _caught_up(self, tenant: TenantId) -> bool:
        """False when somebody else moved the cursor meanwhile: what was folded has to be told apart anew."""
        # While it is being written it stands nowhere: what could not be written is folded from the facts again.
        standing = self._standing.pop(tenant, None)
        if standing is None:
            counted = await self._store.cursor(tenant)
            standing = await self._starts.intervals(tenant, counted) or Intervals(tenant)
        else:
            counted = standing.seq
        while page := await self._facts.since(tenant, standing.seq, self._to_next_start(standing)):
            folded = [(fact.seq, fold(standing, fact)) for fact in page]
            if standing.seq > counted:
                grains = [grain for seq, found in folded if seq > counted for grain in found]
                turned = standing.take_turned()
                if not await self._store.add(tenant, start=counted, to=standing.seq, grains=grains, turned=turned):
                    return False
                counted = standing.seq
            if standing.seq % self._every == 0:
                await self._starts.save(standing)
        self._standing[tenant] = standing
        return True

    def _to_next_start(self, standing: Intervals) -> int:
        return min(_PAGE, self._every - standing.seq % self._every)

    async def catch_up_all(self) -> None:
        """Count every tenant's facts."""
        for tenant in await self._facts.tenants():
            await self.catch_up(tenant)
