"""What a tenant has set up, as immutable versions: the newest is in force, a change publishes the next."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final

import asyncpg
import orjson
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Text, cast, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.ids import TenantId
from store.audit import Action, Author, authors, note
from store.config_parts import (
    AgentAccount,
    DiallingConfig,
    FlowDocument,
    HoursDocument,
    LineConfig,
    NumberConfig,
    PromptText,
    TenantConfig,
    differences,
    numbered,
)
from store.engine import cause_of, crosses_tenants, tenant_session, transaction
from store.errors import NameTaken, StoreError, Unreadable
from store.jobs import NewJob, add_job
from store.personal import Sealer
from store.tables.tenants import configurations as table
from store.tables.tenants import platform_names, tenants

__all__ = [
    "USE_CONFIG",
    "AgentAccount",
    "Change",
    "ConfigStore",
    "DiallingConfig",
    "FlowDocument",
    "HoursDocument",
    "LineConfig",
    "NumberConfig",
    "PromptText",
    "Published",
    "TenantConfig",
]

USE_CONFIG: Final = "use_config"
"""The kind of the job that stands in the outbox after each publication; its body: {"version": n}."""


Change = Callable[[TenantConfig], TenantConfig]


@dataclass(frozen=True, slots=True)
class Published:
    """One version, when it was published, and by whom (None: nobody wrote it down then)."""

    version: int
    published_at: datetime
    by: Author | None


class ConfigStore:
    """The configurations of each tenant; all but `load_all` work on a tenant engine too."""

    def __init__(self, engine: AsyncEngine, sealer: Sealer) -> None:
        self._engine = engine
        self._sealer = sealer

    async def publish(self, config: TenantConfig, by: Author) -> int:
        """Makes `config` the tenant's next version, whatever version it says it is, and returns that.

        A job of kind `use_config` is added in the same transaction. Raises NameTaken when a number or SIP username
        is another tenant's, StoreError when there is no such tenant.
        """
        async with tenant_session(self._engine, config.tenant) as connection:
            empty = await self._hold(connection, config.tenant)
            before = await self._newest(connection, config.tenant) or empty
            version = await self._next_version(connection, config.tenant)
            await self._publish(connection, config, version, before, by)
        return version

    async def edit(self, tenant: TenantId, change: Change, by: Author) -> TenantConfig:
        """Makes what `change` gives of the newest version the next one, and returns that with its versions counted.

        Edits of one tenant follow each other, so `change` sees what it changes; what it raises goes through, and then,
        or when nothing differs, nothing is published. Raises NameTaken and StoreError as `publish` does.
        """
        async with tenant_session(self._engine, tenant) as connection:
            empty = await self._hold(connection, tenant)
            before = await self._newest(connection, tenant) or empty
            version = await self._next_version(connection, tenant)
            after = numbered(change(before), before, version)
            if replace(after, version=before.version) == before:
                return before
            return await self._publish(connection, after, version, before, by)

    async def begin(self, tenant: TenantId, by: Author) -> None:
        """Publishes an empty first version for a tenant who has none, so that there is a floor for him."""
        async with tenant_session(self._engine, tenant) as connection:
            empty = await self._hold(connection, tenant)
            if await self._newest(connection, tenant) is None:
                await self._publish(connection, empty, await self._next_version(connection, tenant), empty, by)

    async def again(self, tenant: TenantId, key: str) -> None:
        """Adds a job that brings the newest version into force once more, for what else it depends on has changed.

        `key` names that change: the same one adds no second job.
        """
        async with tenant_session(self._engine, tenant) as connection:
            await add_job(connection, NewJob(tenant, USE_CONFIG, key))

    async def versions(self, tenant: TenantId) -> tuple[Published, ...]:
        """Every version of the tenant, the newest first."""
        query = select(table.c.version, table.c.published_at).where(table.c.tenant == tenant)
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(query.order_by(table.c.version.desc()))).all()
            known = await authors(connection, tenant)
        return tuple(Published(row.version, row.published_at, known.get(row.version)) for row in rows)

    async def load(self, tenant: TenantId, version: int | None = None) -> TenantConfig | None:
        """The version in force (or the one asked for), or None when there is none."""
        async with tenant_session(self._engine, tenant) as connection:
            return await self._newest(connection, tenant, version)

    @crosses_tenants
    async def load_all(self) -> tuple[TenantConfig, ...]:
        """The configuration in force of every tenant that has one, by tenant."""
        newest = select(cast(table.c.document, Text)).ext(distinct_on(table.c.tenant))
        async with transaction(self._engine) as connection:
            documents = await connection.execute(newest.order_by(table.c.tenant, table.c.version.desc()))
            return tuple(self._open(document) for document in documents.scalars())

    async def _newest(
        self, connection: AsyncConnection, tenant: TenantId, version: int | None = None
    ) -> TenantConfig | None:
        query = select(cast(table.c.document, Text)).where(table.c.tenant == tenant)
        if version is not None:
            query = query.where(table.c.version == version)
        document = (await connection.execute(query.order_by(table.c.version.desc()).limit(1))).scalar()
        return self._open(document) if document is not None else None

    async def _hold(self, connection: AsyncConnection, tenant: TenantId) -> TenantConfig:
        """What a tenant without a configuration has; its row, locked, makes publications of one follow each other."""
        query = select(tenants.c.name, tenants.c.time_zone).where(tenants.c.id == tenant).with_for_update()
        row = (await connection.execute(query)).first()
        if row is None:
            raise StoreError(f"there is no tenant {tenant}")
        return TenantConfig(tenant, row.name, time_zone=row.time_zone)

    async def _publish(
        self, connection: AsyncConnection, config: TenantConfig, version: int, before: TenantConfig, by: Author
    ) -> TenantConfig:
        published = replace(config, version=version)
        await _claim_names(connection, published)
        named = update(tenants).where(tenants.c.id == config.tenant)
        await connection.execute(named.values(name=config.name, time_zone=config.time_zone))
        document = text("cast(:document AS jsonb)").bindparams(document=self._seal(published))
        await connection.execute(insert(table).values(tenant=config.tenant, version=version, document=document))
        job = NewJob(config.tenant, USE_CONFIG, str(version), orjson.dumps({"version": version}).decode())
        await add_job(connection, job)
        changed = differences(before, published)
        await note(connection, config.tenant, by, Action.CONFIGURATION_PUBLISHED, version=version, changed=changed)
        return published

    async def _next_version(self, connection: AsyncConnection, tenant: TenantId) -> int:
        query = select(func.coalesce(func.max(table.c.version), 0) + 1).where(table.c.tenant == tenant)
        return int((await connection.execute(query)).scalar_one())

    def _seal(self, config: TenantConfig) -> str:
        agents = tuple(
            replace(
                agent,
                sip_password=b64encode(self._sealer.seal(config.tenant, _sip(agent), agent.sip_password)).decode(),
            )
            for agent in config.agents
        )
        return orjson.dumps(replace(config, agents=agents)).decode()

    def _open(self, document: str) -> TenantConfig:
        try:
            config: TenantConfig = _adapter().validate_json(document)
        except ValidationError as error:
            raise Unreadable(f"a configuration does not fit: {error.error_count()} fields") from None
        agents = tuple(
            replace(agent, sip_password=self._sealer.reveal(config.tenant, _sip(agent), b64decode(agent.sip_password)))
            for agent in config.agents
        )
        return replace(config, agents=agents)


async def _claim_names(connection: AsyncConnection, config: TenantConfig) -> None:
    wanted = {("number", number.number) for number in config.numbers}
    wanted |= {("sip", agent.sip_username) for agent in config.agents}
    await connection.execute(delete(platform_names).where(platform_names.c.tenant == config.tenant))
    rows = [{"kind": kind, "name": name, "tenant": config.tenant} for kind, name in sorted(wanted)]
    try:
        if rows:
            await connection.execute(insert(platform_names), rows)
    except DBAPIError as error:
        if isinstance(cause_of(error), asyncpg.UniqueViolationError):
            raise NameTaken(f"a number or SIP username of {config.tenant} belongs to another tenant") from None
        raise


def _sip(agent: AgentAccount) -> str:
    return f"sip:{agent.sip_username}"


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(TenantConfig)
