"""What happens to a contract by itself: a new table takes over, a suspension runs out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tariff.counting.month import day_after, day_begins
from tariff.holding.history import Do, History, State, Step
from tariff.orders import versions
from tariff.written.catalogue import Catalogue


def settle(catalogue: Catalogue, history: History, until: datetime) -> History:
    """The history with every change that happens by itself up to `until` (included) as a step of its own.

    Rows that a takeover left to who had them stand in `Holding.grandfathered`, and with their prices in
    `Holding.table.rows`, so what is billed is always found in the holding's own table.
    """
    while True:
        step = _next(catalogue, history)
        if step is None or step.at > until:
            return history
        history = replace(history, steps=(*history.steps, step))


def _next(catalogue: Catalogue, history: History) -> Step | None:
    """The next thing that happens by itself after the last step, if nothing is ordered before."""
    last = history.steps[-1]
    if last.holding.state is State.ENDED:
        return None
    coming: list[Step] = []
    over = _runs_out(history)
    if over is not None:
        coming.append(Step(over, replace(last.holding, state=State.ACTIVE)))
    table = versions.next_table(catalogue, last.holding.table)
    if table is not None:
        taken = versions.taken_over(history.head, last.holding, table)
        coming.append(Step(max(table.begins, last.at), taken))
    return min(coming, key=lambda step: step.at, default=None)


def _runs_out(history: History) -> datetime | None:
    """When the suspension or interruption in force ends by itself."""
    if history.steps[-1].holding.state not in (State.SUSPENDED, State.INTERRUPTED):
        return None
    orders = (step.order for step in reversed(history.steps) if step.order is not None)
    order = next((order for order in orders if order.do in (Do.SUSPEND, Do.INTERRUPT)), None)
    if order is None or order.until is None:
        return None
    return day_begins(day_after(order.until))
