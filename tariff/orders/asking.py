"""What an order asks for, in the words of a table: each row is there, sold so, and in a quantity it comes in."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.refusal import Code, Refused
from tariff.counting.month import day_of
from tariff.holding.conditions import reading
from tariff.holding.held import count, number
from tariff.holding.history import Head, Holding, Order, Quantity
from tariff.orders import versions
from tariff.orders.change import Broken
from tariff.orders.deeds import UNSAID, no
from tariff.written.catalogue import Catalogue
from tariff.written.rows import HAD, Row, RowKind, Table


def table_for(catalogue: Catalogue, table: Table, head: Head, order: Order) -> Table:
    """The table by which the order is looked at: with withdrawn rows where the day it was placed decides."""
    if _too_late(table, head, order):
        return table
    for id in order.rows:
        former = None if table.row(id) else versions.former_row(catalogue, table, id)
        if former is not None and versions.kept_rule(former[1]) is not None:
            table = versions.with_kept(table, former[0], (id,))
    return table


def _too_late(table: Table, head: Head, order: Order) -> bool:
    """Whether the order comes too late for what the table withdrew."""
    placed = order.ordered or day_of(order.at)
    by_order = reading(table, head, "grandfather_from") == "ordered"
    return not by_order or placed >= day_of(table.begins)


def asked(
    catalogue: Catalogue, table: Table, head: Head, before: Holding | None, order: Order
) -> tuple[dict[str, Quantity], tuple[Refused, ...]]:
    """The quantities asked for, 0 where a row is dropped; and why some of it cannot even be asked for."""
    wanted: dict[str, Quantity] = {}
    flaws: list[Refused] = []
    for id, given in order.rows.items():
        row = table.row(id)
        if row is None or not _sold(row):
            flaws.extend(_unknown(catalogue, table, id, given))
            continue
        if id in table.types or (row.kind is RowKind.FREE and row.included_in):
            continue
        quantity = _quantity(row, given)
        if isinstance(quantity, Refused):
            flaws.append(quantity)
            continue
        flaws.extend(_closed(table, head, before, order, row, quantity))
        wanted[id] = quantity
    for id in order.settings:
        if table.row(id) is None:
            flaws.extend(_unknown(catalogue, table, id, 1))
    return wanted, tuple(flaws)


def _sold(row: Row) -> bool:
    return row.kind in HAD and not (row.kind is RowKind.FREE and row.price is not None)


def _unknown(catalogue: Catalogue, table: Table, id: str, given: Quantity) -> Iterator[Refused]:
    """A row the table does not sell: never, not yet, or no longer; dropping what is gone is no matter."""
    former = versions.former_row(catalogue, table, id)
    rule = None if former is None else versions.kept_rule(former[1])
    if rule is not None:
        if given:
            yield no(Broken(Code.WITHDRAWN), rule.clause, id)
        return
    row = versions.any_row(catalogue, table, id)
    yield no(Broken(Code.NOT_IN_TARIFF), UNSAID if row is None else row.clause, id)


def _quantity(row: Row, given: Quantity) -> Quantity | Refused:
    """The quantity as the holding has it: a number, or of a tier the step, raised where the tariff raises."""
    if row.kind is not RowKind.TIER:
        if isinstance(given, str) and not given.isdigit():
            return no(Broken(Code.NOT_IN_TARIFF, given), row.clause, row.id)
        return int(given)
    if str(given) in row.steps:
        return str(given)
    if given == 0 or given == "0":
        return 0
    if not row.raised or (isinstance(given, str) and not given.isdigit()):
        return no(Broken(Code.NOT_IN_TARIFF, given), row.clause, row.id)
    step = next((step for step in sorted(row.numbers) if step >= int(given)), None)
    if step is None:
        code = Code.ESTIMATE_REQUIRED if row.beyond_estimate else Code.NOT_IN_TARIFF
        return no(Broken(code, int(given), max(row.numbers)), row.clause, row.id)
    return str(step)


def _closed(
    table: Table, head: Head, before: Holding | None, order: Order, row: Row, quantity: Quantity
) -> Iterator[Refused]:
    """A withdrawn row grows no more, and temporary use has what has a daily price."""
    was = count(before, row.id)
    grows = number(quantity) > was and not (was and versions.growing(row))
    if row.withdrawn and grows and _too_late(table, head, order):
        rule = versions.kept_rule(row)
        clause = row.clause if rule is None else rule.clause
        yield no(Broken(Code.WITHDRAWN, quantity, was or None), clause, row.id)
    if head.temporary and quantity and not _by_day(table, row):
        yield no(Broken(Code.NOT_IN_TARIFF), row.clause, row.id)


def _by_day(table: Table, row: Row) -> bool:
    prices = {price.kind for price in table.rows if price.feature == row.id}
    return RowKind.MONTHLY not in prices or RowKind.DAILY in prices
