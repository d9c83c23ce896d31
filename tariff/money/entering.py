"""Whether something may be entered about a contract: it must lie within it, fit its table, and contradict nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from kernel.refusal import Code, Refused
from tariff.counting.month import Month, day_of, month_of
from tariff.holding import life
from tariff.holding.history import History, Holding
from tariff.money import entered
from tariff.money.closed import ClosedMonth
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
from tariff.orders.deeds import UNSAID


def check(
    history: History, entries: Sequence[Entry], documents: Sequence[ClosedMonth], what: What, now: datetime
) -> Refused | None:
    """The first reason against it, or None. `history` is settled to `now`; `documents`: those that are fixed."""
    return next(_reasons(history, entries, documents, what, now), None)


def check_month(history: History, month: Month, now: datetime) -> Refused | None:
    """Why the month cannot be closed for the contract: it was not there yet, had ended, or the month is to come."""
    ended, running = life.of(history).ended, month_of(day_of(now))
    last = running if ended is None else min(month_of(ended), running)
    if month_of(day_of(history.steps[0].at)) <= month <= last:
        return None
    clause = history.steps[0].holding.table.terms.billing.clause
    return _outside(clause, "/month", history.steps[0].at, last.plus(1).begins - timedelta(days=1))


def _reasons(
    history: History, entries: Sequence[Entry], documents: Sequence[ClosedMonth], what: What, now: datetime
) -> Iterator[Refused]:
    match what:
        case OutageEntered():
            yield from _outage(history, entries, what, now)
        case ChargeEntered():
            yield from _charge(history, what, now)
        case EvadedEntered():
            terms = _at(history, what.at).table.terms
            yield from _within(history, what.at, "/at", terms.surcharge.clause if terms.surcharge else UNSAID, now)
        case PaymentEntered():
            yield from _payment(history, entries, documents, what, now)
        case RateEntered():
            yield from _rate(history, what)
        case Withdrawn():
            yield from _withdrawn(entries, documents, what)


def _outage(history: History, entries: Sequence[Entry], what: OutageEntered, now: datetime) -> Iterator[Refused]:
    table = _at(history, day_of(what.known)).table
    clause = UNSAID if table.terms.credit is None else table.terms.credit.clause
    if what.restored <= what.known:
        yield _no(Code.ENDS_BEFORE_IT_BEGINS, clause, "/restored")
    begins, ends = history.steps[0].at, _end(history)
    if what.known < begins or (ends is not None and what.restored > ends) or what.restored > now:
        pointer = "/known" if what.known < begins else "/restored"
        yield _outside(clause, pointer, begins, now if ends is None else min(ends, now))
    for row, number in what.rows.items():
        yield from _affected(history, what, row, number)
    for one in entered.standing(entries):
        if isinstance(one.what, OutageEntered) and _overlap(one.what, what):
            yield _no(Code.OVERLAPS, clause, "/known", ("entry", str(one.number)))


def _affected(history: History, what: OutageEntered, id: str, number: int) -> Iterator[Refused]:
    """The row is had when the outage begins, and no more of it fails than that."""
    holding = _at(history, day_of(what.known))
    row = holding.table.row(id)
    had = None if row is None else holding.quantities.get(row.feature)
    if row is None or had is None:
        yield _no(Code.NOT_IN_TARIFF, UNSAID if row is None else row.clause, f"/rows/{id}", ("row", id))
    elif isinstance(had, int) and number > had:
        params = (("row", id), ("pointer", f"/rows/{id}"))
        yield Refused(Code.QUANTITY_ABOVE, row.clause or UNSAID, number, had, params)


def _overlap(one: OutageEntered, other: OutageEntered) -> bool:
    """The same thing fails twice at the same time."""
    apart = one.restored <= other.known or other.restored <= one.known
    return not apart and (not one.rows or not other.rows or bool(set(one.rows) & set(other.rows)))


def _charge(history: History, what: ChargeEntered, now: datetime) -> Iterator[Refused]:
    table = _at(history, what.at).table
    clause = table.terms.billing.clause or UNSAID
    if what.row and table.row(what.row) is None:
        yield _no(Code.NOT_IN_TARIFF, clause, "/row", ("row", what.row))
    yield from _within(history, what.at, "/at", clause, now)


def _payment(
    history: History, entries: Sequence[Entry], documents: Sequence[ClosedMonth], what: PaymentEntered, now: datetime
) -> Iterator[Refused]:
    terms = history.steps[-1].holding.table.terms.interest
    clause = UNSAID if terms is None else terms.clause
    if what.month and what.month not in {one.month for one in documents if one.state == "issued"}:
        yield _no(Code.NO_DOCUMENT, clause, "/month", ("month", what.month))
    if not day_of(history.steps[0].at) <= what.at <= day_of(now):
        yield _outside(clause, "/at", history.steps[0].at, now)
    if terms is None:
        return
    seen = {one.month: one.seen for one in documents}
    for one in entered.standing(entries):
        paid = one.what
        if isinstance(paid, PaymentEntered) and paid.at > what.at and seen.get(str(month_of(paid.at)), 0) >= one.number:
            # The interest of a later payment is fixed already, by what was open without this one.
            yield _no(Code.OUT_OF_ORDER, clause, "/at", ("entry", str(one.number)))


def _rate(history: History, what: RateEntered) -> Iterator[Refused]:
    table = _at(history, what.since).table
    split = [row for row in table.rows if row.split is not None and what.number in row.split.numbers]
    if not split:
        yield _no(Code.NOT_IN_TARIFF, UNSAID, "/number", ("row", what.number))


def _withdrawn(entries: Sequence[Entry], documents: Sequence[ClosedMonth], what: Withdrawn) -> Iterator[Refused]:
    if what.entry not in {one.number for one in entered.standing(entries)}:
        yield _no(Code.NO_ENTRY, UNSAID, "/entry", ("entry", str(what.entry)))
    seen = [one.month for one in documents if one.seen >= what.entry]
    if seen:
        yield _no(Code.BILLED, UNSAID, "/entry", ("entry", str(what.entry)), ("month", min(seen)))


def _within(history: History, day: date, pointer: str, clause: str, now: datetime) -> Iterator[Refused]:
    last, today = life.of(history).last, day_of(now)
    if not day_of(history.steps[0].at) <= day <= (today if last is None else min(last, today)):
        ends = _end(history)
        yield _outside(clause, pointer, history.steps[0].at, now if ends is None else min(ends, now))


def _at(history: History, day: date) -> Holding:
    """What was held on a day, or next to it."""
    alive = life.of(history)
    return alive.on(day) or (history.steps[0].holding if day < alive.first else history.steps[-1].holding)


def _end(history: History) -> datetime | None:
    return next((step.at for step in history.steps if step.holding.state == "ended"), None)


def _outside(clause: str, pointer: str, first: datetime, last: datetime) -> Refused:
    days = (("from", day_of(first).isoformat()), ("until", day_of(last).isoformat()))
    return _no(Code.OUTSIDE_CONTRACT, clause, pointer, *days)


def _no(code: Code, clause: str, pointer: str, *params: tuple[str, str]) -> Refused:
    return Refused(code, clause or UNSAID, params=(*params, ("pointer", pointer)))
