"""Fees by the month: what counts for a month as a whole, as the tariff and the contract's readings say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tariff.counting.month import Month, month_of
from tariff.counting.yen import NOTHING
from tariff.holding.history import Holding
from tariff.money import account
from tariff.money.account import MONTHLY, Account, Count, counts
from tariff.money.billing_terms import is_per_term
from tariff.written.rows import RowKind, Table
from tariff.written.terms import Billing, ChangeBilled, StartMonth


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
    """What counts for the month as a whole, and what was used beyond it."""
    holdings = list(_holdings(of, billing, month))
    best: dict[str, list[Count]] = {}
    for day, holding in holdings:
        for key, group in _groups(of, holding, day).items():
            if key not in best or _weight(group) > _weight(best[key]):
                best[key] = group
    for one in (one for group in best.values() for one in group):
        beyond = _beyond(of, month, one, holdings) if one.counted.excess or one.counted.used else 0
        if one.quantity + beyond:
            yield replace(one, quantity=one.quantity + beyond)


def _holdings(of: Account, billing: Billing, month: Month) -> Iterator[tuple[date, Holding]]:
    """What the month is billed by, with its first day in it: what was had as it began, or all that was had in it."""
    if billing.change is not ChangeBilled.NEXT_MONTH:
        yield from of.life.within(month.first, month.last)
    elif month == of.life.started:
        yield of.life.first, of.life.spans[0].holding
    elif (holding := of.life.on(month.first)) is not None:
        yield month.first, holding


def _groups(of: Account, holding: Holding, day: date) -> dict[str, list[Count]]:
    """What counts of a holding: the tiers of a feature together, every other row by itself."""
    found: dict[str, list[Count]] = {}
    for one in [*counts(of, holding, day, MONTHLY), *_excesses(of, holding, day)]:
        if not is_per_term(of, holding.table, one.counted):
            found.setdefault(one.row.feature if one.row.kind is RowKind.LOOKUP else one.row.id, []).append(one)
    return found


def _excesses(of: Account, holding: Holding, day: date) -> Iterator[Count]:
    """The rows that bill what was used beyond what is had; they count nothing by themselves."""
    for row in holding.table.rows:
        if row.kind is RowKind.MONTHLY and any(one.excess for one in row.counted):
            counted = account.counted_of(of, row, holding)
            if counted is not None and counted.excess:
                yield Count(row, 0, account.price(of, row, holding, day), counted, grandfathered=False)


def _beyond(of: Account, month: Month, one: Count, holdings: list[tuple[date, Holding]]) -> int:
    """How much more of the feature was used at any time of the month than is billed for it."""
    days = of.life.overlap(month)
    billed = max(account.number_of(holding, one.row.feature) for _, holding in holdings)
    return 0 if days is None else max(0, account.highest_use(of.head, one.row.feature, *days) - billed)


def _weight(group: list[Count]) -> Decimal:
    """How dear tiers are together; of anything else, how many there are."""
    return sum(
        (one.price or NOTHING if one.row.kind is RowKind.LOOKUP else Decimal(one.quantity) for one in group), NOTHING
    )
