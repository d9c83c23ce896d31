"""Suspension by the operator, interruption at the contractor's request, and resuming: who may, how long, after what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from kernel.refusal import Code, Refused
from tariff.counting.month import day_of, later
from tariff.holding.history import Do, History, Order, State, Step
from tariff.orders.change import Broken
from tariff.orders.deeds import Deed, clause_of, contradictory, no
from tariff.written.rows import RowKind, Table
from tariff.written.terms import Suspension

_SLEEPING: Final = frozenset({Do.CHANGE, Do.MOVE, Do.TRANSFER, Do.INTERRUPT})
"""What is not done for a suspended contract."""


def closed(history: History, order: Order) -> Refused | None:
    """Why the contract, as it stands, takes no such order: it has ended, or it is suspended."""
    holding = history.steps[-1].holding
    table = holding.table
    fees = order.do is Do.ONCE and all(_is_fee(table, row) for row in order.rows)
    if holding.state is State.ENDED and not fees:
        return contradictory(table, order)
    if holding.state is State.SUSPENDED and (order.do in _SLEEPING or (order.do is Do.ONCE and not fees)):
        suspension = table.terms.suspension
        clause = clause_of(table, order) if suspension is None else suspension.clause
        return no(Broken(Code.SUSPENDED), clause, next(iter(order.rows), ""))
    return None


def _is_fee(table: Table, id: str) -> bool:
    row = table.row(id)
    return row is not None and row.kind is RowKind.FEE


def decided(history: History, order: Order) -> Deed | Refused:
    """What a suspension, an interruption or a resumption does."""
    holding = history.steps[-1].holding
    flaw = next(_flaws(holding.table, holding.state, order), None)
    if flaw is not None:
        return flaw
    states = {Do.SUSPEND: State.SUSPENDED, Do.INTERRUPT: State.INTERRUPTED, Do.RESUME: State.ACTIVE}
    return Deed((Step(order.at, replace(holding, state=states[order.do]), order),))


def _flaws(table: Table, state: State, order: Order) -> Iterator[Refused]:
    if order.do is Do.RESUME:
        if state is State.ACTIVE:
            yield contradictory(table, order)
        return
    if (order.do is Do.SUSPEND and state is State.SUSPENDED) or (
        order.do is Do.INTERRUPT and state is not State.ACTIVE
    ):
        yield contradictory(table, order)
    if order.until is not None and order.until < day_of(order.at):
        yield contradictory(table, order, order.until)
    if order.do is Do.SUSPEND and table.terms.suspension is not None:
        yield from _against_terms(table.terms.suspension, order)


def _against_terms(terms: Suspension, order: Order) -> Iterator[Refused]:
    """The reason is one of the tariff's, notice was given before, and the end lies within the longest duration."""
    if order.reason and order.reason not in terms.reasons:
        yield no(Broken(Code.NOT_IN_TARIFF, order.reason), terms.clause)
    if not order.reason:
        yield no(Broken(Code.NEEDS, params=(("needed", "reason"),)), terms.clause)
    begins = day_of(order.at)
    if terms.notice and (order.notice is None or order.notice > begins):
        yield no(Broken(Code.NEEDS, params=(("needed", "notice"),)), terms.notice_clause or terms.clause)
    if terms.months is not None and order.reason not in terms.endless:
        last = longest(begins, terms.months)
        if order.until is None or order.until > last:
            until = None if order.until is None else order.until.isoformat()
            yield no(Broken(Code.DATE_OUTSIDE, until, last.isoformat()), terms.clause)


def longest(begins: date, months: int) -> date:
    """The last day of so many months that begin on a day: the day before the same day of the month, or that month's
    last day where it has no such day (Civil Code, Art.143)."""
    last = later(begins, months)
    return last if last.day != begins.day else last - timedelta(days=1)
