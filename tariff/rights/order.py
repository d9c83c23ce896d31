"""Whether a contract may be held as it stands: every rule of its tariff's rows that it breaks, with the clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from kernel.refusal import Code, Refused
from tariff.holding.held import number
from tariff.orders import deciding
from tariff.rights import first_order
from tariff.rights.contract import Contract, Item
from tariff.written.catalogue import Catalogue
from tariff.written.rows import ORDERED, Basis, Row, RowKind, Scope, Table


def check(catalogue: Catalogue, contract: Contract) -> tuple[Refused, ...]:
    """What is wrong with the contract as a first order; nothing when it may be held."""
    if not catalogue.knows(contract.tariff):
        return (Refused(Code.NOT_IN_TARIFF, params=(("row", contract.tariff),)),)
    table = catalogue.table(contract.tariff, contract.begins)
    if table is None or (contract.ends is not None and contract.ends <= contract.begins):
        return (Refused(Code.DATE_OUTSIDE, params=(("row", contract.tariff),)),)
    found = list(_of_the_whole(contract, table))
    for item in contract.items:
        found.extend(_of_item(contract, table, item))
    if any(number(item.quantity) < 1 for item in contract.items):
        return tuple(found)
    ruled = deciding.flaws_at_start(catalogue, first_order.head(contract), first_order.order(contract))
    rows = {(no.code, dict(no.params).get("row")) for no in found}
    clauses = {(no.code, no.clause) for no in found}
    for no in ruled:
        row = dict(no.params).get("row")
        if (no.code, row) not in rows and (row is not None or (no.code, no.clause) not in clauses):
            found.append(_named(contract, no))
            rows.add((no.code, row))
    return tuple(found)


def _named(contract: Contract, flaw: Refused) -> Refused:
    """The refusal, of the contract's tariff where it is of no row."""
    return flaw if "row" in dict(flaw.params) else replace(flaw, params=(("row", contract.tariff), *flaw.params))


def _of_the_whole(contract: Contract, table: Table) -> Iterator[Refused]:
    if not contract.items:
        yield Refused(Code.QUANTITY_BELOW, used=0, limit=1, params=(("row", contract.tariff),))
    if contract.scope is not table.scope or (table.scope is not Scope.TENANT and not contract.of):
        yield Refused(Code.NEEDS, params=(("row", contract.tariff), ("needed", table.scope)))
    for (row, of), times in Counter((item.row, item.of) for item in contract.items).items():
        if times > 1:
            yield Refused(Code.CONTRADICTORY, params=(("row", f"{row} {of}".strip()),))


def _of_item(contract: Contract, table: Table, item: Item) -> Iterator[Refused]:
    row = table.row(item.row)
    named = (("row", item.row),)
    if row is None or not (row.kind in ORDERED or (row.kind is RowKind.FREE and not row.included_in)):
        yield Refused(Code.NOT_IN_TARIFF, params=named)
        return
    wanted, most = number(item.quantity), _most(row)
    if wanted < 1:
        yield Refused(Code.QUANTITY_BELOW, row.clause, wanted, 1, named)
    elif most is not None and wanted > most:
        code = Code.ESTIMATE_REQUIRED if row.kind is RowKind.TIER else Code.QUANTITY_ABOVE
        yield Refused(code, row.clause, wanted, most, named)
    if row.scope is not Scope.TENANT and not (item.of or contract.of):
        yield Refused(Code.NEEDS, row.clause, params=(*named, ("needed", row.scope)))


def _most(row: Row) -> int | None:
    if row.kind is RowKind.TIER:
        return max(row.numbers, default=None) if row.beyond_estimate else None
    return 1 if row.basis is Basis.RIGHT else None
