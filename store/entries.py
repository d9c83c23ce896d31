"""What was entered about contracts, in the order in which it came; none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Row, Select, Text, cast, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.ids import ContractId, TenantId
from store.audit import Action, Author, note
from store.engine import tenant_session
from store.errors import Unreadable
from store.jobs import NewJob, add_job, hasten
from store.tables.billing import contract_entries as table
from store.tenants import hold
from tariff.money.entered import (
    ChargeEntered,
    Entry,
    EvadedEntered,
    OutageEntered,
    PaymentEntered,
    RateEntered,
    What,
    Withdrawn,
)

KINDS: Final[Mapping[str, type]] = {
    "outage": OutageEntered,
    "charge": ChargeEntered,
    "payment": PaymentEntered,
    "evaded": EvadedEntered,
    "call_rate": RateEntered,
    "withdrawal": Withdrawn,
}
"""The name of each kind of entry, in the database and on the wire."""


def kind_of(what: What) -> str:
    """The name of its kind."""
    return next(name for name, kind in KINDS.items() if isinstance(what, kind))


class EntryStore:
    """The entries of each tenant; writing needs a platform engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def append(
        self, tenant: TenantId, contract: ContractId, what: What, by: Author, over: int, key: str | None, job: NewJob
    ) -> Entry | None:
        """Adds it as number `over` + 1; None when somebody else has added that one meanwhile. Where its `key` was used
        before, what came with it then.

        In the same transaction it is noted, `job` is added, and what waits to close a month of the contract is due.
        Raises StoreError when there is no such tenant.
        """
        async with tenant_session(self._engine, tenant) as connection:
            await hold(connection, tenant)
            known = await _with_key(connection, tenant, contract, key)
            if known is not None:
                return known
            if await last_entry(connection, tenant, contract) != over:
                return None
            values = {"tenant": tenant, "contract": contract, "number": over + 1, "kind": kind_of(what), "key": key}
            document = text("cast(:document AS jsonb)").bindparams(
                document=_adapter(KINDS[kind_of(what)]).dump_json(what).decode()
            )
            statement = insert(table).values(**values, document=document, by_login=by.login)
            entered = (await connection.execute(statement.returning(table.c.entered_at))).scalar_one()
            await note(connection, tenant, by, Action.ENTRY_ADDED, contract, over + 1, (kind_of(what),))
            await add_job(connection, job)
            await hasten(connection, tenant, job.kind, f"{contract}:")
        return Entry(over + 1, what, entered, by.login)

    async def with_key(self, tenant: TenantId, contract: ContractId, key: str) -> Entry | None:
        """What came with an Idempotency-Key, or None."""
        async with tenant_session(self._engine, tenant) as connection:
            return await _with_key(connection, tenant, contract, key)

    async def of(self, tenant: TenantId, contract: ContractId) -> tuple[Entry, ...]:
        """Every entry of a contract, the first first, those that were withdrawn among them."""
        query = _query(tenant, contract).order_by(table.c.number)
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(query)).all()
        return tuple(_read(tenant, row) for row in rows)


async def last_entry(connection: AsyncConnection, tenant: TenantId, contract: str) -> int:
    """The number of the newest entry of a contract, 0 without any."""
    query = select(func.coalesce(func.max(table.c.number), 0)).where(
        table.c.tenant == tenant, table.c.contract == contract
    )
    return int((await connection.execute(query)).scalar_one())


async def _with_key(
    connection: AsyncConnection, tenant: TenantId, contract: ContractId, key: str | None
) -> Entry | None:
    query = _query(tenant, contract).where(table.c.key == key)
    row = None if key is None else (await connection.execute(query)).first()
    return None if row is None else _read(tenant, row)


def _query(tenant: TenantId, contract: ContractId) -> Select[Any]:
    columns = (table.c.number, table.c.kind, cast(table.c.document, Text).label("document"), table.c.entered_at)
    return select(*columns, table.c.by_login).where(table.c.tenant == tenant, table.c.contract == contract)


def _read(tenant: TenantId, row: Row[Any]) -> Entry:
    try:
        what: What = _adapter(KINDS[row.kind]).validate_json(row.document)
    except ValidationError as error:
        raise Unreadable(f"entry {row.number} of {tenant} does not fit: {error.error_count()} fields") from None
    return Entry(row.number, what, row.entered_at, row.by_login)


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
