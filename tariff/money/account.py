"""A contract as its bills are made: its readings, its prices and how many of each price row are billed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from tariff.counting.month import day_of
from tariff.holding import life, stacking
from tariff.holding.conditions import holds, reading
from tariff.holding.held import including
from tariff.holding.history import Head, History, Holding, PriceList
from tariff.holding.life import Life
from tariff.written.catalogue import Catalogue
from tariff.written.pricing import Counted
from tariff.written.rows import Row, RowKind, Table

MONTHLY: Final = frozenset({RowKind.MONTHLY, RowKind.LOOKUP, RowKind.QUOTATION})
DAILY: Final = frozenset({RowKind.DAILY, RowKind.QUOTATION})
_NAMED_AFTER: Final = frozenset({RowKind.MONTHLY, RowKind.DAILY, RowKind.LOOKUP})


@dataclass(frozen=True, slots=True)
class Account:
    """A contract and its life."""

    catalogue: Catalogue
    history: History
    life: Life

    @property
    def head(self) -> Head:
        """What never changes about it."""
        return self.history.head

    def reading(self, table: Table, name: str) -> str:
        """Its choice of a reading; "" where the table does not ask."""
        return reading(table, self.head, name)


@dataclass(frozen=True, slots=True)
class Count:
    """So many of a price row are billed, at `price` each (None: there is no price)."""

    row: Row
    quantity: int
    price: Decimal | None
    counted: Counted
    grandfathered: bool


def of(catalogue: Catalogue, history: History) -> Account:
    """The account of a contract."""
    return Account(catalogue, history, life.of(history))


def price(account: Account, row: Row, holding: Holding, day: date) -> Decimal | None:
    """The unit price on a day: the contract's own, or the table's; None when there is none."""
    own = _own(account.head.prices, row.id, day)
    if own is None and row.id != row.feature and _alone(holding.table, row):
        own = _own(account.head.prices, row.feature, day)
    if own is not None:
        return own
    return None if holding.type in holding.table.terms.billing.unprinted else row.price


def counts(account: Account, holding: Holding, day: date, kinds: frozenset[RowKind]) -> Iterator[Count]:
    """What is billed again and again while this is held, at the prices of `day`."""
    for row in holding.table.rows:
        if row.kind not in kinds or row.feature not in holding.quantities or row.due:
            continue
        if _comes_with(account, row, holding):
            continue
        counted = counted_of(account, row, holding)
        if counted is None:
            continue
        number = quantity(account, row, counted, holding)
        if number:
            yield Count(row, number, price(account, row, holding, day), counted, row.feature in holding.grandfathered)


def counted_of(account: Account, row: Row, holding: Holding) -> Counted | None:
    """By which of its ways a row is counted; None: not at all."""
    return next((one for one in row.counted if holds(one.when, account.head, holding)), None)


def quantity(account: Account, row: Row, counted: Counted, holding: Holding) -> int:
    """How many of a price row whose feature is had are billed, without what is used beyond that."""
    had = holding.quantities[row.feature]
    if counted.excess:
        return 0
    if counted.step:
        fits = counted.klass is None or counted.klass == resource_class(holding)
        stacks = account.reading(holding.table, "expansion_change") == "stack" and "-" in counted.step
        steps = stacking.steps(account.history, holding, row.feature) if stacks else (str(had),)
        return int(counted.step in steps and fits)
    if counted.flat:
        return 1
    number = sum(number_of(holding, one) for one in counted.rows) if counted.rows else number_of(holding, row.feature)
    return max(0, number - counted.above)


def number_of(holding: Holding, row: str) -> int:
    """How many of a row are held; a tier counts as one."""
    had = holding.quantities.get(row, 0)
    return had if isinstance(had, int) else 1


def resource_class(holding: Holding) -> int | None:
    """The class by what is held, lifted by the tier that does so; None where the table knows no classes."""
    classes = holding.table.terms.classes
    if classes is None:
        return None
    own = base_class(holding)
    lifted = str(holding.quantities.get(classes.lifted_by, "0"))
    return max(own or 0, int(lifted.rpartition("-")[2]))


def base_class(holding: Holding) -> int | None:
    """The class by the quantity alone."""
    classes = holding.table.terms.classes
    if classes is None:
        return None
    number = number_of(holding, classes.row)
    return next((step for step in classes.steps if number <= step), classes.steps[-1])


def highest_use(head: Head, row: str, first: date, last: date) -> int:
    """The most of a row that was in use in these days; what was measured holds until it is measured again."""
    known = [use for use in head.uses if use.row == row and day_of(use.at) <= last]
    standing = [use.number for use in known if day_of(use.at) < first][-1:]
    return max([*standing, *(use.number for use in known if day_of(use.at) >= first)], default=0)


def _comes_with(account: Account, row: Row, holding: Holding) -> bool:
    """Whether it costs nothing because it comes with something else that is held."""
    return any(other in holding.quantities for other in including(holding, row, account.head))


def _own(prices: PriceList, row: str, day: date) -> Decimal | None:
    found = None
    for since, yen in prices.get(row, ()):
        if since is None or since <= day:
            found = yen
    return found


def _alone(table: Table, row: Row) -> bool:
    """Whether it alone prices its feature month by month, so that a price named after the feature is meant for it."""
    like = sum(one.feature == row.feature and one.kind is row.kind for one in table.rows)
    return row.kind in _NAMED_AFTER and like == 1
