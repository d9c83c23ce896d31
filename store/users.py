"""The users of a tenant as its admin changes them, one change after another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.ids import AgentId, TenantId
from store.audit import Action, Author, note
from store.engine import tenant_session
from store.errors import StoreError
from store.logins import Login, hashed, login_of
from store.tables.tenants import logins as table
from store.tables.tenants import tenants

Allowed = Callable[[Sequence[Login]], Awaitable[None]]
"""Is asked with all users of the tenant, as they would be then; what it raises goes through and nothing has changed."""


class UserStore:
    """The logins of a tenant; a tenant engine will do."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def all(self, tenant: TenantId) -> tuple[Login, ...]:
        """Every user, by login."""
        async with tenant_session(self._engine, tenant) as connection:
            return await _all(connection, tenant)

    async def of_agent(self, tenant: TenantId, agent: AgentId) -> tuple[Login, ...]:
        """Who logs in as this agent."""
        query = select(table).where(table.c.tenant == tenant, table.c.agent == agent)
        async with tenant_session(self._engine, tenant) as connection:
            return tuple(login_of(row) for row in (await connection.execute(query)).all())

    async def add(self, login: Login, password: str, allowed: Allowed, by: Author) -> bool:
        """Adds a user; False when there is one of this name."""
        proof = await hashed(password)
        async with self._held(login.tenant) as connection:
            known = await _all(connection, login.tenant)
            if any(other.login == login.login for other in known):
                return False
            await allowed((*known, login))
            await connection.execute(insert(table).values({**asdict(login), "role": login.role.value, "hash": proof}))
            await note(connection, login.tenant, by, Action.USER_ADDED, login.login)
        return True

    async def change(
        self,
        tenant: TenantId,
        login: str,
        how: Callable[[Login], Login],
        password: str | None,
        allowed: Allowed,
        by: Author,
    ) -> Login | None:
        """Makes of a user what `how` gives, with another password if there is one; None when there is no such user."""
        proof = None if password is None else await hashed(password)
        async with self._held(tenant) as connection:
            known = {one.login: one for one in await _all(connection, tenant)}
            if login not in known:
                return None
            changed = how(known[login])
            await allowed(tuple({**known, login: changed}.values()))
            values = {"role": changed.role.value, "agent": changed.agent, "licence": changed.licence}
            if proof is not None:
                values["hash"] = proof
            statement = update(table).where(table.c.tenant == tenant, table.c.login == login)
            await connection.execute(statement.values(values))
            differ = [name for name in ("role", "agent", "licence") if getattr(known[login], name) != values[name]]
            named = [*differ, *(["password"] if proof is not None else [])]
            await note(connection, tenant, by, Action.USER_CHANGED, login, changed=named)
        return changed

    async def remove(self, tenant: TenantId, login: str, allowed: Allowed, by: Author) -> bool:
        """Takes a user away: his tokens are no good from now on; False when there is no such user."""
        async with self._held(tenant) as connection:
            known = await _all(connection, tenant)
            left = tuple(one for one in known if one.login != login)
            if len(left) == len(known):
                return False
            await allowed(left)
            await connection.execute(delete(table).where(table.c.tenant == tenant, table.c.login == login))
            await note(connection, tenant, by, Action.USER_REMOVED, login)
        return True

    @asynccontextmanager
    async def _held(self, tenant: TenantId) -> AsyncIterator[AsyncConnection]:
        """The tenant's row, locked, makes changes of one tenant follow each other, also those of his configuration."""
        async with tenant_session(self._engine, tenant) as connection:
            query = select(tenants.c.id).where(tenants.c.id == tenant).with_for_update()
            if (await connection.execute(query)).scalar() is None:
                raise StoreError(f"there is no tenant {tenant}")
            yield connection


async def _all(connection: AsyncConnection, tenant: TenantId) -> tuple[Login, ...]:
    rows = (await connection.execute(select(table).where(table.c.tenant == tenant).order_by(table.c.login))).all()
    return tuple(login_of(row) for row in rows)
