"""How long recordings stay: when the next one runs out, which have, and the tombstones that are left of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.ids import RecordingId, TenantId
from store.engine import tenant_session
from store.jobs import Job, NewJob, add_job
from store.record_rows import RecordingRow, RecordingState, recording_row
from store.tables.work import jobs, recordings

EXPIRE_RECORDINGS: Final = "expire_recordings"
"""The kind of the one job of each tenant that is due when its next recording runs out."""
ERASE_RECORDING: Final = "erase_recording"
"""The kind of the job that takes the file of a deleted recording away; its key is the recording."""
RETENTION: Final = "retention"
"""Who deleted what has expired."""
_KEY: Final = "recordings"
_SCHEDULE: Final = text("""
    INSERT INTO jobs (tenant, kind, key, body, run_after) VALUES (:tenant, :kind, :key, '{}', :at)
    ON CONFLICT ON CONSTRAINT jobs_once DO UPDATE SET
        run_after = CASE WHEN jobs.done_at IS NULL THEN least(jobs.run_after, excluded.run_after)
                         ELSE excluded.run_after END,
        done_at = NULL
""")


async def schedule(connection: AsyncConnection, tenant: TenantId, at: datetime) -> None:
    """The tenant's recordings are looked through at `at` at the latest; in the caller's transaction."""
    await connection.execute(_SCHEDULE, {"tenant": tenant, "kind": EXPIRE_RECORDINGS, "key": _KEY, "at": at})


class KeepingStore:
    """The ends of recordings. `delete` works on a tenant engine, the rest needs a platform engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def settle(self, row: RecordingRow) -> bool:
        """Writes what has become of the file of a pending recording; False when it is not pending any more."""
        values = {"seconds": row.seconds, "path": row.path, "sha256": row.sha256, "size": row.size}
        statement = update(recordings).where(
            recordings.c.tenant == row.tenant,
            recordings.c.recording == row.recording,
            recordings.c.state == RecordingState.PENDING.value,
        )
        async with tenant_session(self._engine, row.tenant) as connection:
            settled = await connection.execute(statement.values(**values, state=row.state.value))
        return settled.rowcount == 1

    async def expired(self, tenant: TenantId, limit: int) -> tuple[RecordingRow, ...]:
        """Recordings that have run out by the database's clock and are no tombstones yet, the oldest first."""
        query = (
            select(recordings)
            .where(
                recordings.c.tenant == tenant,
                recordings.c.deleted_at.is_(None),
                recordings.c.expires_at <= func.clock_timestamp(),
            )
            .order_by(recordings.c.expires_at, recordings.c.started, recordings.c.recording)
            .limit(limit)
        )
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(query)).all()
        return tuple(recording_row(row._mapping) for row in rows)

    async def bury(self, row: RecordingRow) -> None:
        """Its file is gone, so of an expired recording the tombstone is left; one that has one keeps it."""
        statement = update(recordings).where(
            recordings.c.tenant == row.tenant,
            recordings.c.recording == row.recording,
            recordings.c.deleted_at.is_(None),
        )
        values = {"state": RecordingState.EXPIRED.value, "path": None, "deleted_by": RETENTION, "reason": row.clause}
        async with tenant_session(self._engine, row.tenant) as connection:
            await connection.execute(statement.values(**values, deleted_at=func.clock_timestamp()))

    async def rest(self, job: Job) -> None:
        """The tenant's job is done until its next recording runs out, or until there is one that will."""
        mine = update(jobs).where(jobs.c.tenant == job.tenant, jobs.c.id == job.id, jobs.c.attempts == job.attempts)
        held = select(jobs.c.id).where(jobs.c.tenant == job.tenant, jobs.c.id == job.id).with_for_update()
        next_one = select(func.min(recordings.c.expires_at)).where(
            recordings.c.tenant == job.tenant, recordings.c.deleted_at.is_(None)
        )
        async with tenant_session(self._engine, job.tenant) as connection:
            # Whoever schedules meanwhile waits for this row, and so sees what is written here.
            await connection.execute(held)
            due = (await connection.execute(next_one)).scalar()
            if due is None:
                await connection.execute(mine.values(done_at=func.clock_timestamp(), claimed_until=None))
            else:
                await connection.execute(mine.values(run_after=due, claimed_until=None))

    async def delete(self, tenant: TenantId, recording: RecordingId, by: str, reason: str) -> bool:
        """A tombstone at once, and a job that takes the file away; False when there was nothing left to delete."""
        statement = update(recordings).where(
            recordings.c.tenant == tenant, recordings.c.recording == recording, recordings.c.deleted_at.is_(None)
        )
        values = {"state": RecordingState.DELETED.value, "deleted_by": by, "reason": reason}
        async with tenant_session(self._engine, tenant) as connection:
            buried = await connection.execute(statement.values(**values, deleted_at=func.clock_timestamp()))
            if buried.rowcount != 1:
                return False
            await add_job(connection, NewJob(tenant, ERASE_RECORDING, recording))
        return True

    async def erased(self, tenant: TenantId, recording: RecordingId) -> None:
        """The file of a tombstone is gone."""
        statement = update(recordings).where(
            recordings.c.tenant == tenant, recordings.c.recording == recording, recordings.c.deleted_at.is_not(None)
        )
        async with tenant_session(self._engine, tenant) as connection:
            await connection.execute(statement.values(path=None))
