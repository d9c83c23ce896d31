"""How far each fold of the facts has come: it moves in the transaction of what it wrote, so each fact counts once."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.ids import TenantId
from store.tables.work import cursors

_MOVE: Final = text("""
    INSERT INTO cursors (tenant, name, seq) VALUES (:tenant, :name, :to)
    ON CONFLICT (tenant, name) DO UPDATE SET seq = excluded.seq WHERE cursors.seq = :start AND :start < :to
""")


async def moved(connection: AsyncConnection, tenant: TenantId, name: str, start: int, to: int) -> bool:
    """Moves the cursor of the fold `name` from `start` to `to`; False when it is elsewhere: another was faster."""
    values = {"tenant": tenant, "name": name, "start": start, "to": to}
    return (await connection.execute(_MOVE, values)).rowcount == 1


async def standing(connection: AsyncConnection, tenant: TenantId, name: str) -> int:
    """The seq of the last fact that the fold has taken in; 0: none yet."""
    query = select(cursors.c.seq).where(cursors.c.tenant == tenant, cursors.c.name == name)
    return (await connection.execute(query)).scalar() or 0
