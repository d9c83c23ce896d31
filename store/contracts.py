"""What tenants have bought, as versions: the platform adds the next one, the newest counts."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Text, cast, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import ContractId, TenantId
from kernel.moment import after
from store.audit import Action, Author, note
from store.closing_jobs import closing_job
from store.config import USE_CONFIG
from store.engine import crosses_tenants, tenant_session, transaction
from store.errors import Unreadable
from store.jobs import NewJob, add_job
from store.orders import OrderStore
from store.tables.contracts import contracts as table
from store.tariffs import packaged
from store.tenants import hold
from store.uses import counted
from tariff.counting.month import day_of, month_of
from tariff.rights import agreement
from tariff.rights.agreement import Agreement
from tariff.rights.contract import Contract
from tariff.rights.entitlement import Entitled

CLOCKS_APART: Final = 1.0
"""Seconds by which the clock of a controller may be behind the database's: asked any earlier, it would find nothing
changed and nobody would ask again."""


class ContractStore:
    """The contracts of each tenant; writing and `all` need a platform engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._orders = OrderStore(engine)

    async def put(self, contract: Contract, by: Author, over: int | None = None) -> Contract | None:
        """Makes `contract` the next version of its id, whatever version it says it is, and returns it with that.

        `over`: the version it is meant to follow (0: there is none yet); None is returned when it is another. A job
        of kind `use_config` is added in the same transaction, and with the first version the one that closes its month.
        Raises StoreError when there is no such tenant.
        """
        async with tenant_session(self._engine, contract.tenant) as connection:
            await hold(connection, contract.tenant)
            newest = select(func.coalesce(func.max(table.c.version), 0)).where(
                table.c.tenant == contract.tenant, table.c.contract == contract.id
            )
            before = int((await connection.execute(newest)).scalar_one())
            if over is not None and over != before:
                return None
            version = before + 1
            await connection.execute(
                insert(table).values(
                    tenant=contract.tenant,
                    contract=contract.id,
                    version=version,
                    document=text("cast(:document AS jsonb)").bindparams(document=_document(contract, version)),
                )
            )
            await add_job(connection, NewJob(contract.tenant, USE_CONFIG, f"contract:{contract.id}:{version}"))
            await note(connection, contract.tenant, by, Action.CONTRACT_PUBLISHED, contract.id, version)
            if version == 1:
                # Months before the platform knew of the contract are closed when somebody asks for it.
                first = month_of(day_of(max(contract.begins, datetime.now(UTC))))
                await add_job(connection, closing_job(contract.tenant, contract.id, first))
        return _read(contract.tenant, contract.id, _document(contract, version))

    async def get(self, tenant: TenantId, contract: ContractId) -> Contract | None:
        """The newest version of one contract, or None."""
        held = {known.id: known for known in await self.of(tenant)}
        return held.get(contract)

    async def of(self, tenant: TenantId) -> tuple[Contract, ...]:
        """The newest version of each contract of the tenant, by id."""
        held = select(table.c.contract, cast(table.c.document, Text)).where(table.c.tenant == tenant)
        newest = held.ext(distinct_on(table.c.contract)).order_by(table.c.contract, table.c.version.desc())
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(newest)).all()
        return tuple(_read(tenant, ContractId(contract), document) for contract, document in rows)

    async def agreements(self, tenant: TenantId) -> tuple[Agreement, ...]:
        """The newest version of each contract with the orders that followed and what was counted, by id."""
        orders = await self._orders.of(tenant)
        held = await self.of(tenant)
        async with tenant_session(self._engine, tenant) as connection:
            uses = await counted(connection, tenant, held, packaged())
        return tuple(
            Agreement(contract, tuple(placed.order for placed in orders.get(contract.id, ())), uses[contract.id])
            for contract in held
        )

    async def at(self, tenant: TenantId, moment: datetime) -> tuple[Contract, ...]:
        """The contracts as they are held at `moment`, without those that are suspended or over."""
        held = (agreement.at(packaged(), one, moment) for one in await self.agreements(tenant))
        return tuple(contract for contract in held if contract is not None)

    async def entitled(self, tenant: TenantId, at: datetime) -> Entitled:
        """What the tenant's contracts allow at `at`."""
        return agreement.entitled(packaged(), await self.agreements(tenant), at)

    async def wake(self, tenant: TenantId, moment: datetime) -> None:
        """Adds a job of kind `use_config` for `moment`, when what the tenant's contracts allow changes by itself."""
        job = NewJob(tenant, USE_CONFIG, f"contracts:{moment.isoformat()}", run_after=after(moment, CLOCKS_APART))
        async with tenant_session(self._engine, tenant) as connection:
            await add_job(connection, job)

    @crosses_tenants
    async def all(self) -> dict[TenantId, tuple[Contract, ...]]:
        """The newest version of every contract, by tenant; who holds none is not there."""
        order = (table.c.tenant, table.c.contract)
        newest = select(*order, cast(table.c.document, Text)).ext(distinct_on(*order))
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(newest.order_by(*order, table.c.version.desc()))).all()
        found: dict[TenantId, tuple[Contract, ...]] = {}
        for tenant, contract, document in rows:
            held = found.get(TenantId(tenant), ())
            found[TenantId(tenant)] = (*held, _read(TenantId(tenant), ContractId(contract), document))
        return found


def _document(contract: Contract, version: int) -> str:
    return orjson.dumps({**_adapter().dump_python(contract, mode="json"), "version": version}).decode()


def _read(tenant: TenantId, contract: ContractId, document: str) -> Contract:
    try:
        found: Contract = _adapter().validate_json(document)
    except ValidationError as error:
        raise Unreadable(f"contract {contract} of {tenant} does not fit: {error.error_count()} fields") from None
    return found


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Contract)
