"""Fees by the month: what counts for a month as a whole, as the tariff and the contract's readings say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tariff import account
from tariff.account import MONTHLY, Account, Count, counts
from tariff.billing_terms import is_per_term
from tariff.history import Holding
from tariff.month import Month, month_of
from tariff.rows import RowKind, Table
from tariff.terms import Billing, ChangeBilled, StartMonth
from tariff.yen import NOTHING


def billing_of(of: Account, table: Table) -> Billing:
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


def is_billed(of: Account, billing: Billing, month: Month) -> bool:
    """Whether anything recurring is owed for the month at all."""
    alive = of.life
    if month < alive.started or (alive.last is not None and month > month_of(alive.last)):
        return False
    ends_here = alive.ended is not None and month == month_of(alive.ended)
    if month == alive.started:
        return billing.start is not StartMonth.FREE or (ends_here and billing.same_month_full)
    return not (ends_here and billing.first_of_month_free and alive.ended == month.first)


def held(of: Account, billing: Billing, month: Month) -> Iterator[Count]:
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
        if is_per_term(of, holding.table, one.counted):
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
        if row.kind is RowKind.MONTHLY and any(one.excess for one in row.counted):
            counted = account.counted_of(of, row, holding)
            if counted is not None and counted.excess:
                yield Count(row, 0, account.price(of, row, holding, day), counted, grandfathered=False)


def _highest(of: Account, month: Month) -> list[Count]:
    """The highest of each row in the month; of the tiers of a feature, the dearest."""
    best: dict[str, list[Count]] = {}
    for day, holding in of.life.within(month.first, month.last):
        now: dict[str, list[Count]] = {}
        for one in _settled(of, holding, day, month):
            now.setdefault(one.row.feature if one.row.kind is RowKind.LOOKUP else one.row.id, []).append(one)
        for key, group in now.items():
            if key not in best or _weight(group) > _weight(best[key]):
                best[key] = group
    return [one for group in best.values() for one in group]


def _weight(group: list[Count]) -> Decimal:
    """How dear tiers are together; of anything else, how many there are."""
    return sum(
        (one.price or NOTHING if one.row.kind is RowKind.LOOKUP else Decimal(one.quantity) for one in group), NOTHING
    )
