"""The fees of a month that come back: whole months, or days, as the tariff and the contract's readings say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from tariff import account
from tariff.account import DAILY, MONTHLY, Account, Count, counts
from tariff.bills import Line
from tariff.history import Holding
from tariff.month import Month, day_after, day_of, later, month_of
from tariff.pricing import Counted
from tariff.rows import RowKind, Table
from tariff.terms import Billing, ChangeBilled, StartMonth
from tariff.yen import EXACT, cut, part

_PER_TERM: Final = "at_start"


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee of a month for its days from `first` to `last`; `whole`: what the whole month of it costs, None where it is
    charged by the day."""

    line: Line
    first: date
    last: date
    whole: Decimal | None


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A row that is billed and has no price."""

    row: str


def fees(of: Account, month: Month) -> Iterator[Fee | Unpriced]:
    """Every recurring fee of a month."""
    days = of.life.overlap(month)
    table = table_in(of, month)
    if of.head.temporary:
        if days is not None:
            yield from _by_day(of, month, days, DAILY)
        return
    billing = _billing(of, table)
    if billing.change is ChangeBilled.BY_DAY:
        if days is not None:
            yield from _by_day(of, month, days, MONTHLY)
    elif _is_billed(of, billing, month):
        found = list(_held(of, billing, month))
        if month == of.life.started and billing.start is StartMonth.BY_DAY and days is not None:
            yield from (_share(one, month, *days) for one in found)
        else:
            yield from (_whole(of, one, month) for one in found)
    yield from _terms(of, month)


def table_in(of: Account, month: Month) -> Table:
    """The table in force for the contract at the end of the month, or of the contract."""
    last = month.last if of.life.last is None else min(month.last, of.life.last)
    return (of.life.on(max(last, of.life.first)) or of.history.steps[0].holding).table


def _billing(of: Account, table: Table) -> Billing:
    """What the table says, or the contract's readings of it."""
    billing = table.terms.billing
    if "by_day" in (of.reading(table, "part_month"), of.reading(table, "proration")):
        return replace(billing, start=StartMonth.BY_DAY, change=ChangeBilled.BY_DAY)
    if "whole" in (of.reading(table, "part_month"), of.reading(table, "proration")):
        billing = replace(billing, start=StartMonth.FULL, change=ChangeBilled.AT_ONCE)
    if changed := of.reading(table, "change_from"):
        billing = replace(billing, change=ChangeBilled(changed))
    if of.reading(table, "free_start") == "on":
        billing = replace(billing, start=StartMonth.FREE, same_month_full=True)
    return billing


def _is_billed(of: Account, billing: Billing, month: Month) -> bool:
    """Whether anything recurring is owed for the month at all."""
    alive = of.life
    if month < alive.started or (alive.last is not None and month > month_of(alive.last)):
        return False
    ends_here = alive.ended is not None and month == month_of(alive.ended)
    if month == alive.started:
        return billing.start is not StartMonth.FREE or (ends_here and billing.same_month_full)
    return not (ends_here and billing.first_of_month_free and alive.ended == month.first)


def _held(of: Account, billing: Billing, month: Month) -> Iterator[Count]:
    """What counts for the month as a whole."""
    if billing.change is ChangeBilled.NEXT_MONTH:
        day = max(month.first, of.life.first)
        holding = of.life.spans[0].holding if month == of.life.started else of.life.on(day)
        yield from () if holding is None else _settled(of, holding, day, month)
    else:
        yield from _highest(of, month)


def _settled(of: Account, holding: Holding, day: date, month: Month) -> Iterator[Count]:
    """What counts of a holding, with what was used beyond it in the month."""
    for one in [*counts(of, holding, day, MONTHLY), *_beyond(of, holding, day)]:
        if _is_per_term(of, holding.table, one.counted):
            continue
        more = 0
        if one.counted.excess or one.counted.used:
            days = of.life.overlap(month)
            more = 0 if days is None else account.excess(of, one.row.feature, *days)
        if one.quantity + more:
            yield replace(one, quantity=one.quantity + more)


def _beyond(of: Account, holding: Holding, day: date) -> Iterator[Count]:
    """The rows that bill what was used beyond what is had; they count nothing by themselves."""
    for row in holding.table.rows:
        if row.kind is RowKind.MONTHLY:
            counted = account.counted_of(of, row, holding)
            if counted is not None and counted.excess:
                yield Count(row, 0, account.price(of, row, holding, day), counted, grandfathered=False)


