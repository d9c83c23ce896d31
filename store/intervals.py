"""What each quarter of an hour brought, kept for the historical reports; each fact is counted exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import AgentId, QueueId, TenantId
from reports.interval import Count, Grain, Spent, spread
from store.cursors import moved, standing
from store.engine import tenant_session
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

    async def cursor(self, tenant: TenantId) -> int:
        """The seq of the last fact that was counted; 0: none yet."""
        async with tenant_session(self._engine, tenant) as connection:
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
                await connection.execute(_ADD, [_values(tenant, grain) for grain in _summed(grains)])
            old = delete(agents_now).where(agents_now.c.tenant == tenant, agents_now.c.agent.in_(list(turned)))
            await connection.execute(old)
            rows = [_doing(tenant, agent, *does) for agent, does in turned.items() if does is not None]
            if rows:
                await connection.execute(insert(agents_now), rows)
        return True

    async def erase(self, tenant: TenantId, before: datetime) -> int:
        """Erases the quarters that begin before that moment; how many grains they had."""
        old = delete(interval_grains).where(interval_grains.c.tenant == tenant, interval_grains.c.slot < before)
        async with tenant_session(self._engine, tenant) as connection:
            return (await connection.execute(old)).rowcount

    async def between(self, tenant: TenantId, begin: datetime, end: datetime, as_of: datetime) -> Told:
        """The grains of the quarters that begin from `begin` to before `end`; what runs is counted up to `as_of`."""
        mine = select(interval_grains).where(
            interval_grains.c.tenant == tenant, interval_grains.c.slot >= begin, interval_grains.c.slot < end
        )
        running = select(agents_now).where(agents_now.c.tenant == tenant)
        async with tenant_session(self._engine, tenant) as connection:
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


def _doing(tenant: TenantId, agent: AgentId, what: Spent, since: datetime) -> dict[str, Any]:
    return {"tenant": tenant, "agent": agent, "what": what, "since": since}


def _values(tenant: TenantId, grain: Grain) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "slot": grain.slot,
        "queue": grain.queue or "",
        "agent": grain.agent or "",
        "what": grain.what,
        "much": grain.much,
    }


def _grain(row: Any) -> Grain:
    return Grain(row.slot, QueueId(row.queue) or None, AgentId(row.agent) or None, row.what, row.much)


_insert = insert(interval_grains)
_ADD: Final = _insert.on_conflict_do_update(
    index_elements=["tenant", "slot", "queue", "agent", "what"],
    set_={
        "much": case(
            (
                interval_grains.c.what == Count.LONGEST_WAIT.value,
                func.greatest(interval_grains.c.much, _insert.excluded.much),
            ),
            else_=interval_grains.c.much + _insert.excluded.much,
        )
    },
)
