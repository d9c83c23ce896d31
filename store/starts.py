"""Where a replay may begin: the floor and the counting of intervals as the facts in the database had left them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from acd.model import Floor
from kernel.ids import TenantId
from reports.interval import Intervals
from store.codec import dump_floor, dump_runs, load_floor, load_runs
from store.engine import tenant_session
from store.errors import Unreadable
from store.tables.facts import starts as table

EVERY: Final = 10_000
"""Facts from one start to the next, and so the most that a replay reads: about a tenth of a second's work. Starts stay
as long as the facts do; one of 2,000 agents takes a twentieth of the room of the facts that it stands for."""


class ReplayStarts:
    """The starts by tenant. Other than snapshots they are made of written facts alone, by whoever replays them all.

    `save` needs a platform engine; reading works on a tenant engine too.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def save(self, intervals: Intervals) -> None:
        """Keeps the fold as it is when this is called, instead of an older one of the same seq, which may have another
        shape."""
        floor, runs = dump_floor(intervals.floor), dump_runs(intervals.runs)
        statement = insert(table).values(tenant=intervals.tenant, seq=intervals.seq, floor=floor, runs=runs)
        statement = statement.on_conflict_do_update(
            index_elements=["tenant", "seq"], set_={"floor": floor, "runs": runs}
        )
        async with tenant_session(self._engine, intervals.tenant) as connection:
            await connection.execute(statement)

    async def floor(self, tenant: TenantId, after: int, until: int) -> Floor | None:
        """The last floor after the fact `after` and not after the fact `until`; None: there is none that today's
        version can read."""
        query = select(table.c.floor).where(table.c.tenant == tenant, table.c.seq > after, table.c.seq <= until)
        async with tenant_session(self._engine, tenant) as connection:
            data = (await connection.execute(query.order_by(table.c.seq.desc()).limit(1))).scalar()
        try:
            return None if data is None else load_floor(data)
        except Unreadable:
            return None

    async def intervals(self, tenant: TenantId, until: int) -> Intervals | None:
        """The fold after the last start that is not after the fact `until`; None as above."""
        query = select(table.c.floor, table.c.runs).where(table.c.tenant == tenant, table.c.seq <= until)
        async with tenant_session(self._engine, tenant) as connection:
            row = (await connection.execute(query.order_by(table.c.seq.desc()).limit(1))).first()
        try:
            return None if row is None else Intervals.resumed(load_floor(row.floor), load_runs(row.runs))
        except Unreadable:
            return None
