"""Folds the facts into call records and recordings, each call once, from where it stopped the last time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from acd.facts import AgentFreed, CallEnded, CallStarted, RecordingEnded, WrapUpStarted
from kernel.ids import AgentId, CallId, PersonalId, TenantId
from kernel.usage import LineKind
from reports.call_fold import call_record
from store.facts import AnyFact, FactStore
from store.jobs import JobStore, NewJob
from store.record_rows import CallRecordRow, RecordingRow
from store.records import RecordStore
from worker.merge import MERGE_RECORDING
from worker.rows import mark_of, record_row, recording_rows

CURSOR: Final = "call_records"
_ENDS: Final = (CallEnded, RecordingEnded, AgentFreed)
"""After these a record may say more: wrap-up ends when the call itself is long over."""
_PAGE: Final = 2_000
_REMEMBERED: Final = 2_000
"""Calls whose facts are kept in memory until they have ended."""

Keeping = Callable[[TenantId, datetime, datetime], Awaitable[tuple[datetime, str] | None]]
"""Until when, and by which clause, a tenant keeps a recording that began then, of a call that ended then; None: for
ever."""
LineKindsOf = Callable[[TenantId, Collection[PersonalId]], Awaitable[Mapping[PersonalId, LineKind]]]
"""The kinds of line behind numbers, but not of a number that is not there (any more)."""
_History = list[AnyFact]


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the fold has come in the database, and how far it has read."""

    cursor: int
    read: int


class Projection:
    """Reads the database, never the news themselves.

    The cursor moves when there is something to write; what was read beyond it is remembered, or read again by the next
    worker.
    """

    def __init__(
        self, facts: FactStore, records: RecordStore, jobs: JobStore, keeping: Keeping, line_kinds: LineKindsOf
    ) -> None:
        self._facts = facts
        self._records = records
        self._jobs = jobs
        self._keeping = keeping
        self._line_kinds = line_kinds
        self._places: dict[TenantId, _Place] = {}
        self._living: OrderedDict[tuple[TenantId, CallId], _History] = OrderedDict()

    async def catch_up(self, tenant: TenantId) -> None:
        """Fold everything that the database has after what was read."""
        # While it is being written it stands nowhere: what could not be written is read again.
        place = self._places.pop(tenant, None)
        if place is None:
            place = await self._begin(tenant)
        while page := await self._facts.since(tenant, place.read, _PAGE):
            place = await self._fold(tenant, place, page)
        self._places[tenant] = place

    async def _begin(self, tenant: TenantId) -> _Place:
        """Where the database says that the fold is; what is remembered may not follow from there."""
        for key in [key for key in self._living if key[0] == tenant]:
            del self._living[key]
        start = await self._records.cursor(CURSOR, tenant)
        return _Place(start, start)

    async def _fold(self, tenant: TenantId, place: _Place, page: Sequence[AnyFact]) -> _Place:
        to = page[-1].seq
        records, recordings = await self._rows(tenant, page)
        if not records and not recordings and to - place.cursor < _PAGE:
            return _Place(place.cursor, to)
        if not await self._records.fold(
            CURSOR, tenant, start=place.cursor, to=to, records=records, recordings=recordings
        ):
            return await self._begin(tenant)
        await self._fetch(recordings)
        return _Place(to, to)

    async def catch_up_all(self) -> None:
        """Fold every tenant's facts, and ask again for each recording that is still without its file."""
        for tenant in await self._facts.tenants():
            await self.catch_up(tenant)
        await self._fetch(await self._records.pending_recordings(limit=100_000))

    async def _rows(self, tenant: TenantId, page: Sequence[AnyFact]) -> tuple[list[CallRecordRow], list[RecordingRow]]:
        """The rows of every call that ended, or after which a recording or an agent's work did, within the page."""
        histories = await self._histories(tenant, page)
        found = {call: record for call, history in histories.items() if (record := call_record(history)) is not None}
        over = [record for record in found.values() if record.ended is not None]
        kinds = await self._line_kinds(tenant, {record.caller for record in over}) if over else {}
        records = [record_row(one, kinds.get(one.caller), mark_of(histories[one.call])) for one in over]
        recordings: list[RecordingRow] = []
        for call, history in histories.items():
            ended = found[call].ended if call in found else None
            recordings.extend(await self._with_ends(recording_rows(history), ended))
        return records, recordings

    async def _histories(self, tenant: TenantId, page: Sequence[AnyFact]) -> dict[CallId, _History]:
        """What is known after the page of each call that ended in it, or whose recording or agent's work did."""
        histories: dict[CallId, _History] = {}
        for fact in page:
            call = CallId(fact.subject)
            if isinstance(fact.body, CallStarted):
                self._living[tenant, call] = []
            known = self._living.get((tenant, call))
            if known is not None:
                known.append(fact)
            if isinstance(fact.body, _ENDS):
                histories[call] = known or []
        unknown = [call for call, history in histories.items() if not history]
        if unknown:
            for fact in await self._facts.of_subjects(tenant, unknown):
                if fact.seq <= page[-1].seq:
                    histories[CallId(fact.subject)].append(fact)
        self._forget(tenant, histories)
        return histories

    def _forget(self, tenant: TenantId, histories: Mapping[CallId, _History]) -> None:
        """What is over, and the oldest of too many: of those the database is asked when they end."""
        for call, history in histories.items():
            if _is_over(history):
                self._living.pop((tenant, call), None)
        while len(self._living) > _REMEMBERED:
            self._living.popitem(last=False)

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


def _is_over(history: _History) -> bool:
    """The call has ended, and so has everybody's work after it."""
    ended, working = False, set[AgentId]()
    for fact in history:
        match fact.body:
            case CallEnded():
                ended = True
            case WrapUpStarted(agent=agent):
                working.add(agent)
            case AgentFreed(agent=agent):
                working.discard(agent)
            case _:
                continue
    return ended and not working
