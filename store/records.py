"""Call records and recordings, and how far each fold of the facts has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, ColumnElement, Row, Select, Table, Text, bindparam, case, cast, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.ids import AgentId, CallId, RecordingId, TenantId
from reports.storage_days import Stored
from store.cursors import moved, standing
from store.engine import crosses_tenants, singly, tenant_session, tenant_statement, transaction
from store.keeping import schedule
from store.record_rows import (
    CallRecordRow,
    Page,
    RecordingRow,
    RecordingState,
    cursor_after,
    parse_cursor,
    recording_row,
)
from store.tables.work import call_records, recordings

_DOCUMENTS: Final = ("legs", "parts")
"""Columns of JSON, which are read and written as text."""


class RecordStore:
    """Records by tenant. Writing needs a platform engine; reading does not."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._single = singly(engine)

    async def cursor(self, name: str, tenant: TenantId) -> int:
        """The seq of the last fact that the fold `name` has taken in; 0: none yet."""
        async with tenant_statement(self._single, tenant) as connection:
            return await standing(connection, tenant, name)

    async def fold(
        self,
        name: str,
        tenant: TenantId,
        *,
        start: int,
        to: int,
        records: Sequence[CallRecordRow] = (),
        recordings: Sequence[RecordingRow] = (),
    ) -> bool:
        """In one transaction: the fold's cursor moves from `start` to `to`, and the rows are written.

        False, and nothing is written, when the cursor is not at `start` (another worker was faster). A recording
        that is there already keeps what is known of its file, and its end once that is fixed.
        """
        async with tenant_session(self._engine, tenant) as connection:
            if not await moved(connection, tenant, name, start, to):
                return False
            await _write_records(connection, records)
            await _add_recordings(connection, recordings)
            ends = [row.expires_at for row in recordings if row.expires_at is not None]
            if ends:
                await schedule(connection, tenant, min(ends))
        return True

    async def upsert_records(self, tenant: TenantId, records: Sequence[CallRecordRow]) -> None:
        """Writes the rows; one that has taken in more facts is left alone."""
        async with tenant_session(self._engine, tenant) as connection:
            await _write_records(connection, records)

    async def record(self, tenant: TenantId, call: CallId) -> CallRecordRow | None:
        """The record of a call, or None."""
        query = _records_of(tenant).where(call_records.c.call == call)
        async with tenant_session(self._engine, tenant) as connection:
            row = (await connection.execute(query)).first()
        return _record(row) if row is not None else None

    async def last_agent(self, tenant: TenantId, mark: str, since: datetime) -> AgentId | None:
        """Who of the agents was with the caller of this mark at the end of his last call that ended then or later."""
        there = (call_records.c.mark == mark) & call_records.c.last_agent.is_not(None)
        mine = select(call_records.c.last_agent).where(call_records.c.tenant == tenant, there)
        newest = mine.where(call_records.c.ended_at >= since).order_by(call_records.c.ended_at.desc()).limit(1)
        async with tenant_session(self._engine, tenant) as connection:
            found = (await connection.execute(newest)).scalar()
        return None if found is None else AgentId(found)

    async def list_records(
        self,
        tenant: TenantId,
        limit: int = 50,
        cursor: str | None = None,
        abandoned: tuple[datetime, datetime] | None = None,
    ) -> Page[CallRecordRow]:
        """The newest calls, or those who joined a queue in that time and gave up. ValueError for a bad cursor."""
        mine = _records_of(tenant)
        if abandoned is not None:
            begin, end = abandoned
            waited = call_records.c.queued_at.between(begin, end) & (call_records.c.queued_at < end)
            mine = mine.where(call_records.c.outcome == "abandoned", waited)
        query = _page(mine, call_records, "arrived", "call", limit, cursor)
        async with tenant_session(self._engine, tenant) as connection:
            rows = tuple(_record(row) for row in (await connection.execute(query)).all())
        more = len(rows) > limit
        return Page(rows[:limit], cursor_after(rows[limit - 1].arrived, rows[limit - 1].call) if more else None)

    async def between(self, tenant: TenantId, since: datetime, until: datetime) -> tuple[CallRecordRow, ...]:
        """The calls that arrived before `until` and lived at `since` or later, the earliest first."""
        lived = or_(call_records.c.arrived >= since, call_records.c.ended_at >= since)
        query = _records_of(tenant).where(lived, call_records.c.arrived < until)
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(query.order_by(call_records.c.arrived, call_records.c.call))).all()
        return tuple(_record(row) for row in rows)

    async def stored(self, tenant: TenantId, since: datetime, until: datetime) -> tuple[Stored, ...]:
        """The recordings that were kept at any time from `since` to `until`."""
        kept = or_(recordings.c.deleted_at.is_(None), recordings.c.deleted_at > since)
        columns = (recordings.c.started, recordings.c.seconds, recordings.c.deleted_at)
        query = select(*columns).where(recordings.c.tenant == tenant, recordings.c.started < until, kept)
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(query.order_by(recordings.c.started))).all()
        return tuple(Stored(row.started, row.seconds or 0.0, row.deleted_at) for row in rows)

    async def put_recording(self, row: RecordingRow) -> None:
        """Writes all that is known of a recording."""
        values = _recording_values(row)
        statement = insert(recordings).values(values)
        statement = statement.on_conflict_do_update(index_elements=["tenant", "recording"], set_=values)
        async with tenant_session(self._engine, row.tenant) as connection:
            await connection.execute(statement)

    async def recording(self, tenant: TenantId, recording: RecordingId) -> RecordingRow | None:
        """A recording, or None when there is none of this id or it is another tenant's."""
        query = select(recordings).where(recordings.c.tenant == tenant, recordings.c.recording == recording)
        async with tenant_session(self._engine, tenant) as connection:
            row = (await connection.execute(query)).first()
        return recording_row(row._mapping) if row is not None else None

    async def list_recordings(
        self, tenant: TenantId, limit: int = 50, cursor: str | None = None, state: RecordingState | None = None
    ) -> Page[RecordingRow]:
        """The newest recordings of a state, or (None) all that are not gone. ValueError for a cursor that is none."""
        mine = select(recordings).where(recordings.c.tenant == tenant, _in_state(state))
        query = _page(mine, recordings, "started", "recording", limit, cursor)
        async with tenant_session(self._engine, tenant) as connection:
            rows = tuple(recording_row(row._mapping) for row in (await connection.execute(query)).all())
        more = len(rows) > limit
        return Page(rows[:limit], cursor_after(rows[limit - 1].started, rows[limit - 1].recording) if more else None)

    @crosses_tenants
    async def pending_recordings(self, limit: int = 100) -> tuple[RecordingRow, ...]:
        """The recordings of every tenant whose files are not in the store yet, the oldest first."""
        query = select(recordings).where(recordings.c.state == RecordingState.PENDING.value)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query.order_by(recordings.c.started).limit(limit))).all()
        return tuple(recording_row(row._mapping) for row in rows)


