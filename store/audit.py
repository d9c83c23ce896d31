"""Who changed what, and when: one line in the transaction of each change, never changed afterwards, without secrets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.ids import TenantId
from store.engine import crosses_tenants, tenant_session, transaction
from store.platform import PLATFORM
from store.record_rows import Page
from store.tables.audit import audit as table

MOST_NAMED: Final = 100
"""Things that one line names; of more it says how many there are."""


class Action(StrEnum):
    """What was done."""

    AGENT_DIRECTED = "agent_directed"
    AGENT_FORCED = "agent_forced"
    CALL_MOVED = "call_moved"
    CALL_PRIORITISED = "call_prioritised"
    CALL_WITHDRAWN = "call_withdrawn"
    CALL_LISTENED = "call_listened"
    CONFIGURATION_PUBLISHED = "configuration_published"
    CONTRACT_PUBLISHED = "contract_published"
    ENTRY_ADDED = "entry_added"
    TENANT_ADDED = "tenant_added"
    TRUNK_PUT = "trunk_put"
    TRUNK_REMOVED = "trunk_removed"
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    USER_REMOVED = "user_removed"


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something: a login of a tenant, or of the platform (`tenant` is PLATFORM)."""

    tenant: TenantId
    login: str


SEED: Final = Author(PLATFORM, "seed file")
"""What a seed file changes; no login can have this name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `subject`: the contract, user or trunk; `version`: the one that this made; `changed`: which things or
    fields differ from before, by name."""

    seq: int
    at: datetime
    tenant: TenantId
    by: Author
    action: Action
    subject: str
    version: int | None
    changed: tuple[str, ...]


async def note(
    connection: AsyncConnection,
    tenant: TenantId,
    by: Author,
    action: Action,
    subject: str = "",
    version: int | None = None,
    changed: Sequence[str] = (),
) -> None:
    """Writes a line in the caller's transaction; a change of the platform itself has the tenant PLATFORM."""
    named = [*changed[:MOST_NAMED], *([f"{len(changed)} in all"] if len(changed) > MOST_NAMED else [])]
    await connection.execute(
        insert(table).values(
            tenant=tenant,
            by_tenant=by.tenant,
            by_login=by.login,
            action=action.value,
            subject=subject,
            version=version,
            changed=named,
        )
    )


async def authors(connection: AsyncConnection, tenant: TenantId) -> dict[int, Author]:
    """Who published each version of the tenant's configuration; older ones are not known."""
    query = select(table.c.version, table.c.by_tenant, table.c.by_login).where(
        table.c.tenant == tenant, table.c.action == Action.CONFIGURATION_PUBLISHED.value
    )
    rows = (await connection.execute(query)).all()
    return {row.version: Author(TenantId(row.by_tenant), row.by_login) for row in rows}


class AuditStore:
    """The lines, the newest first; `everyone` needs a platform engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def of(self, tenant: TenantId, limit: int, cursor: str | None = None) -> Page[Entry]:
        """What was changed for one tenant. Raises ValueError for a bad cursor."""
        query = _page(select(table).where(table.c.tenant == tenant), limit, cursor)
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(query)).all()
        return _shown(rows, limit)

    async def add(
        self, tenant: TenantId, by: Author, action: Action, subject: str, changed: Sequence[str] = ()
    ) -> None:
        """Writes down what somebody does that is not kept in this database."""
        async with tenant_session(self._engine, tenant) as connection:
            await note(connection, tenant, by, action, subject, changed=changed)

    @crosses_tenants
    async def everyone(self, limit: int, cursor: str | None = None) -> Page[Entry]:
        """What was changed for all tenants and on the platform itself. Raises ValueError for a bad cursor."""
        query = _page(select(table), limit, cursor)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return _shown(rows, limit)


def _page(query: Select[Any], limit: int, cursor: str | None) -> Select[Any]:
    if cursor is not None:
        query = query.where(table.c.seq < _seq(cursor))
    return query.order_by(table.c.seq.desc()).limit(limit + 1)


def _seq(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit()) or len(cursor) > len(str(2**62)):
        raise ValueError("not a cursor")
    return int(cursor)


def _shown(rows: Sequence[Row[Any]], limit: int) -> Page[Entry]:
    entries = tuple(
        Entry(
            row.seq,
            row.at,
            TenantId(row.tenant),
            Author(TenantId(row.by_tenant), row.by_login),
            Action(row.action),
            row.subject,
            row.version,
            tuple(row.changed),
        )
        for row in rows[:limit]
    )
    return Page(entries, str(entries[-1].seq) if len(rows) > limit else None)
