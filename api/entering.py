"""What an entry about a contract would do: judged and tried on its documents, nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from api.deciding import NOBODY
from kernel.refusal import Refused
from store.tariffs import packaged
from tariff.counting.month import Month, day_of, month_of
from tariff.holding import life
from tariff.holding.history import History
from tariff.money import closing, dues, entered, entering
from tariff.money.bills import InvoiceState
from tariff.money.closed import ClosedLine, ClosedMonth
from tariff.money.entered import (
    ChargeEntered,
    Entry,
    EvadedEntered,
    OutageEntered,
    PaymentEntered,
    RateEntered,
    What,
    Withdrawn,
)
from tariff.orders import timeline
from tariff.rights import agreement
from tariff.rights.agreement import Agreement


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that is known of a contract: its orders, what was entered, and the documents that are fixed."""

    of: Agreement
    entries: tuple[Entry, ...]
    documents: tuple[ClosedMonth, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """An entry that may be made, on the month it is billed with. `late`: the contract had nothing any more by then."""

    month: Month
    before: Decimal | None
    after: Decimal | None
    lines: tuple[ClosedLine, ...]
    late: bool


def tried(book: Book, what: What, now: datetime) -> Effect | Refused:
    """What it would do; or why it may not be entered."""
    history = settled(book.of, now)
    if isinstance(history, Refused):
        return history
    no = entering.check(history, book.entries, book.documents, what, now)
    if no is not None:
        return no
    return _effect(book, history, Entry(len(book.entries) + 1, what, now, ""))


def again(book: Book, number: int) -> Effect | Refused:
    """What an entry that was made did when it was made, as far as its documents still say so."""
    new = book.entries[number - 1]
    history = settled(book.of, new.at)
    before = replace(book, entries=book.entries[: number - 1])
    return history if isinstance(history, Refused) else _effect(before, history, new)


def check_month(of: Agreement, month: Month, now: datetime) -> Refused | None:
    """Why this month cannot be asked to be closed, or None: the contract has it, and it is not years ahead."""
    history = settled(of, max(now, month.plus(1).begins))
    return history if isinstance(history, Refused) else entering.check_month(history, month, now)


def _effect(book: Book, history: History, new: Entry) -> Effect:
    month = _billed_in(book, new)
    before = _month(book, history, book.entries, month)
    after = _month(book, history, (*book.entries, new), month)
    lines = tuple(line for line in after.lines if new.number in line.entries)
    ended = life.of(history).ended
    return Effect(month, _total(before), _total(after), lines, ended is not None and month > month_of(ended))


def _billed_in(book: Book, new: Entry) -> Month:
    """The month whose document the entry is the first to change."""
    if isinstance(new.what, Withdrawn):
        return _billed_in(book, book.entries[new.what.entry - 1])
    known = entered.measured(book.entries, book.documents, ())
    return known.billed_in(month_of(_day(new.what)), new.number)


def due(book: Book, on: date) -> dues.Dues | Refused:
    """What is owed at the end of a day."""
    history = settled(book.of, now=Month(on.year, on.month).plus(1).begins)
    if isinstance(history, Refused):
        return history
    return dues.dues(history, book.documents, entered.payments(book.entries, book.documents), on)


def settled(of: Agreement, now: datetime) -> History | Refused:
    """What became of the contract until now."""
    history = agreement.history(packaged(), of)
    return history if isinstance(history, Refused) else timeline.settle(packaged(), history, now)


def _day(what: OutageEntered | ChargeEntered | PaymentEntered | EvadedEntered | RateEntered) -> date:
    match what:
        case OutageEntered():
            return day_of(what.known)
        case RateEntered():
            return what.since
        case _:
            return what.at


def _month(book: Book, history: History, entries: Sequence[Entry], month: Month) -> ClosedMonth:
    others = [one for one in book.documents if one.month != str(month)]
    measured = entered.measured(entries, others, ())
    return closing.document(packaged(), book.of, history, month, measured, NOBODY, "", month.last, others)


def _total(closed: ClosedMonth) -> Decimal | None:
    return None if closed.state == InvoiceState.UNPRICED else closed.total
