"""A contract that goes to another contractor, or to another table: what of it goes along."""

from __future__ import annotations

from dataclasses import replace

from kernel.refusal import Code, Refused
from tariff.counting.month import day_of
from tariff.holding.history import Head, Holding, Order
from tariff.orders import versions
from tariff.orders.change import Broken
from tariff.orders.deeds import UNSAID, clause_of, no
from tariff.orders.resulting import without
from tariff.written.catalogue import Catalogue, in_force
from tariff.written.rows import Table


def transferred(holding: Holding, order: Order) -> Holding | Refused:
    """What another contractor takes over: all but the rows that end with a transfer."""
    transfer = holding.table.terms.transfer
    if transfer is not None and not transfer.allowed:
        return no(Broken(Code.NEEDS, params=(("needed", "consent"),)), transfer.clause)
    return without(holding, frozenset(row.id for row in holding.table.rows if row.ends_on_transfer))


def target(catalogue: Catalogue, holding: Holding, order: Order) -> Table | Refused:
    """The table of a move, which is in force then."""
    table = catalogue.table(order.to, order.at)
    clause = clause_of(holding.table, order)
    if not catalogue.knows(order.to):
        return no(Broken(Code.NOT_IN_TARIFF, order.to or None), clause)
    if table is None or not in_force(table.begins, table.ends, order.at):
        limit = None if table is None else day_of(table.begins).isoformat()
        return no(Broken(Code.DATE_OUTSIDE, day_of(order.at).isoformat(), limit), UNSAID)
    return table


def moved(head: Head, holding: Holding, table: Table) -> Holding:
    """What goes along to another table: in the same tariff as when it takes over, elsewhere only rows it has too."""
    if table.tariff == holding.table.tariff:
        same = table.version == holding.table.version
        return holding if same else versions.taken_over(head, holding, table)
    quantities = {row: quantity for row, quantity in holding.quantities.items() if table.row(row)}
    settings = {row: given for row, given in holding.settings.items() if row in quantities}
    return replace(holding, table=table, type="", quantities=quantities, settings=settings, grandfathered=frozenset())
