"""The job `merge_recording`: the two sides in the switch's spool become one stereo file in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final

import structlog

from kernel.ids import RecordingId
from kernel.moment import after
from recording.naming import heard, joined, sent
from store.errors import StoreError, StoreUnavailable
from store.jobs import Job, JobStore
from store.keeping import KeepingStore
from store.media import RecordingStore
from store.record_rows import RecordingRow, RecordingState
from store.records import RecordStore
from worker.join import DifferentRates, join
from worker.side import NotSound, Side, look

MERGE_RECORDING: Final = "merge_recording"
PATIENCE: Final = (0.2, 0.5, 1.0, 2.0, 3.0, 4.0)
"""Seconds between looks at files that are not closed: 10.7 in all. Then the switch has died over them."""
_TROUBLE_PAUSE: Final = 30.0
"""Seconds after which a disk that would not take the file is tried again."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sides:
    """What lies in the spool of one recording; None: not there, or no sound in it."""

    caller: Side | None
    agents: Side | None

    @property
    def closed(self) -> bool:
        """Both files are finished."""
        return all(side is not None and side.closed for side in (self.caller, self.agents))

    @property
    def empty(self) -> bool:
        return not any(side is not None and side.samples for side in (self.caller, self.agents))


class Merging:
    """Carries the job out. Done twice it gives the same file and the same row."""

    def __init__(
        self,
        records: RecordStore,
        keeping: KeepingStore,
        media: RecordingStore,
        jobs: JobStore,
        spool: Path,
        workplace: Path,
        clock: Callable[[], datetime],
    ) -> None:
        """`workplace`: a folder on the disk of the recordings, where the file is put together."""
        self._records = records
        self._keeping = keeping
        self._media = media
        self._jobs = jobs
        self._spool = spool
        self._workplace = workplace
        self._clock = clock

    async def do(self, job: Job) -> None:
        """One attempt. Raises StoreUnavailable when the database is away; the claim then runs out by itself."""
        row = await self._records.recording(job.tenant, RecordingId(job.key))
        if row is None:
            await self._jobs.failed(job, None, "there is no such recording")
            return
        if row.state is RecordingState.PENDING and not await self._attempt(job, row):
            return
        if row.deleted_at is not None:
            # Deleted before its file was there: an attempt that died may have left one.
            await self._media.remove(store_name(row))
        await self._jobs.done(job)
        await asyncio.to_thread(clear, self._spool, row.recording)

    async def _attempt(self, job: Job, row: RecordingRow) -> bool:
        """True when the row is settled and the job is at its end."""
        sides = await asyncio.to_thread(self._look, row.recording)
        if not sides.closed and job.attempts <= len(PATIENCE):
            pause = PATIENCE[job.attempts - 1]
            await self._jobs.failed(job, after(self._clock(), pause), "the files are not closed yet")
            return False
        if sides.empty:
            await self._give_up(job, row, "no sound was found")
            return False
        try:
            finished = await self._store(row, sides)
        except DifferentRates:
            await self._give_up(job, row, "the two sides differ in rate")
            return False
        except StoreUnavailable:
            raise
        except (StoreError, OSError) as error:
            _log.error("recording not stored", tenant=row.tenant, recording=row.recording, error=str(error))
            await self._jobs.failed(job, after(self._clock(), _TROUBLE_PAUSE), type(error).__name__)
            return False
        if await self._keeping.settle(finished):
            _log.info("recording stored", tenant=row.tenant, recording=row.recording, state=finished.state)
        else:
            await self._settled_otherwise(row)
        return True

    async def _settled_otherwise(self, row: RecordingRow) -> None:
        """Another worker has stored the same file, or somebody has deleted the recording meanwhile: then it goes."""
        now = await self._records.recording(row.tenant, row.recording)
        if now is None or now.deleted_at is not None:
            await self._media.remove(store_name(row))

    async def _store(self, row: RecordingRow, sides: Sides) -> RecordingRow:
        whole = self._workplace / joined(row.recording)
        try:
            seconds = await asyncio.to_thread(_joined, sides, whole)
            stored = await self._media.put(store_name(row), whole)
        finally:
            whole.unlink(missing_ok=True)
        state = RecordingState.READY if sides.closed else RecordingState.RECOVERED
        return replace(row, seconds=seconds, path=stored.path, sha256=stored.sha256, size=stored.size, state=state)

    async def _give_up(self, job: Job, row: RecordingRow, why: str) -> None:
        _log.error("recording lost", tenant=row.tenant, recording=row.recording, why=why)
        await self._keeping.settle(replace(row, state=RecordingState.FAILED))
        await self._jobs.failed(job, None, why)

    def _look(self, recording: RecordingId) -> Sides:
        return Sides(_side(self._spool / heard(recording)), _side(self._spool / sent(recording)))


def clear(spool: Path, recording: RecordingId) -> None:
    """Take what the switch has left of a recording away; nothing happens when it is gone already."""
    for name in (heard(recording), sent(recording)):
        (spool / name).unlink(missing_ok=True)


def store_name(row: RecordingRow) -> str:
    """The name of the file in the store: the same for each attempt, so that a repeated one leaves no second file."""
    token = blake2b(f"{row.tenant}\x1f{row.recording}".encode(), digest_size=16).hexdigest()
    return f"{token[:2]}/{token}.wav"


def _joined(sides: Sides, whole: Path) -> float:
    whole.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return join(sides.caller, sides.agents, whole)


def _side(path: Path) -> Side | None:
    try:
        return look(path)
    except (FileNotFoundError, NotSound):
        return None
