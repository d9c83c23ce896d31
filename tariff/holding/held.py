"""What a holding has, counted in the ways rules and prices ask: quantities, and what comes with what."""

from __future__ import annotations

from collections.abc import Iterable

from tariff.holding.conditions import holds
from tariff.holding.history import Head, Holding, Quantity
from tariff.written.rows import Row
from tariff.written.rules import Included


def number(quantity: Quantity) -> int:
    """A quantity as a number; of a step in words ("400-1000") the end it leads to."""
    return quantity if isinstance(quantity, int) else int(quantity.rpartition("-")[2])


def count(holding: Holding | None, row: str) -> int:
    """How many of a row are had; 0 when none, or when nothing is had at all."""
    return 0 if holding is None else number(holding.quantities.get(row, 0))


def total(holding: Holding | None, rows: Iterable[str]) -> int:
    """How many of these rows are had together."""
    return sum(count(holding, row) for row in rows)


def has(holding: Holding | None, row: str, head: Head) -> bool:
    """Whether a row is had: bought, included in what was bought, or the type of the contract."""
    if holding is None:
        return False
    if row in holding.quantities or row == holding.type:
        return True
    known = holding.table.row(row)
    return known is not None and any(other in holding.quantities for other in including(holding, known, head))


def including(holding: Holding, row: Row, head: Head) -> tuple[str, ...]:
    """The rows with which this one comes at no price, whether they are had or not."""
    by_rule = (
        other
        for rule in row.rules
        if isinstance(rule.check, Included) and holds(rule.when, head, holding)
        for other in rule.check.rows
    )
    return (*row.included_in, *by_rule)


def included(holding: Holding, row: Row, head: Head) -> int:
    """How many of the rows with which this one comes are had; 0 when it is not included."""
    return total(holding, including(holding, row, head))
