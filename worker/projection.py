"""Folds the facts into call records and recordings, each call once, from where it stopped the last time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from acd.facts import AgentFreed, CallEnded, RecordingEnded, ShardTaken
from bus.news import Lost, News
from kernel.ids import CallId, PersonalId, TenantId
from kernel.usage import LineKind
from reports.call_fold import call_record
from store.codec import decode
from store.facts import AnyFact, FactStore
from store.jobs import JobStore, NewJob
from store.record_rows import CallRecordRow, RecordingRow
from store.records import RecordStore
from worker.merge import MERGE_RECORDING
from worker.patience import follow
from worker.rows import mark_of, record_row, recording_rows

CURSOR: Final = "call_records"
_ENDS: Final = (CallEnded, RecordingEnded, AgentFreed)
"""After these a record may say more: wrap-up ends when the call itself is long over."""
_PAGE: Final = 2_000
GATHER: Final = 0.5
"""Seconds in which news are gathered before calls are folded: calls that live have the processor first."""

Keeping = Callable[[TenantId, datetime, datetime], Awaitable[tuple[datetime, str] | None]]
"""Until when, and by which clause, a tenant keeps a recording that began then, of a call that ended then; None: for
ever."""
LineKindOf = Callable[[TenantId, PersonalId], Awaitable[LineKind | None]]
"""The kind of line behind the other party's number; None when the number is not there (any more)."""


class Projection:
    """Woken by news, and by their loss; it reads the database, never the news themselves."""

    def __init__(
        self, facts: FactStore, records: RecordStore, jobs: JobStore, keeping: Keeping, line_kind: LineKindOf
    ) -> None:
        self._facts = facts
        self._records = records
        self._jobs = jobs
        self._keeping = keeping
        self._line_kind = line_kind

    async def run(self, news: AsyncIterator[News | Lost]) -> None:
        """Catch up, then follow the news for as long as there is any."""
        await follow(self, news, GATHER, _calls_for_work)

    async def catch_up(self, tenant: TenantId) -> None:
        """Fold everything that the database has after the cursor."""
        start = await self._records.cursor(CURSOR, tenant)
        while page := await self._facts.since(tenant, start, _PAGE):
            to = page[-1].seq
            records, recordings = await self._rows(tenant, page)
            moved = await self._records.fold(CURSOR, tenant, start=start, to=to, records=records, recordings=recordings)
            if moved:
                await self._fetch(recordings)
            start = to if moved else await self._records.cursor(CURSOR, tenant)

    async def catch_up_all(self) -> None:
        """Fold every tenant's facts, and ask again for each recording that is still without its file."""
        for tenant in await self._facts.tenants():
            await self.catch_up(tenant)
        await self._fetch(await self._records.pending_recordings(limit=100_000))

    async def _rows(self, tenant: TenantId, page: Sequence[AnyFact]) -> tuple[list[CallRecordRow], list[RecordingRow]]:
        """The rows of every call that ended, or after which a recording or an agent's work did, within the page."""
        to = page[-1].seq
        calls = dict.fromkeys(CallId(f.subject) for f in page if isinstance(f.body, _ENDS))
        records: list[CallRecordRow] = []
        recordings: list[RecordingRow] = []
        for call in calls:
            history = [fact for fact in await self._facts.of_subject(tenant, call) if fact.seq <= to]
            record = call_record(history)
            ended = None if record is None else record.ended
            if record is not None and ended is not None:
                kind = await self._line_kind(tenant, record.caller)
                records.append(record_row(record, kind, mark_of(history)))
            recordings.extend(await self._with_ends(recording_rows(history), ended))
        return records, recordings

    async def _with_ends(self, rows: Iterable[RecordingRow], ended: datetime | None) -> list[RecordingRow]:
        """How long a recording is kept is fixed when its call has ended, by what the tenant had bought then."""
        made: list[RecordingRow] = []
        for row in rows:
            kept = None if ended is None else await self._keeping(row.tenant, row.started, ended)
            made.append(row if kept is None else replace(row, expires_at=kept[0], clause=kept[1]))
        return made

    async def _fetch(self, recordings: Sequence[RecordingRow]) -> None:
        for row in recordings:
            await self._jobs.add(NewJob(row.tenant, MERGE_RECORDING, row.recording))


def _calls_for_work(news: News) -> bool:
    """Something ended; or another controller took over, which brings what the last one wrote without telling it."""
    return any(isinstance(decode(line).body, (*_ENDS, ShardTaken)) for line in news.lines)
