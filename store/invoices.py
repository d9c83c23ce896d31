"""Closed months: a contract's month is written once, and nothing changes or removes it."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Text, cast, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import ContractId, TenantId
from store.engine import tenant_session
from store.entries import last_entry
from store.errors import Unreadable
from store.jobs import NewJob, add_job
from store.tables.billing import invoices as table
from store.tenants import hold
from tariff.money.closed import ClosedMonth


class InvoiceStore:
    """The closed months of each tenant; writing needs a platform engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def close(self, closed: ClosedMonth, following: NewJob | None = None) -> bool:
        """Writes the month, and in the same transaction the job that closes the next; False, and nothing is written,
        when something was entered about the contract that `closed` does not know of.

        A month that was closed stays as it is; the job is added all the same.
        """
        tenant = TenantId(closed.tenant)
        document = text("cast(:document AS jsonb)").bindparams(document=_adapter().dump_json(closed).decode())
        statement = insert(table).values(
            tenant=tenant, contract=closed.contract, month=closed.month, number=closed.number, document=document
        )
        async with tenant_session(self._engine, tenant) as connection:
            await hold(connection, tenant)
            if await last_entry(connection, tenant, closed.contract) != closed.seen:
                return False
            await connection.execute(statement.on_conflict_do_nothing(index_elements=["tenant", "contract", "month"]))
            if following is not None:
                await add_job(connection, following)
        return True

    async def of(self, tenant: TenantId) -> tuple[ClosedMonth, ...]:
        """Every closed month of the tenant, the newest first, then by contract."""
        query = (
            select(cast(table.c.document, Text))
            .where(table.c.tenant == tenant)
            .order_by(table.c.month.desc(), table.c.contract)
        )
        async with tenant_session(self._engine, tenant) as connection:
            documents = (await connection.execute(query)).scalars().all()
        return tuple(_read(tenant, document) for document in documents)

    async def of_contract(self, tenant: TenantId, contract: ContractId, but: str = "") -> tuple[ClosedMonth, ...]:
        """Every closed month of a contract, the earliest first, without the month `but`."""
        query = (
            select(cast(table.c.document, Text))
            .where(table.c.tenant == tenant, table.c.contract == contract, table.c.month != but)
            .order_by(table.c.month)
        )
        async with tenant_session(self._engine, tenant) as connection:
            documents = (await connection.execute(query)).scalars().all()
        return tuple(_read(tenant, document) for document in documents)

    async def get(self, tenant: TenantId, contract: ContractId, month: str) -> ClosedMonth | None:
        """One closed month, or None while it is open."""
        query = select(cast(table.c.document, Text)).where(
            table.c.tenant == tenant, table.c.contract == contract, table.c.month == month
        )
        async with tenant_session(self._engine, tenant) as connection:
            document = (await connection.execute(query)).scalar()
        return None if document is None else _read(tenant, document)


def _read(tenant: TenantId, document: str) -> ClosedMonth:
    try:
        closed: ClosedMonth = _adapter().validate_json(document)
    except ValidationError as error:
        raise Unreadable(f"an invoice of {tenant} does not fit: {error.error_count()} fields") from None
    return closed


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(ClosedMonth)
