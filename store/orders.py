"""Accepted orders of contracts, in the order in which they were decided; none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Text, cast, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import ContractId, TenantId
from store.config import USE_CONFIG
from store.engine import tenant_session
from store.errors import Unreadable
from store.jobs import NewJob, add_job
from store.tables.billing import contract_orders as table
from store.tenants import hold
from tariff.holding.history import Order


@dataclass(frozen=True, slots=True)
class Placed:
    """An order of a contract; `number` counts from 1."""

    number: int
    order: Order
    placed_at: datetime


class OrderStore:
    """The orders of each tenant; writing needs a platform engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def append(self, tenant: TenantId, contract: ContractId, order: Order, over: int) -> bool:
        """Adds the order as number `over` + 1; False when somebody else has added that one meanwhile.

        A job of kind `use_config` is added in the same transaction. Raises StoreError when there is no such tenant.
        """
        number = over + 1
        newest = select(func.coalesce(func.max(table.c.number), 0)).where(
            table.c.tenant == tenant, table.c.contract == contract
        )
        document = text("cast(:document AS jsonb)").bindparams(document=_adapter().dump_json(order).decode())
        async with tenant_session(self._engine, tenant) as connection:
            await hold(connection, tenant)
            if (await connection.execute(newest)).scalar_one() != over:
                return False
            await connection.execute(
                insert(table).values(tenant=tenant, contract=contract, number=number, document=document)
            )
            await add_job(connection, NewJob(tenant, USE_CONFIG, f"order:{contract}:{number}"))
        return True

    async def of(self, tenant: TenantId) -> Mapping[ContractId, tuple[Placed, ...]]:
        """Every order of the tenant by contract, the first first; a contract without orders is not there."""
        columns = (table.c.contract, table.c.number, cast(table.c.document, Text).label("document"), table.c.placed_at)
        query = select(*columns).where(table.c.tenant == tenant).order_by(table.c.contract, table.c.number)
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(query)).all()
        found: dict[ContractId, tuple[Placed, ...]] = {}
        for row in rows:
            contract = ContractId(row.contract)
            placed = Placed(row.number, _read(tenant, contract, row.number, row.document), row.placed_at)
            found[contract] = (*found.get(contract, ()), placed)
        return found


def _read(tenant: TenantId, contract: ContractId, number: int, document: str) -> Order:
    try:
        order: Order = _adapter().validate_json(document)
    except ValidationError as error:
        raise Unreadable(
            f"order {number} of {contract} of {tenant} does not fit: {error.error_count()} fields"
        ) from None
    # JSON knows no tuples, and two orders that say the same are to be equal.
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in order.facts.items()}
    return replace(order, facts=facts)


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Order)
