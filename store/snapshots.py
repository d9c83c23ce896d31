"""Floors as they were after a certain fact, so that a rebuild replays only what came later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from acd.model import Floor
from kernel.ids import TenantId
from store.codec import dump_floor, load_floor
from store.engine import tenant_session
from store.errors import Unreadable
from store.tables.facts import snapshots as table


class Snapshots:
    """The floor snapshots of each tenant; platform engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def save(self, floor: Floor, at: datetime) -> None:
        """Keeps the floor as it is when this is called; a second one of the same seq is left out."""
        row = {"tenant": floor.tenant, "seq": floor.seq, "epoch": floor.epoch, "at": at, "floor": dump_floor(floor)}
        async with tenant_session(self._engine, floor.tenant) as connection:
            await connection.execute(insert(table).values(row).on_conflict_do_nothing())

    async def newest(self, tenant: TenantId) -> Floor | None:
        """The newest floor; None when there is none, or when floors have another shape by now: replay from fact 1."""
        query = select(table.c.floor).where(table.c.tenant == tenant).order_by(table.c.seq.desc()).limit(1)
        async with tenant_session(self._engine, tenant) as connection:
            data = (await connection.execute(query)).scalar()
        try:
            return load_floor(data) if data is not None else None
        except Unreadable:
            return None

    async def prune(self, tenant: TenantId, keep: int = 2) -> int:
        """Removes all but the newest `keep`; how many were removed."""
        kept = select(table.c.seq).where(table.c.tenant == tenant).order_by(table.c.seq.desc()).limit(keep)
        async with tenant_session(self._engine, tenant) as connection:
            gone = await connection.execute(delete(table).where(table.c.tenant == tenant, table.c.seq.not_in(kept)))
        return gone.rowcount