def _highest(of: Account, month: Month) -> list[Count]:
    """The highest of each row in the month; of the tiers of a feature, the dearest."""
    best: dict[str, Count] = {}
    for day, holding in of.life.within(month.first, month.last):
        for one in _settled(of, holding, day, month):
            key = one.row.feature if one.row.kind is RowKind.LOOKUP else one.row.id
            if key not in best or _weight(one) > _weight(best[key]):
                best[key] = one
    return list(best.values())


def _weight(one: Count) -> tuple[Decimal | int, int]:
    return (one.price or 0, 0) if one.row.kind is RowKind.LOOKUP else (0, one.quantity)


def _whole(of: Account, one: Count, month: Month) -> Fee | Unpriced:
    if one.price is None:
        return Unpriced(one.row.id)
    terms = one.counted.term_months or 1
    price = one.price / terms
    amount = part(EXACT.multiply(one.price, Decimal(one.quantity)), 1, terms)
    line = _line(one, month, amount, f"{one.quantity} × {price:f}", price=price)
    return Fee(line, month.first, month.last, amount)


def _share(one: Count, month: Month, first: date, last: date) -> Fee | Unpriced:
    """So many days of the month."""
    if one.price is None:
        return Unpriced(one.row.id)
    days = (last - first).days + 1
    whole = EXACT.multiply(one.price, Decimal(one.quantity))
    told = f"{one.quantity} × {one.price:f} × {days} ÷ {month.days}"
    line = _line(one, month, part(whole, days, month.days), told, days=days)
    return Fee(line, first, last, whole)


def _daily(one: Count, month: Month, first: date, last: date) -> Fee | Unpriced:
    """So many days at a price for each."""
    if one.price is None:
        return Unpriced(one.row.id)
    days = (last - first).days + 1
    amount = cut(EXACT.multiply(one.price, Decimal(one.quantity * days)))
    line = _line(one, month, amount, f"{one.quantity} × {one.price:f} × {days}", days=days)
    return Fee(line, first, last, None)


def _line(
    one: Count, month: Month, amount: Decimal, told: str, *, price: Decimal | None = None, days: int | None = None
) -> Line:
    return Line(
        one.row.id,
        amount,
        one.row.clause,
        month,
        quantity=one.quantity,
        unit_price=one.price if price is None else price,
        days=days,
        grandfathered=one.grandfathered,
        arithmetic=told,
    )


def _by_day(of: Account, month: Month, days: tuple[date, date], kinds: frozenset[RowKind]) -> Iterator[Fee | Unpriced]:
    """A fee for each run of days on which a row counts the same at the same price."""
    form = _daily if kinds is DAILY else _share
    first, last = days
    running: dict[str, tuple[date, Count]] = {}
    for day in [*_turns(of, first, last), None]:
        now = {} if day is None else {one.row.id: one for one in _counts_on(of, day, kinds)}
        for row, (since, one) in list(running.items()):
            if row not in now or _differs(one, now[row]):
                yield form(one, month, since, last if day is None else _before(day))
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
    before = of.life.on(day.fromordinal(day.toordinal() - 1))
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
    return date.fromordinal(day.toordinal() - 1)


def _is_per_term(of: Account, table: Table, counted: Counted) -> bool:
    return counted.term_months is not None and of.reading(table, "storage_billing") in ("", _PER_TERM)


def _terms(of: Account, month: Month) -> Iterator[Fee | Unpriced]:
    """What is billed as one amount, in the month in which its term begins."""
    for since, until, one in _runs(of):
        term, number = one.counted.term_months or 1, 0
        while (begins := later(since, term * number)) <= month.last and (until is None or begins < until):
            if month_of(begins) == month:
                holding = of.life.on(begins)
                dated = one if holding is None else replace(one, price=account.price(of, one.row, holding, begins))
                yield _whole_term(dated, month)
            number += 1


def _runs(of: Account) -> Iterator[tuple[date, date | None, Count]]:
    """The runs of days with the same tier of each row that is billed by the term: from, until before, what counts."""
    running: dict[str, tuple[date, Count]] = {}
    ends = None if of.life.last is None else day_after(of.life.last)
    for span in of.life.spans:
        day = day_of(span.begins)
        now = {
            one.row.id: one
            for one in counts(of, span.holding, day, MONTHLY)
            if _is_per_term(of, span.holding.table, one.counted)
        }
        for row, (since, one) in list(running.items()):
            if row not in now:
                yield since, day, one
                del running[row]
        for row, one in now.items():
            running.setdefault(row, (day, one))
    for since, one in running.values():
        yield since, ends, one


def _whole_term(one: Count, month: Month) -> Fee | Unpriced:
    if one.price is None:
        return Unpriced(one.row.id)
    amount = cut(EXACT.multiply(one.price, Decimal(one.quantity)))
    return Fee(_line(one, month, amount, f"{one.quantity} × {one.price:f}"), month.first, month.last, None)
