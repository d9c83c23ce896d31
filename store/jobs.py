"""Work that may wait: added in the transaction of the change it belongs to, claimed by one worker at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.ids import TenantId
from store.engine import crosses_tenants, reaching, tenant_session, transaction
from store.errors import StoreUnavailable
from store.tables.work import jobs as table

_CHANNEL: Final = "denwaban_jobs"
_CLAIM: Final = text("""
    WITH due AS MATERIALIZED (
        SELECT id FROM jobs
         WHERE done_at IS NULL AND kind = ANY(:kinds) AND run_after <= clock_timestamp()
           AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())
         ORDER BY run_after, id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs SET attempts = attempts + 1, claimed_until = clock_timestamp() + make_interval(secs => :seconds)
      FROM due WHERE jobs.id = due.id
    RETURNING jobs.id, tenant, kind, key, body::text AS body, attempts, run_after
""")


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work of a `kind` for a tenant; `key` makes it unique for ever, `body` is JSON, `run_after` None: at once."""

    tenant: TenantId
    kind: str
    key: str
    body: str = "{}"
    run_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job; `attempts` counts this one too and proves the claim."""

    id: int
    tenant: TenantId
    kind: str
    key: str
    body: str
    attempts: int
    run_after: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that is not done: due at `run_after`; `trouble`: why the last attempt failed, "" for none."""

    key: str
    run_after: datetime
    trouble: str


async def add_job(connection: AsyncConnection, job: NewJob) -> bool:
    """Adds the job in the caller's transaction; False when it was added before."""
    statement = (
        insert(table)
        .values(
            tenant=job.tenant,
            kind=job.kind,
            key=job.key,
            body=text("cast(:document AS json)").bindparams(document=job.body),
            run_after=func.clock_timestamp() if job.run_after is None else job.run_after,
        )
        .on_conflict_do_nothing(constraint="jobs_once")
    )
    return (await connection.execute(statement)).rowcount == 1


async def hasten(connection: AsyncConnection, tenant: TenantId, kind: str, prefix: str) -> None:
    """What waits to be tried again after trouble, of this kind and with keys that begin so, is due now."""
    waits = table.c.done_at.is_(None) & table.c.trouble.is_not(None)
    mine = (table.c.kind == kind) & table.c.key.startswith(prefix, autoescape=True)
    statement = update(table).where(table.c.tenant == tenant, mine, waits)
    await connection.execute(statement.values(run_after=func.clock_timestamp()))


class JobStore:
    """The jobs of the platform. Adding works on a tenant engine, the rest needs a platform engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, job: NewJob) -> bool:
        """Adds the job in a transaction of its own; False when it was added before."""
        async with tenant_session(self._engine, job.tenant) as connection:
            return await add_job(connection, job)

    async def waiting(self, tenant: TenantId, kind: str) -> tuple[Waiting, ...]:
        """What is still to be done of a kind, the earliest first."""
        columns = (table.c.key, table.c.run_after, table.c.trouble)
        query = select(*columns).where(table.c.tenant == tenant, table.c.kind == kind, table.c.done_at.is_(None))
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(query.order_by(table.c.run_after, table.c.key))).all()
        return tuple(Waiting(row.key, row.run_after, row.trouble or "") for row in rows)

    @crosses_tenants
    async def claim(self, kinds: Sequence[str], limit: int, seconds: float) -> tuple[Job, ...]:
        """Up to `limit` due jobs, earliest first, for this worker alone for `seconds`; then others may claim them."""
        values = {"kinds": list(kinds), "limit": limit, "seconds": seconds}
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(_CLAIM, values)).all()
        found = (Job(r.id, TenantId(r.tenant), r.kind, r.key, r.body, r.attempts, r.run_after) for r in rows)
        return tuple(sorted(found, key=lambda job: (job.run_after, job.id)))

    async def done(self, job: Job) -> bool:
        """The job is finished; False when the claim ran out and somebody else has it."""
        return await self._end(job, done_at=func.clock_timestamp(), trouble=None)

    async def rest(self, job: Job, until: datetime) -> bool:
        """The job is done for now and due again at `until`; False as above."""
        return await self._end(job, claimed_until=None, run_after=until, trouble=None)

    async def failed(self, job: Job, retry_at: datetime | None, trouble: str) -> bool:
        """The job is to be tried again at `retry_at`, or never (None). `trouble`: short, no personal data."""
        if retry_at is None:
            return await self._end(job, done_at=func.clock_timestamp(), trouble=trouble)
        return await self._end(job, claimed_until=None, run_after=retry_at, trouble=trouble)

    async def _end(self, job: Job, **values: object) -> bool:
        statement = update(table).where(
            table.c.tenant == job.tenant,
            table.c.id == job.id,
            table.c.attempts == job.attempts,
            table.c.done_at.is_(None),
        )
        async with tenant_session(self._engine, job.tenant) as connection:
            return (await connection.execute(statement.values(**values))).rowcount == 1

    @crosses_tenants
    async def seconds_to_next(self, kinds: Sequence[str]) -> float | None:
        """Seconds until the next job of these kinds is due (0: now), by the database's clock; None: there is none."""
        due = func.greatest(table.c.run_after, table.c.claimed_until)
        query = select(func.extract("epoch", func.min(due) - func.clock_timestamp())).where(
            table.c.done_at.is_(None), table.c.kind.in_(list(kinds))
        )
        async with transaction(self._engine) as connection:
            seconds = (await connection.execute(query)).scalar()
        return None if seconds is None else max(0.0, float(seconds))


class JobBell:
    """Rings when a job is added or put off, so that a worker need not look again and again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._lost = False

    def ring(self, *_: object) -> None:
        """A job was added or put off."""
        self._rung.set()

    def lose(self, *_: object) -> None:
        """The connection on which it heard is gone."""
        self._lost = True
        self._rung.set()

    async def wait(self, limit: float | None) -> None:
        """Returns when it has rung since the last wait, or after `limit` seconds; StoreUnavailable: make a new bell."""
        try:
            async with asyncio.timeout(limit):
                await self._rung.wait()
        except TimeoutError:
            return
        if self._lost:
            raise StoreUnavailable("the connection that listens for jobs is gone")
        self._rung.clear()


@asynccontextmanager
async def job_bell(engine: AsyncEngine) -> AsyncIterator[JobBell]:
    """A bell on a connection of its own, for as long as that lives."""
    bell = JobBell()
    with reaching():
        async with engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            driver.add_termination_listener(bell.lose)
            await driver.add_listener(_CHANNEL, bell.ring)
            try:
                yield bell
            finally:
                driver.remove_termination_listener(bell.lose)
                if not driver.is_closed():
                    await driver.remove_listener(_CHANNEL, bell.ring)
