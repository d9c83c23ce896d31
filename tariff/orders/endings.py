"""How a contract ends: cancelled, with its host or with the service; from when, and after which notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from kernel.refusal import Code, Refused
from tariff.counting.month import day_after, day_begins, day_of, later
from tariff.holding.history import Do, History, Order, State, Step
from tariff.orders.change import Broken
from tariff.orders.deeds import UNSAID, Deed, no
from tariff.written.terms import Ending, LastDay


def decided(history: History, order: Order) -> Deed | Refused:
    """What an ending does, or why it may not be."""
    holding = history.steps[-1].holding
    terms = holding.table.terms.ending
    flaw = next(_flaws(terms, order), None)
    if flaw is not None:
        return flaw
    ended = replace(holding, state=State.ENDED, quantities={}, settings={}, grandfathered=frozenset())
    return Deed((Step(_from(terms, history, order), ended, order),))


def _from(terms: Ending | None, history: History, order: Order) -> datetime:
    """From when on nothing is had any more. The last moment of a cancelled contract lies on the day it is cancelled
    for, or on the day before where the tariff counts so (never before its first day); with its host, or with the
    service, it ends at once."""
    if order.do is not Do.CANCEL:
        return order.at
    before = terms is not None and terms.cancel is LastDay.BEFORE
    last = max(day_of(history.head.start), day_of(order.at) - timedelta(days=1 if before else 0))
    return max(day_begins(day_after(last)), history.steps[-1].at)


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
