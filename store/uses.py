"""How much of what was bought has been in use, as far as the contract lets more be used than was bought."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.ids import TenantId
from store.tables.audit import rule_counts
from tariff.holding.history import Use
from tariff.rights.contract import Contract
from tariff.written.catalogue import Catalogue


async def counted(
    connection: AsyncConnection, tenant: TenantId, held: Iterable[Contract], catalogue: Catalogue
) -> dict[str, tuple[Use, ...]]:
    """The counts of rules with an IVR, by contract, as uses of the row of that contract which gives them, in time: a
    count whose worker died is made later, for its own moment."""
    query = select(rule_counts).where(rule_counts.c.tenant == tenant).order_by(rule_counts.c.at, rule_counts.c.seq)
    lines = (await connection.execute(query)).all()
    found: dict[str, tuple[Use, ...]] = {}
    for contract in held:
        table = catalogue.table(contract.tariff, contract.begins)
        gives = {} if table is None else {row.gives: row.id for row in table.rows if contract.quantity(row.id)}
        found[contract.id] = tuple(
            Use(line.at, gives[line.kind], line.used)
            for line in lines
            if line.contract == contract.id and line.kind in gives
        )
    return found
