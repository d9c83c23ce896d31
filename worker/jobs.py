"""Carries out what stands in the table of jobs, woken by the database's bell."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.moment import after
from store.errors import StoreUnavailable
from store.jobs import Job, JobStore, job_bell

CLAIM_SECONDS: Final = 60.0
"""For so long nobody else takes a job; a worker that died over it has to be waited for."""
_BROKEN_PAUSE: Final = 60.0
"""Seconds after which a job that broke is tried again; meanwhile the others go on."""
_RETRY: Final = 1.0
_log = structlog.get_logger()

Work = Callable[[Job], Awaitable[None]]


async def work(engine: AsyncEngine, jobs: JobStore, kinds: Mapping[str, Work]) -> None:
    """Do the jobs of these kinds, one after another, for ever."""
    while True:
        try:
            async with job_bell(engine) as bell:
                while True:
                    await work_off(jobs, kinds)
                    await bell.wait(await jobs.seconds_to_next(list(kinds)))
        except StoreUnavailable as error:
            _log.warning("jobs wait for the database", error=str(error))
        await asyncio.sleep(_RETRY)


async def work_off(jobs: JobStore, kinds: Mapping[str, Work]) -> None:
    """Do everything that is due now."""
    while claimed := await jobs.claim(list(kinds), limit=1, seconds=CLAIM_SECONDS):
        for job in claimed:
            try:
                await kinds[job.kind](job)
            except StoreUnavailable:
                raise
            except Exception as error:
                _log.exception("job broke", kind=job.kind, key=job.key, attempts=job.attempts)
                retry_at = after(datetime.now(UTC), _BROKEN_PAUSE)
                await jobs.failed(job, retry_at, type(error).__name__)
