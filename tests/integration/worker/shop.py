"""A worker's parts over one database and folders of the test, and the calls it is given."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import CallId, PersonalId, RecordingId, TenantId
from kernel.usage import LineKind
from recording.retention import expires
from store.facts import FactStore
from store.jobs import JobStore
from store.keeping import ERASE_RECORDING, EXPIRE_RECORDINGS, KeepingStore
from store.media import RecordingStore
from store.record_rows import RecordingRow
from store.records import RecordStore
from tests.unit.reports.play import TENANT, Play
from worker.erase import Erasing
from worker.jobs import work_off
from worker.merge import MERGE_RECORDING, PATIENCE, Merging
from worker.projection import Projection

RECORDING = RecordingId("rec_call_1")
CLAUSE = "CSM-F12, A10"


async def three_months(_tenant: TenantId, _began: datetime, ended: datetime) -> tuple[datetime, str]:
    """What a tenant with CSM-F12 keeps."""
    return expires(ended, 3), CLAUSE


async def no_numbers(_tenant: TenantId, _callers: Collection[PersonalId]) -> dict[PersonalId, LineKind]:
    """Nobody's number is kept."""
    return {}


class Shop:
    """A worker's parts."""

    def __init__(self, engine: AsyncEngine, folder: Path) -> None:
        self.spool = folder / "spool"
        self.spool.mkdir()
        self.store = folder / "store"
        self.engine = engine
        self.facts, self.records, self.jobs = FactStore(engine), RecordStore(engine), JobStore(engine)
        self.keeping = KeepingStore(engine)
        self.media = RecordingStore(self.store)
        self.projection = Projection(self.facts, self.records, self.jobs, three_months, no_numbers)
        self.merging = Merging(
            self.records,
            self.keeping,
            self.media,
            self.jobs,
            self.spool,
            self.store / "unfinished",
            lambda: datetime.now(UTC),
        )
        self.erasing = Erasing(self.records, self.keeping, self.media, self.jobs, self.spool, lambda: datetime.now(UTC))
        self.kinds = {
            MERGE_RECORDING: self.merging.do,
            EXPIRE_RECORDINGS: self.erasing.expire,
            ERASE_RECORDING: self.erasing.erase,
        }

    async def do_all(self) -> None:
        """Every job that merges, also those that wait for their next attempt."""
        for _ in range(len(PATIENCE) + 2):
            await self.say("UPDATE jobs SET run_after = clock_timestamp() WHERE kind = 'merge_recording'")
            await self.work_off(MERGE_RECORDING)

    async def work_off(self, *kinds: str) -> None:
        """Everything of these kinds that is due."""
        await work_off(self.jobs, {kind: self.kinds[kind] for kind in kinds or self.kinds})

    async def say(self, statement: str, **values: object) -> None:
        """Change the database behind the worker's back."""
        async with self.engine.begin() as connection:
            await connection.execute(text(statement), values)

    async def row(self, id: RecordingId = RECORDING) -> RecordingRow:
        row = await self.records.recording(TENANT, id)
        assert row is not None
        return row

    def files(self) -> list[Path]:
        return [path for path in self.store.rglob("*") if path.is_file()]


def talked(play: Play) -> CallId:
    """A caller is answered after two seconds and talks for eight."""
    call = play.arrive(later=1.0)
    play.answer(call, later=2.0)
    play.hang_up(call, later=8.0)
    return call
