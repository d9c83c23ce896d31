"""The job `erase_history`: each day what of the historical reports a tenant's contract keeps no longer is erased."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from kernel.ids import TenantId
from kernel.moment import TOKYO, day_start
from reports.history import HISTORY, kept_from
from store.errors import Unreadable
from store.facts import FactStore
from store.intervals import IntervalStore, erasing_job
from store.jobs import Job, JobStore
from tariff.rights.entitlement import Entitled

_DAY: Final = timedelta(days=1)
_log = structlog.get_logger()


class HistoryErasing:
    """Each tenant has one such job, which rests from midnight to midnight of Japan; killed anywhere, the next attempt
    erases what is left."""

    def __init__(
        self,
        facts: FactStore,
        intervals: IntervalStore,
        jobs: JobStore,
        entitled: Callable[[TenantId, datetime], Awaitable[Entitled]],
        clock: Callable[[], datetime],
    ) -> None:
        self._facts = facts
        self._intervals = intervals
        self._jobs = jobs
        self._entitled = entitled
        self._clock = clock

    async def begin(self) -> None:
        """Sees that each tenant has the job; who was counted before there was one has none."""
        for tenant in await self._facts.tenants():
            await self._jobs.add(erasing_job(tenant))

    async def do(self, job: Job) -> None:
        """Erase, then rest. Where the contracts cannot be read, nothing is erased for that."""
        now = self._clock()
        try:
            days = (await self._entitled(job.tenant, now)).days(HISTORY)
        except Unreadable as error:
            _log.error("contracts cannot be read: history is kept", tenant=job.tenant, error=str(error))
            days = None
        if days is not None:
            erased = await self._intervals.erase(job.tenant, kept_from(now, days))
            _log.info("history erased", tenant=job.tenant, grains=erased, days=days)
        await self._jobs.rest(job, day_start(now, TOKYO) + _DAY)
