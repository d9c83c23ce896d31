"""How a contract ends: cancelled, with its host or with the service; from when, and after which notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from kernel.refusal import Code, Refused
from tariff.change import Broken
from tariff.deeds import UNSAID, Deed, no
from tariff.history import Do, History, Order, State, Step
from tariff.month import day_after, day_begins, day_of, later
from tariff.terms import Ending, LastDay


def decided(history: History, order: Order) -> Deed | Refused:
    """What an ending does, or why it may not be."""
    holding = history.steps[-1].holding
    terms = holding.table.terms.ending
    flaw = next(_flaws(terms, order), None)
    if flaw is not None:
        return flaw
    first = day_of(history.head.start)
    last = max(first, last_day(terms, order))
    ends = day_begins(day_after(last))
    ended = replace(holding, state=State.ENDED, quantities={}, settings={}, grandfathered=frozenset())
    return Deed((Step(max(ends, history.steps[-1].at), ended, order),))


def last_day(terms: Ending | None, order: Order) -> date:
    """The last day that is had: the day itself, or the day before where the tariff counts so."""
    before = terms is not None and terms.cancel is LastDay.BEFORE
    return day_of(order.at) - timedelta(days=1 if before else 0)


def _flaws(terms: Ending | None, order: Order) -> Iterator[Refused]:
    if order.do is Do.HOST_ENDED and (terms is None or not terms.hosted):
        yield no(Broken(Code.NOT_IN_TARIFF), UNSAID)
    if order.do is Do.DISCONTINUE and terms is not None:
        yield from _against_notice(terms, order)


def _against_notice(terms: Ending, order: Order) -> Iterator[Refused]:
    """The operator says so long enough before; without a number in the text, at least before."""
    if terms.notice_days is None and terms.notice_months is None:
        return
    clause = terms.notice_clause or UNSAID
    if order.notice is None:
        yield no(Broken(Code.NEEDS, params=(("needed", "notice"),)), clause)
        return
    earliest = later(order.notice, terms.notice_months or 0) + timedelta(days=terms.notice_days or 0)
    if day_of(order.at) < earliest:
        yield no(Broken(Code.DATE_OUTSIDE, day_of(order.at).isoformat(), earliest.isoformat()), clause)
