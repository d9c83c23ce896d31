"""What a contract gives at a moment: rows with their limits and clauses, and how long what they make is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tariff.holding.held import count, included
from tariff.holding.history import Head, History, Holding, State
from tariff.holding.retention import retention
from tariff.orders import timeline
from tariff.written.catalogue import Catalogue
from tariff.written.rows import HAD, Basis, Row, Scope


@dataclass(frozen=True, slots=True)
class Given:
    """A row as it allows something. `limit` None: without limit. `retention`: an ISO 8601 duration, "" where none goes
    with the row. `kind`: the kind of licence or right, "" when the row has none."""

    row: str
    limit: int | None
    basis: Basis
    scope: Scope
    clause: str
    kind: str = ""
    retention: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """`rows` is what may be used: nothing unless the contract is active. `held` is what was bought all the same.

    `version` is the table's id, "" before the start; `type` "" where the tariff has no types.
    """

    at: datetime
    state: State
    version: str
    type: str
    rows: tuple[Given, ...]
    held: tuple[Given, ...]


def standing(catalogue: Catalogue, history: History | None, moment: datetime) -> Standing:
    """What the contract gives at `moment`; takeovers and runs-out up to then are seen."""
    holding = None if history is None else timeline.settle(catalogue, history, moment).at(moment)
    if history is None or holding is None:
        return Standing(moment, State.NOT_STARTED, "", "", (), ())
    held = tuple(_given(history.head, holding))
    rows = held if holding.state is State.ACTIVE else ()
    return Standing(moment, holding.state, holding.table.id, holding.type, rows, held)


def _given(head: Head, holding: Holding) -> Iterator[Given]:
    """What is had and what comes with it, in the table's order."""
    if holding.state is State.ENDED:
        return
    for row in holding.table.rows:
        had = row.id in holding.quantities
        comes = 0 if had or row.kind not in HAD else included(holding, row, head)
        if had or comes:
            limit = _limit(row, holding) if had else _with_others(row, comes)
            kept = retention(row, holding)
            duration = "" if kept is None else kept.iso
            yield Given(row.id, limit, row.basis, row.scope, row.clause, row.gives, duration)


def _limit(row: Row, holding: Holding) -> int:
    """What was bought: the quantity, the end of the step, or what one of it is good for."""
    return count(holding, row.id) if row.fixed is None else row.fixed


def _with_others(row: Row, comes: int) -> int | None:
    """A function included in licences has their number; where it counts nothing, it is a right without limit."""
    if row.fixed is not None:
        return row.fixed
    return None if row.basis is Basis.RIGHT else comes
