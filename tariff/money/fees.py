"""A fee of a month as a line: for the whole of it, for some of its days, or for each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tariff.counting.month import Month
from tariff.counting.yen import EXACT, cut, part
from tariff.money.account import Count
from tariff.money.bills import Line


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


def whole(one: Count, month: Month) -> Fee | Unpriced:
    """The month, or an equal part of a term."""
    if one.price is None:
        return Unpriced(one.row.id)
    terms = one.counted.term_months or 1
    price = one.price / terms
    amount = part(EXACT.multiply(one.price, Decimal(one.quantity)), 1, terms)
    line = _line(one, month, amount, f"{one.quantity} × {price:f}", price=price)
    return Fee(line, month.first, month.last, amount)


def share(one: Count, month: Month, first: date, last: date) -> Fee | Unpriced:
    """So many days of the month."""
    if one.price is None:
        return Unpriced(one.row.id)
    days = (last - first).days + 1
    whole = EXACT.multiply(one.price, Decimal(one.quantity))
    told = f"{one.quantity} × {one.price:f} × {days} ÷ {month.days}"
    line = _line(one, month, part(whole, days, month.days), told, days=days)
    return Fee(line, first, last, whole)


def daily(one: Count, month: Month, first: date, last: date) -> Fee | Unpriced:
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


def term(one: Count, month: Month) -> Fee | Unpriced:
    """The whole of a term; no part of it belongs to a month."""
    if one.price is None:
        return Unpriced(one.row.id)
    amount = cut(EXACT.multiply(one.price, Decimal(one.quantity)))
    return Fee(_line(one, month, amount, f"{one.quantity} × {one.price:f}"), month.first, month.last, None)
