"""What each quarter of an hour brought, kept for the historical reports; each fact is counted exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import AgentId, QueueId, TenantId
from reports.interval import Count, Grain, Spent, spread
from store.cursors import moved, standing
from store.engine import singly, tenant_session, tenant_statement
from store.jobs import NewJob, add_job
from store.tables.reports import agents_now, interval_grains

CURSOR: Final = "intervals"
ERASE_HISTORY: Final = "erase_history"
"""The kind of the one job of each tenant that erases what is kept no longer."""


@dataclass(frozen=True, slots=True)
class Told:
    """The grains of a stretch of time, what runs included up to `as_of`, after the fact `seq`."""

    grains: tuple[Grain, ...]
    seq: int


class IntervalStore:
    """The grains by tenant; `add` needs a platform engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._single = singly(engine)
        self._still = engine.execution_options(isolation_level="REPEATABLE READ")

    async def cursor(self, tenant: TenantId) -> int:
        """The seq of the last fact that was counted; 0: none yet."""
        async with tenant_statement(self._single, tenant) as connection:
            return await standing(connection, tenant, CURSOR)

    async def add(
        self,
        tenant: TenantId,
        *,
        start: int,
        to: int,
        grains: Sequence[Grain],
        turned: Mapping[AgentId, tuple[Spent, datetime] | None],
    ) -> bool:
        """In one transaction: the cursor moves from `start` to `to`, the grains are added up, and `turned` is what
        these agents do now (None: nothing). False, and nothing is written, when the cursor is not at `start`: another
        worker was faster. With the first fact comes the job that erases them when their time is over."""
        async with tenant_session(self._engine, tenant) as connection:
            if not await moved(connection, tenant, CURSOR, start, to):
                return False
            if start == 0:
                await add_job(connection, erasing_job(tenant))
            if grains:
                await connection.execute(_ADD, _columns(tenant, _summed(grains)))
            if turned:
                await connection.execute(_NO_LONGER, {"tenant": tenant, "agents": sorted(turned)})
            doing = [(agent, *does) for agent, does in turned.items() if does is not None]
            if doing:
                await connection.execute(_NOW, _turned(tenant, doing))
        return True

    async def erase(self, tenant: TenantId, before: datetime) -> int:
        """Erases the quarters that begin before that moment; how many grains they had."""
        old = delete(interval_grains).where(interval_grains.c.tenant == tenant, interval_grains.c.slot < before)
        async with tenant_session(self._engine, tenant) as connection:
            return (await connection.execute(old)).rowcount

    async def between(self, tenant: TenantId, begin: datetime, end: datetime, as_of: datetime) -> Told:
        """The grains of the quarters that begin from `begin` to before `end`; what runs is counted up to `as_of`.

        All is read as it is at one moment: grains of before an addition with the `seq` of after it would be no report.
        """
        mine = select(interval_grains).where(
            interval_grains.c.tenant == tenant, interval_grains.c.slot >= begin, interval_grains.c.slot < end
        )
        running = select(agents_now).where(agents_now.c.tenant == tenant)
        async with tenant_session(self._still, tenant) as connection:
            kept = [_grain(row) for row in (await connection.execute(mine)).all()]
            doing = (await connection.execute(running)).all()
            seq = await standing(connection, tenant, CURSOR)
        until = min(end, as_of)
        for row in doing:
            kept.extend(spread(AgentId(row.agent), Spent(row.what), max(row.since, begin), until))
        return Told(tuple(kept), seq)


def erasing_job(tenant: TenantId) -> NewJob:
    """The job that looks each day for what is kept no longer."""
    return NewJob(tenant, ERASE_HISTORY, "intervals")


def _summed(grains: Sequence[Grain]) -> list[Grain]:
    """One for each thing counted, in an order that no two writers can disagree about."""
    sums: dict[tuple[datetime, str, str, str], float] = {}
    for grain in grains:
        key = (grain.slot, grain.queue or "", grain.agent or "", grain.what)
        before = sums.get(key, 0.0)
        sums[key] = max(before, grain.much) if grain.what == Count.LONGEST_WAIT else before + grain.much
    return [
        Grain(slot, QueueId(queue) or None, AgentId(agent) or None, what, sums[slot, queue, agent, what])
        for slot, queue, agent, what in sorted(sums)
    ]


def _turned(tenant: TenantId, doing: Sequence[tuple[AgentId, Spent, datetime]]) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "agent": [agent for agent, _, _ in doing],
        "what": [str(what) for _, what, _ in doing],
        "since": [since for _, _, since in doing],
    }


def _columns(tenant: TenantId, grains: Sequence[Grain]) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "slot": [grain.slot for grain in grains],
        "queue": [grain.queue or "" for grain in grains],
        "agent": [grain.agent or "" for grain in grains],
        "what": [str(grain.what) for grain in grains],
        "much": [grain.much for grain in grains],
        "longest": Count.LONGEST_WAIT.value,
    }


def _grain(row: Any) -> Grain:
    return Grain(row.slot, QueueId(row.queue) or None, AgentId(row.agent) or None, row.what, row.much)


_ADD: Final = text("""
    INSERT INTO interval_grains AS kept (tenant, slot, queue, agent, what, much)
    SELECT cast(:tenant AS text), * FROM unnest(
        cast(:slot AS timestamptz[]), cast(:queue AS text[]), cast(:agent AS text[]), cast(:what AS text[]),
        cast(:much AS double precision[]))
    ON CONFLICT (tenant, slot, queue, agent, what) DO UPDATE SET much = CASE
        WHEN kept.what = :longest THEN greatest(kept.much, excluded.much) ELSE kept.much + excluded.much END
""")
_NO_LONGER: Final = text("DELETE FROM agents_now WHERE tenant = :tenant AND agent = ANY(cast(:agents AS text[]))")
_NOW: Final = text("""
    INSERT INTO agents_now (tenant, agent, what, since)
    SELECT cast(:tenant AS text), *
      FROM unnest(cast(:agent AS text[]), cast(:what AS text[]), cast(:since AS timestamptz[]))
""")
