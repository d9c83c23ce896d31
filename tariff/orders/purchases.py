"""What is bought once, and deposits: no change of what is had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kernel.refusal import Code, Refused
from tariff.holding.history import Do, History, Order, Quantity
from tariff.orders import versions
from tariff.orders.change import Broken
from tariff.orders.deeds import UNSAID, Deed, clause_of, no
from tariff.written.catalogue import Catalogue
from tariff.written.rows import RowKind, Table

_ONCE: Final = frozenset({RowKind.ONCE, RowKind.FEE})


def decided(catalogue: Catalogue, history: History, order: Order) -> Deed | Refused:
    """What buying does, or a deposit; or why it may not be."""
    holding = history.steps[-1].holding
    if order.do is Do.DEPOSIT:
        public = bool(order.facts.get("public_body", holding.facts.public_body))
        flaw = next(_against_deposit(holding.table, order, public), None)
        return flaw or Deed(deposits=(order,))
    flaw = next(_unsold(catalogue, holding.table, order), None)
    return flaw or Deed(bought=(order,))


def _against_deposit(table: Table, order: Order, public: bool) -> Iterator[Refused]:
    terms = table.terms.deposit
    if terms is None:
        yield no(Broken(Code.NOT_IN_TARIFF), clause_of(table, order))
        return
    if public:
        yield no(Broken(Code.EXCLUDED_BY, params=(("others", "public_body"),)), terms.clause)
    if order.yen is None:
        yield no(Broken(Code.NEEDS, params=(("needed", "yen"),)), terms.clause)
    elif order.yen < 0:
        yield no(Broken(Code.QUANTITY_BELOW, str(order.yen), 0), terms.clause)


def _unsold(catalogue: Catalogue, table: Table, order: Order) -> Iterator[Refused]:
    """Only rows that are paid once can be bought once, those on quotation where they are billed so."""
    for id, quantity in order.rows.items():
        row = table.row(id)
        once = row is not None and (row.kind in _ONCE or (row.kind is RowKind.QUOTATION and bool(row.due)))
        if row is None or not once or not _is_count(quantity):
            known = versions.any_row(catalogue, table, id)
            yield no(Broken(Code.NOT_IN_TARIFF), UNSAID if known is None else known.clause, id)


def _is_count(quantity: Quantity) -> bool:
    return isinstance(quantity, int) or quantity.isdigit()
