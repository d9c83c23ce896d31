"""Open items: which of them payments and a deposit settle, what is late, and how much interest that bears."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from tariff.counting.month import day_of
from tariff.counting.records import Debt, Payment
from tariff.counting.yen import EXACT, NOTHING, part
from tariff.holding import life
from tariff.holding.conditions import reading
from tariff.holding.history import Do, Head, History
from tariff.money.bills import DebtLeft, DepositLeft, InterestPart, Settled
from tariff.written.rows import Table
from tariff.written.terms import Interest

LATE_INTEREST: Final = "late_interest"
"""The kind of debt that itself bears none."""


@dataclass(slots=True)
class _Open:
    """A debt while payments come in."""

    index: int
    debt: Debt
    left: Decimal
    due: date


def settle(
    history: History,
    debts: Sequence[Debt],
    payments: Sequence[Payment],
    on: date | None = None,
    spent: Decimal = NOTHING,
) -> Settled:
    """What the payments settle and bear in interest; debts and deposit as of the end of `on` (None: after all of it).

    The document a payment was meant for first, then the oldest due date (where two are the same, the order in which
    they were given). `spent`: what of the deposit was set off before.
    """
    table, head = history.steps[-1].holding.table, history.head
    falls = _falls_due(history)
    everything = list(_paid(table, head, _opened(debts), _by_day(payments), falls))
    open_ = _opened(debts)
    seen = [payment for payment in _by_day(payments) if on is None or payment.at <= on]
    for _ in _paid(table, head, open_, seen, falls):
        continue
    if falls is not None and (on is None or falls <= on):
        _move(open_, falls)
    deposit = _set_off(history, open_, on, spent)
    return Settled(tuple(everything), tuple(DebtLeft(one.left, one.due) for one in open_), deposit)


def late(due: date, paid: date) -> int:
    """Days between the two, both excluded."""
    return max(0, (paid - due).days - 1)


def interest(terms: Interest | None, yen: Decimal, due: date, paid: date, *, actual_years: bool = False) -> Decimal:
    """Late interest on a part of a debt, cut off; none when it was paid within the days of grace.

    `actual_years`: the days of a leap year count as 1/366.
    """
    days = late(due, paid)
    if terms is None or (paid - due).days <= terms.grace or not days:
        return NOTHING
    a_year = EXACT.multiply(yen, terms.rate)
    if not actual_years:
        return part(a_year, days, 100 * terms.year)
    leap = sum(isleap((due + timedelta(day)).year) for day in range(1, days + 1))
    return part(a_year, (days - leap) * 366 + leap * 365, 100 * 365 * 366)


def _opened(debts: Sequence[Debt]) -> list[_Open]:
    return [_Open(index, debt, debt.yen, debt.due) for index, debt in enumerate(debts)]


def _by_day(payments: Sequence[Payment]) -> list[Payment]:
    return sorted(payments, key=lambda payment: payment.at)


def _paid(
    table: Table, head: Head, open_: list[_Open], payments: Sequence[Payment], falls: date | None
) -> Iterator[InterestPart]:
    """Lets the payments settle what is open, and yields each part."""
    terms = table.terms.interest
    actual = reading(table, head, "year_days") == "actual"
    for payment in payments:
        if falls is not None and falls <= payment.at:
            _move(open_, falls)
        purse = payment.yen
        for one in sorted(open_, key=partial(_turn, payment)):
            paid = min(purse, one.left)
            if paid <= 0:
                continue
            purse -= paid
            one.left -= paid
            bears = None if one.debt.kind == LATE_INTEREST else terms
            owed = interest(bears, paid, one.due, payment.at, actual_years=actual)
            yield InterestPart(one.index, payment.at, paid, late(one.due, payment.at), owed, payment.entry)


def _turn(payment: Payment, one: _Open) -> tuple[bool, date]:
    return not payment.of or one.debt.of != payment.of, one.due


def _falls_due(history: History) -> date | None:
    """The day on which all debts fall due because the contractor gave up the contract."""
    for step in history.steps:
        ending = step.holding.table.terms.ending
        if step.order is not None and step.order.do is Do.CANCEL and ending is not None and ending.debts_due:
            return day_of(step.order.at)
    return None


def _move(open_: list[_Open], falls: date) -> None:
    for one in open_:
        if one.left > 0:
            one.due = min(one.due, falls)


def _set_off(history: History, open_: list[_Open], on: date | None, spent: Decimal) -> DepositLeft | None:
    """Takes the deposit against what is overdue, once the contract has ended against everything, and gives back the
    rest then."""
    held = sum((order.yen or NOTHING for order in history.deposits if _by(day_of(order.at), on)), -spent)
    if not history.deposits:
        return None
    last = life.of(history).last
    ended = last is not None and _by(last, on)
    left = held
    for one in sorted(open_, key=lambda one: one.due):
        if ended or on is None or one.due < on:
            taken = min(left, one.left)
            one.left -= taken
            left -= taken
    return DepositLeft(held - left, left if ended else NOTHING)


def _by(day: date, on: date | None) -> bool:
    return on is None or day <= on
