"""What is owed by the documents of a contract: each with its due date, what payments and the deposit have settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from tariff.counting.month import day_of, month_of
from tariff.counting.records import Debt, Payment
from tariff.counting.yen import NOTHING
from tariff.holding.history import History
from tariff.money import debts
from tariff.money.bills import InvoiceState
from tariff.money.closed import ClosedMonth, ClosedSetOff
from tariff.money.entered_lines import LATE_INTEREST


@dataclass(frozen=True, slots=True)
class Due:
    """One document: its amount with tax, and what of it is open."""

    month: str
    due: date
    yen: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Dues:
    """What is owed at the end of a day. `overpaid`: came in and settled nothing yet; `deposit`: what is left of it."""

    on: date
    documents: tuple[Due, ...]
    overpaid: Decimal
    deposit: Decimal


def due_of(document: ClosedMonth) -> date:
    """The day on which a document is due."""
    return document.due or due_after(document.closed)


def due_after(made: date) -> date:
    """The end of the month after the last one that was over when a document was made; made on a 1st, of its own."""
    return month_of(made - timedelta(days=1)).plus(1).last


def debts_of(documents: Sequence[ClosedMonth]) -> tuple[Debt, ...]:
    """The open items of the documents, the oldest first; late interest on one bears none itself."""
    found: list[Debt] = []
    for one in sorted(documents, key=lambda document: document.month):
        if one.state != InvoiceState.ISSUED:
            continue
        interest = sum((line.amount for line in one.lines if line.row == LATE_INTEREST), NOTHING)
        for yen, kind in ((one.total - interest, "fees"), (interest, debts.LATE_INTEREST)):
            if yen > 0:
                found.append(Debt(yen, due_of(one), kind, one.month))
    return tuple(found)


def set_off_before(documents: Sequence[ClosedMonth]) -> tuple[Payment, ...]:
    """What documents say was taken from the deposit counts as paid on their day."""
    return tuple(Payment(one.closed, part.yen, part.month) for one in documents for part in one.set_off)


def dues(history: History, documents: Sequence[ClosedMonth], payments: Sequence[Payment], on: date) -> Dues:
    """How the documents stand at the end of `on`."""
    made = [one for one in documents if one.closed <= on]
    owed = debts_of(made)
    paid = [payment for payment in payments if payment.at <= on]
    left = debts.settle(replace(history, deposits=()), owed, paid, on).debts
    found = []
    for one in sorted(made, key=lambda document: document.month):
        mine = [(debt, rest) for debt, rest in zip(owed, left, strict=True) if debt.of == one.month]
        if mine:
            yen, open_ = sum((debt.yen for debt, _ in mine), NOTHING), sum((rest.left for _, rest in mine), NOTHING)
            found.append(Due(one.month, mine[0][1].due, yen, open_))
    settled = sum((due.yen - due.left for due in found), NOTHING)
    came = sum((payment.yen for payment in paid), NOTHING)
    return Dues(on, tuple(found), came - settled, _deposit(history, made, on))


def set_off(
    history: History, documents: Sequence[ClosedMonth], payments: Sequence[Payment], new: ClosedMonth
) -> tuple[tuple[ClosedSetOff, ...], Decimal]:
    """What the new document takes from the deposit against which documents, itself among them once the contract has
    ended; and what is given back."""
    everything = [*documents, new]
    owed = debts_of(everything)
    before = debts.settle(replace(history, deposits=()), owed, payments, new.closed).debts
    after = debts.settle(history, owed, payments, new.closed, _spent(documents))
    terms = history.steps[-1].holding.table.terms.deposit
    clause = "" if terms is None else terms.clause
    taken: dict[str, Decimal] = {}
    for debt, was, now in zip(owed, before, after.debts, strict=True):
        taken[debt.of] = taken.get(debt.of, NOTHING) + was.left - now.left
    parts = tuple(ClosedSetOff(month, yen, clause) for month, yen in taken.items() if yen)
    return parts, NOTHING if after.deposit is None else after.deposit.refund


def _spent(documents: Sequence[ClosedMonth]) -> Decimal:
    return sum((part.yen for one in documents for part in one.set_off), NOTHING)


def _deposit(history: History, documents: Sequence[ClosedMonth], on: date) -> Decimal:
    held = sum((order.yen or NOTHING for order in history.deposits if day_of(order.at) <= on), NOTHING)
    back = sum((one.refund for one in documents), NOTHING)
    return held - _spent(documents) - back
