"""Counts the facts into quarters of an hour, each once, from where it stopped the last time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import structlog

from bus.news import Lost, News
from kernel.ids import TenantId
from reports.interval import Intervals, fold
from store.errors import StoreUnavailable
from store.facts import FactStore
from store.intervals import IntervalStore

_PAGE: Final = 2_000
_RETRY: Final = 1.0
GATHER: Final = 1.0
"""Seconds in which news are gathered before they are counted."""
_log = structlog.get_logger()


class IntervalCounting:
    """Woken by news, and by their loss; it reads the database, never the news themselves.

    What runs over from one fact to the next (who waits, what each agent does) is kept in memory; after a start it is
    made from the facts that were counted before, which then are not counted again.
    """

    def __init__(self, facts: FactStore, store: IntervalStore) -> None:
        self._facts = facts
        self._store = store
        self._standing: dict[TenantId, Intervals] = {}
        self._waiting: set[TenantId | None] = set()
        self._wake = asyncio.Event()

    async def run(self, news: AsyncIterator[News | Lost]) -> None:
        """Catch up, then follow the news for as long as there is any."""
        async with asyncio.TaskGroup() as tasks:
            counting = tasks.create_task(self._count())
            async for item in news:
                self._waiting.add(None if isinstance(item, Lost) else item.tenant)
                self._wake.set()
            counting.cancel()

    async def _count(self) -> None:
        while True:
            await self._wake.wait()
            # Reports may be a moment late; facts that come together are then read and written together.
            await asyncio.sleep(GATHER)
            self._wake.clear()
            waiting, self._waiting = self._waiting, set()
            for tenant in [None] if None in waiting else sorted(filter(None, waiting)):
                await self._patiently(tenant)

    async def catch_up(self, tenant: TenantId) -> None:
        """Count everything that the database has after the cursor."""
        while not await self._caught_up(tenant):
            _log.info("another worker counts as well", tenant=tenant)

    async def _caught_up(self, tenant: TenantId) -> bool:
        """False when somebody else moved the cursor meanwhile: what was folded has to be told apart anew."""
        counted = await self._store.cursor(tenant)
        # While it is being written it stands nowhere: what could not be written is folded from the facts again.
        standing = self._standing.pop(tenant, None) or Intervals(tenant)
        while page := await self._facts.since(tenant, standing.seq, _PAGE):
            folded = [(fact.seq, fold(standing, fact)) for fact in page]
            if standing.seq > counted:
                grains = [grain for seq, found in folded if seq > counted for grain in found]
                turned = standing.take_turned()
                if not await self._store.add(tenant, start=counted, to=standing.seq, grains=grains, turned=turned):
                    return False
                counted = standing.seq
        self._standing[tenant] = standing
        return True

    async def catch_up_all(self) -> None:
        """Count every tenant's facts."""
        for tenant in await self._facts.tenants():
            await self.catch_up(tenant)

    async def _patiently(self, tenant: TenantId | None) -> None:
        while True:
            try:
                await (self.catch_up_all() if tenant is None else self.catch_up(tenant))
            except StoreUnavailable as error:
                _log.warning("interval counts wait for the database", error=str(error))
                tenant = None
                await asyncio.sleep(_RETRY)
                continue
            return
