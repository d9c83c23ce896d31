"""Fees by the day: each run of days on which a row counts the same at the same price."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tariff.counting.month import Month, day_after, day_of
from tariff.money.account import DAILY, Account, Count, counts
from tariff.money.fees import Fee, Unpriced, daily, share
from tariff.written.rows import RowKind


def by_day(of: Account, month: Month, days: tuple[date, date], kinds: frozenset[RowKind]) -> Iterator[Fee | Unpriced]:
    """A fee for each run of days on which a row counts the same at the same price."""
    form = daily if kinds is DAILY else share
    order = {row.id: place for place, row in enumerate(of.history.steps[-1].holding.table.rows)}
    runs = sorted(_runs(of, days, kinds), key=lambda run: (order.get(run[0].row.id, 0), run[1]))
    yield from (form(one, month, first, last) for one, first, last in runs)


def _runs(of: Account, days: tuple[date, date], kinds: frozenset[RowKind]) -> Iterator[tuple[Count, date, date]]:
    """What counts the same at the same price from a day to another, both included."""
    first, last = days
    running: dict[str, tuple[date, Count]] = {}
    for day in [*_turns(of, first, last), None]:
        now = {} if day is None else {one.row.id: one for one in _counts_on(of, day, kinds)}
        for row, (since, one) in list(running.items()):
            if row not in now or _differs(one, now[row]):
                yield one, since, last if day is None else _before(day)
                del running[row]
        if day is not None:
            for row, one in now.items():
                running.setdefault(row, (day, one))


def _turns(of: Account, first: date, last: date) -> list[date]:
    """The days on which a count or a price may change: those of orders and the next ones, and those of new prices."""
    found = {first}
    for span in of.life.spans:
        found |= {day_of(span.begins), day_after(day_of(span.begins))}
    for dated in of.head.prices.values():
        found |= {since for since, _ in dated if since is not None}
    return sorted(day for day in found if first <= day <= last)


def _counts_on(of: Account, day: date, kinds: frozenset[RowKind]) -> Iterable[Count]:
    """What counts on a day: what is held at its end, and what was begun and given up on it."""
    found: dict[str, Count] = {}
    begun = [holding for _, holding in of.life.within(day, day)]
    before = of.life.on(_before(day))
    for holding in begun[-1:]:
        found = {one.row.id: one for one in counts(of, holding, day, kinds)}
    for holding in begun[:-1]:
        for one in counts(of, holding, day, kinds):
            if before is None or one.row.feature not in before.quantities:
                found.setdefault(one.row.id, one)
    return found.values()


def _differs(one: Count, other: Count) -> bool:
    return (one.quantity, one.price, one.grandfathered) != (other.quantity, other.price, other.grandfathered)


def _before(day: date) -> date:
    return day - timedelta(days=1)
