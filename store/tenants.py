"""Which tenants there are."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.ids import TenantId
from store.audit import Action, Author, note
from store.engine import crosses_tenants, tenant_session, transaction
from store.errors import StoreError
from store.platform import PLATFORM as PLATFORM
from store.tables.tenants import tenants as table


@dataclass(frozen=True, slots=True)
class Tenant:
    """A customer company; `id` is lower-case letters, digits, - and _; `tariffs` names the versions it has bought."""

    id: TenantId
    name: str
    time_zone: str = "Asia/Tokyo"
    tariffs: tuple[str, ...] = ()


class TenantStore:
    """The tenants of the platform. Reading one works on a tenant engine too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def put(self, tenant: Tenant) -> None:
        """Adds the tenant, or changes what is said of it."""
        values = {**asdict(tenant), "tariffs": list(tenant.tariffs)}
        statement = insert(table).values(values)
        statement = statement.on_conflict_do_update(index_elements=[table.c.id], set_=values)
        async with tenant_session(self._engine, tenant.id) as connection:
            await connection.execute(statement)

    async def add(self, tenant: Tenant, by: Author) -> bool:
        """Adds a new tenant; False when there is one of this id."""
        values = {**asdict(tenant), "tariffs": list(tenant.tariffs)}
        statement = insert(table).values(values).on_conflict_do_nothing()
        async with tenant_session(self._engine, tenant.id) as connection:
            added = (await connection.execute(statement)).rowcount == 1
            if added:
                await note(connection, tenant.id, by, Action.TENANT_ADDED, tenant.id)
            return added

    async def get(self, tenant: TenantId) -> Tenant | None:
        """The tenant, or None."""
        async with tenant_session(self._engine, tenant) as connection:
            row = (await connection.execute(select(table).where(table.c.id == tenant))).first()
        return None if row is None else Tenant(TenantId(row.id), row.name, row.time_zone, tuple(row.tariffs))

    @crosses_tenants
    async def all(self) -> tuple[Tenant, ...]:
        """Every tenant, by id."""
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(select(table).order_by(table.c.id))).all()
        return tuple(Tenant(TenantId(row.id), row.name, row.time_zone, tuple(row.tariffs)) for row in rows)


async def hold(connection: AsyncConnection, tenant: TenantId) -> None:
    """The tenant's row, locked, makes changes of one tenant follow each other. Raises StoreError when there is none."""
    query = select(table.c.id).where(table.c.id == tenant).with_for_update()
    if (await connection.execute(query)).scalar() is None:
        raise StoreError(f"there is no tenant {tenant}")
