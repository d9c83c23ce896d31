"""What a seed file last said of a tenant: by it the next one tells what somebody has changed since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Text, cast, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import AgentId, TenantId
from store.config_parts import TenantConfig
from store.engine import tenant_session
from store.errors import Unreadable
from store.logins import Login, Role
from store.tables.audit import seeds as table
from store.trunks import TrunkConfig
from tariff.rights.contract import Contract


@dataclass(frozen=True, slots=True)
class SeededLogin:
    """A login as it was made; `mark` is that of its password then (`LoginStore.marks`)."""

    login: str
    role: Role
    agent: AgentId | None
    licence: str
    mark: str

    def of(self, tenant: TenantId) -> Login:
        """The login itself."""
        return Login(tenant, self.login, self.role, self.agent, self.licence)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the file said; secrets are none in it."""

    config: TenantConfig
    contracts: tuple[Contract, ...] = ()
    logins: tuple[SeededLogin, ...] = ()
    trunks: tuple[TrunkConfig, ...] = ()


class SeedStore:
    """One entry for each tenant that a seed file named, and one for the platform; needs a platform engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def get(self, tenant: TenantId) -> Seeded | None:
        """What was said last, or None when no file has named the tenant."""
        query = select(cast(table.c.document, Text)).where(table.c.tenant == tenant)
        async with tenant_session(self._engine, tenant) as connection:
            document = (await connection.execute(query)).scalar()
        if document is None:
            return None
        try:
            found: Seeded = _adapter().validate_json(document)
        except ValidationError as error:
            raise Unreadable(f"what was seeded of {tenant} does not fit: {error.error_count()} fields") from None
        return found

    async def put(self, tenant: TenantId, seeded: Seeded) -> None:
        """This is what was said last."""
        agents = tuple(replace(account, sip_password="") for account in seeded.config.agents)
        plain = replace(seeded, config=replace(seeded.config, agents=agents))
        written = _adapter().dump_python(plain, mode="json")
        document = text("cast(:document AS jsonb)").bindparams(document=orjson.dumps(written).decode())
        statement = insert(table).values(tenant=tenant, document=document)
        statement = statement.on_conflict_do_update(
            index_elements=[table.c.tenant], set_={"document": statement.excluded.document}
        )
        async with tenant_session(self._engine, tenant) as connection:
            await connection.execute(statement)


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Seeded)
