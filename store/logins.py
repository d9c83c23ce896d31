"""Who may log in, and the proof of a password (argon2id; the password itself is kept nowhere)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import AgentId, TenantId
from store.engine import tenant_session
from store.tables.tenants import logins as table


class Role(StrEnum):
    """What a login may do."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Login:
    """A person's way in; `agent` for the role agent only. A platform login has the tenant `tenants.PLATFORM`.

    `licence`: the kind of licence given to him by name, "" none of his own.
    """

    tenant: TenantId
    login: str
    role: Role
    agent: AgentId | None = None
    licence: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    login: Login
    hash: str = field(repr=False)


class LoginStore:
    """The logins of each tenant; `store.users` is how an admin changes them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def put(self, login: Login, password: str) -> None:
        """Adds the login, or gives it this role, agent and password."""
        values = {
            "tenant": login.tenant,
            "login": login.login,
            "role": login.role.value,
            "agent": login.agent,
            "licence": login.licence,
            "hash": await hashed(password),
        }
        statement = insert(table).values(values)
        statement = statement.on_conflict_do_update(index_elements=[table.c.tenant, table.c.login], set_=values)
        async with tenant_session(self._engine, login.tenant) as connection:
            await connection.execute(statement)

    async def check(self, tenant: TenantId, login: str, password: str) -> Login | None:
        """The login when the password is right, else None; as slow when there is no such login (about 0.1 s)."""
        kept = await self._find(tenant, login)
        right = await asyncio.to_thread(_matches, kept.hash if kept else _nobodys_hash(), password)
        return kept.login if kept and right else None

    async def get(self, tenant: TenantId, login: str) -> Login | None:
        """The login without its password."""
        kept = await self._find(tenant, login)
        return kept.login if kept else None

    async def get_many(self, tenant: TenantId, logins: Collection[str]) -> dict[str, Login]:
        """Those of these logins that there are, without their passwords."""
        query = select(table).where(table.c.tenant == tenant, table.c.login == func.any(list(logins)))
        async with tenant_session(self._engine, tenant) as connection:
            return {row.login: login_of(row) for row in await connection.execute(query)}

    async def marks(self, tenant: TenantId) -> dict[str, str]:
        """By login a mark of its password: another password has another one, and none can be told from it."""
        query = select(table.c.login, table.c.hash).where(table.c.tenant == tenant)
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(query)).all()
        return {row.login: sha256(row.hash.encode()).hexdigest() for row in rows}

    async def _find(self, tenant: TenantId, login: str) -> _Kept | None:
        query = select(table).where(table.c.tenant == tenant, table.c.login == login)
        async with tenant_session(self._engine, tenant) as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        return _Kept(login_of(row), row.hash)


async def hashed(password: str) -> str:
    """The proof of a password, which alone is kept; takes about 0.1 s and 64 MiB."""
    return await asyncio.to_thread(_hasher().hash, password)


def login_of(row: Row[Any]) -> Login:
    """The login in a row of the table."""
    agent = AgentId(row.agent) if row.agent is not None else None
    return Login(TenantId(row.tenant), row.login, Role(row.role), agent, row.licence)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("")


def _matches(kept: str, password: str) -> bool:
    try:
        return _hasher().verify(kept, password)
    except VerificationError:
        return False