async def _write_records(connection: AsyncConnection, records: Sequence[CallRecordRow]) -> None:
    if records:
        # In an order that no two writers can disagree about.
        rows = sorted(records, key=lambda record: record.call)
        await connection.execute(_PUT_RECORD, [_record_values(record) for record in rows])


def _record_values(record: CallRecordRow) -> dict[str, object]:
    values = {name: getattr(record, name) for name in _COLUMNS}
    return {**values, "agents": list(record.agents), "recordings": list(record.recordings)}


async def _add_recordings(connection: AsyncConnection, rows: Sequence[RecordingRow]) -> None:
    for row in rows:
        statement = insert(recordings).values(_recording_values(row))
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["tenant", "recording"],
                set_={
                    "call": row.call,
                    "started": row.started,
                    "expires_at": func.coalesce(recordings.c.expires_at, statement.excluded.expires_at),
                    "clause": case(
                        (recordings.c.expires_at.is_(None), statement.excluded.clause), else_=recordings.c.clause
                    ),
                },
            )
        )


def _put_record() -> Insert:
    """Writes a record; one that has taken in more facts is left alone."""
    documents = {name: cast(bindparam(name, type_=Text), JSON) for name in _DOCUMENTS}
    statement = insert(call_records).values({name: bindparam(name) for name in _COLUMNS} | documents)
    new = statement.excluded
    # Once known it stays: whoever folds the call again may find its number erased.
    kept = {"line_kind": func.coalesce(call_records.c.line_kind, new.line_kind)}
    return statement.on_conflict_do_update(
        index_elements=["tenant", "call"],
        set_={name: new[name] for name in _COLUMNS} | kept,
        where=call_records.c.last_seq <= new.last_seq,
    )


_COLUMNS: Final = tuple(field.name for field in fields(CallRecordRow))
_PUT_RECORD: Final = _put_record()
"""Made once: to put it together takes longer than to carry it out."""


def _in_state(state: RecordingState | None) -> ColumnElement[bool]:
    """What has expired counts as such from its moment on, even before the worker has come to it."""
    there = recordings.c.deleted_at.is_(None)
    kept = there & or_(recordings.c.expires_at.is_(None), recordings.c.expires_at > func.clock_timestamp())
    match state:
        case None:
            return kept
        case RecordingState.EXPIRED:
            due = there & (recordings.c.expires_at <= func.clock_timestamp())
            return or_(recordings.c.state == state.value, due)
        case RecordingState.DELETED:
            return recordings.c.state == state.value
        case _:
            return kept & (recordings.c.state == state.value)


def _page(query: Select[Any], table: Table, moment: str, name: str, limit: int, cursor: str | None) -> Select[Any]:
    """One row more than asked for shows whether there is a next page."""
    place = tuple_(table.c[moment], table.c[name])
    if cursor is not None:
        query = query.where(place < tuple_(*parse_cursor(cursor)))
    return query.order_by(table.c[moment].desc(), table.c[name].desc()).limit(limit + 1)


def _records_of(tenant: TenantId) -> Select[Any]:
    documents = [cast(call_records.c[name], Text).label(name) for name in _DOCUMENTS]
    columns = [column for column in call_records.c if column.name not in _DOCUMENTS]
    return select(*columns, *documents).where(call_records.c.tenant == tenant)


def _record(row: Row[Any]) -> CallRecordRow:
    return CallRecordRow(**{**row._mapping, "agents": tuple(row.agents), "recordings": tuple(row.recordings)})


def _recording_values(row: RecordingRow) -> dict[str, object]:
    return {**asdict(row), "state": row.state.value}
