"""Whether an order is accepted, and what the contract is then; nothing else changes a contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from kernel.refusal import Code, Refused
from tariff.counting.month import day_of
from tariff.holding.history import Accepted, Decision, Do, Head, History, Holding, Order, Step
from tariff.orders import endings, moves, periods, purchases, timeline
from tariff.orders.change import Broken
from tariff.orders.checks import warnings
from tariff.orders.deeds import ENDS, FATES, UNSAID, Deed, clause_of, contradictory, no
from tariff.orders.judging import judge
from tariff.written.catalogue import Catalogue, in_force
from tariff.written.rows import Table


def start(catalogue: Catalogue, head: Head, order: Order) -> tuple[Decision, History | None]:
    """The first order (`Do.START`, at `head.start`); no history when it is refused.

    A refusal's `used` and `limit` that are no numbers (steps, days) stand in its params under these names; the row
    stands there as "row".
    """
    table = table_at_start(catalogue, head)
    if isinstance(table, Refused):
        return table, None
    deed = _changed(catalogue, History(head), table, order)
    if isinstance(deed, Refused):
        return deed, None
    return Accepted(deed.warnings), History(head, deed.steps)


def flaws_at_start(catalogue: Catalogue, head: Head, order: Order) -> Iterator[Refused]:
    """Everything that is wrong with a first order, the first thing first."""
    table = table_at_start(catalogue, head)
    if isinstance(table, Refused):
        yield table
    else:
        yield from judge(catalogue, History(head), table, order).flaws()


def table_at_start(catalogue: Catalogue, head: Head) -> Table | Refused:
    """The table under which a contract starts: the one it names, or the one in force that day."""
    table = catalogue.table(head.tariff, head.start)
    if table is None and not catalogue.knows(head.tariff):
        return no(Broken(Code.NOT_IN_TARIFF), UNSAID)
    if table is None or not in_force(table.begins, table.ends, head.start):
        limit = None if table is None else day_of(table.begins).isoformat()
        return no(Broken(Code.DATE_OUTSIDE, day_of(head.start).isoformat(), limit), UNSAID)
    return table


def decide(catalogue: Catalogue, history: History, order: Order) -> tuple[Decision, History]:
    """A later order: the decision, and the contract after it (the same one when it is refused).

    The history that comes back holds every takeover and run-out up to its last step; call `timeline.settle` to see
    further. A dry run is this, with the history thrown away.
    """
    past, later = _until(history, order.at)
    if not past.steps:
        table = history.steps[0].holding.table
        found = Broken(Code.DATE_OUTSIDE, day_of(order.at).isoformat(), day_of(history.head.start).isoformat())
        return no(found, clause_of(table, order)), history
    settled = timeline.settle(catalogue, past, order.at)
    deed = _beside(history, order) or _deed(catalogue, settled, order)
    if isinstance(deed, Deed) and deed.steps and later:
        # What an order at the beginning of a day ends at its end comes after what happens in between.
        past, later = _until(history, max(order.at, deed.steps[-1].at))
        settled = timeline.settle(catalogue, past, order.at)
        deed = _deed(catalogue, settled, order)
    if isinstance(deed, Refused):
        return deed, history
    after = replace(
        settled,
        steps=(*settled.steps, *deed.steps),
        bought=(*history.bought, *deed.bought),
        deposits=(*history.deposits, *deed.deposits),
    )
    for following in later:
        decision, after = decide(catalogue, after, following)
        if isinstance(decision, Refused):
            return no(Broken(Code.CONTRADICTORY), decision.clause, dict(decision.params).get("row", "")), history
    return Accepted(deed.warnings), after


def _until(history: History, at: datetime) -> tuple[History, tuple[Order, ...]]:
    """The history as it was at `at`, and the orders accepted already that take effect only later."""
    past = tuple(step for step in history.steps if step.at <= at)
    later = tuple(step.order for step in history.steps[len(past) :] if step.order is not None)
    return replace(history, steps=past), later


def _beside(history: History, order: Order) -> Refused | None:
    """Orders that cannot both hold: two ends of one contract, two fates or quantities at one moment."""
    table = history.steps[-1].holding.table
    for other in (step.order for step in history.steps[1:] if step.order is not None):
        same = other.at == order.at
        if order.do in ENDS and other.do in ENDS:
            return contradictory(table, order, day_of(other.at))
        if same and other.do in ENDS and order.do in (Do.CHANGE, Do.MOVE, Do.TRANSFER):
            return contradictory(table, order)
        if same and order.do in FATES and other.do in FATES:
            return contradictory(table, order)
        if same and order.do is Do.CHANGE and other.do is Do.CHANGE:
            for row, quantity in order.rows.items():
                if str(other.rows.get(row, quantity)) != str(quantity):
                    clause = clause_of(table, replace(order, rows={row: quantity}))
                    return no(Broken(Code.CONTRADICTORY, quantity, other.rows[row]), clause, row)
    return None


def _deed(catalogue: Catalogue, history: History, order: Order) -> Deed | Refused:
    holding = history.steps[-1].holding
    closed = periods.closed(history, order)
    if closed is not None:
        return closed
    match order.do:
        case Do.CHANGE:
            return _changed(catalogue, history, holding.table, order)
        case Do.TRANSFER:
            goes = moves.transferred(holding, order)
            return goes if isinstance(goes, Refused) else _moved(catalogue, history, goes, order)
        case Do.MOVE:
            table = moves.target(catalogue, holding, order)
            if isinstance(table, Refused):
                return table
            return _moved(catalogue, history, moves.moved(history.head, holding, table), order)
        case Do.SUSPEND | Do.INTERRUPT | Do.RESUME:
            return periods.decided(history, order)
        case Do.CANCEL | Do.HOST_ENDED | Do.DISCONTINUE:
            return endings.decided(history, order)
        case Do.ONCE | Do.DEPOSIT:
            return purchases.decided(catalogue, history, order)
        case Do.START:
            return contradictory(holding.table, order)


def _moved(catalogue: Catalogue, history: History, holding: Holding, order: Order) -> Deed | Refused:
    """The order on top of what goes along."""
    last = replace(history.steps[-1], holding=holding)
    along = replace(history, steps=(*history.steps[:-1], last))
    return _changed(catalogue, along, holding.table, order)


def _changed(catalogue: Catalogue, history: History, table: Table, order: Order) -> Deed | Refused:
    """What a change, or the first order, makes of the contract, unless a rule of the table is broken."""
    judged = judge(catalogue, history, table, order)
    flaw = next(judged.flaws(), None)
    if flaw is not None:
        return flaw
    return Deed((Step(order.at, judged.change.after, order),), warnings(judged.change))
