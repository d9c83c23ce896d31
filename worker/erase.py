"""The jobs `expire_recordings` and `erase_recording`: first the file goes, then the row becomes its tombstone.

Killed anywhere, the next attempt finds what is left to do: a file that is gone already is no trouble, and a
recording is listed as expired from its moment on, whoever has or has not come to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from kernel.ids import RecordingId
from kernel.moment import after
from store.errors import StoreError, StoreUnavailable
from store.jobs import Job, JobStore
from store.keeping import KeepingStore
from store.media import RecordingStore
from store.record_rows import RecordingRow
from store.records import RecordStore
from worker.merge import clear, store_name

_PAGE: Final = 200
_TROUBLE_PAUSE: Final = 60.0
"""Seconds after which a disk that would not let a file go is tried again."""
_log = structlog.get_logger()


class Erasing:
    """Takes recordings away: those whose time is over, and those that an admin has deleted."""

    def __init__(
        self,
        records: RecordStore,
        keeping: KeepingStore,
        media: RecordingStore,
        jobs: JobStore,
        spool: Path,
        clock: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._keeping = keeping
        self._media = media
        self._jobs = jobs
        self._spool = spool
        self._clock = clock

    async def expire(self, job: Job) -> None:
        """Everything of the tenant that has run out, the oldest first; then rest until the next one does.

        A file that the disk holds fast does not keep the others: it is tried again with the next attempt.
        """
        stuck: set[RecordingId] = set()
        while rows := await self._keeping.expired(job.tenant, _PAGE + len(stuck)):
            fresh = [row for row in rows if row.recording not in stuck]
            if not fresh:
                break
            stuck.update([row.recording for row in fresh if not await self._expire(row)])
        if stuck:
            await self._jobs.failed(job, after(self._clock(), _TROUBLE_PAUSE), f"{len(stuck)} files would not go")
        else:
            await self._keeping.rest(job)

    async def erase(self, job: Job) -> None:
        """The file of one recording that an admin has deleted."""
        row = await self._records.recording(job.tenant, RecordingId(job.key))
        if row is None or row.deleted_at is None:
            await self._jobs.failed(job, None, "there is no such tombstone")
            return
        if not await self._remove(row):
            await self._jobs.failed(job, after(self._clock(), _TROUBLE_PAUSE), "the file would not go")
            return
        await self._keeping.erased(row.tenant, row.recording)
        await self._jobs.done(job)

    async def _expire(self, row: RecordingRow) -> bool:
        if not await self._remove(row):
            return False
        await self._keeping.bury(row)
        _log.info("recording expired", tenant=row.tenant, recording=row.recording)
        return True

    async def _remove(self, row: RecordingRow) -> bool:
        """True when neither the store nor the switch's spool has its sound any more."""
        try:
            await self._media.remove(row.path or store_name(row))
            await asyncio.to_thread(clear, self._spool, row.recording)
        except StoreUnavailable:
            raise
        except (StoreError, OSError) as error:
            _log.error("recording not removed", tenant=row.tenant, recording=row.recording, error=str(error))
            return False
        return True
