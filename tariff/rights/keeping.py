"""Until when recordings and records are kept, and the first day on which one may be gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from tariff.counting.month import day_after, day_begins, day_of
from tariff.counting.records import Made
from tariff.holding.conditions import holds
from tariff.holding.held import has
from tariff.holding.history import Head, History, Holding
from tariff.holding.retention import Retention, retention
from tariff.orders import timeline
from tariff.written.catalogue import Catalogue
from tariff.written.rows import Row
from tariff.written.rules import Excludes

_FOREVER: Final = day_begins(date(9000, 1, 1))
"""Later than anything that happens by itself."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Kept until the end of the day before `gone_from`; `retention` is the ISO 8601 duration that decided it."""

    gone_from: date
    retention: str


def gone_from(catalogue: Catalogue, history: History, made: Made) -> Keeping | None:
    """How long what was made is kept; None when the contract had no such row then, or nothing of it is kept.

    Days are counted from the day of the making in Japan, and the day it expires is still whole. A longer keeping that
    comes into force in time holds for what is there already; so does a shorter one that replaces it (SmaCom, 3 for 6
    months), save where tiers lengthen the keeping: that never becomes shorter (Arcstar, Annex-1 note).
    """
    settled = timeline.settle(catalogue, history, _FOREVER)
    holding = settled.at(made.made)
    row = None if holding is None else holding.table.row(made.row)
    if holding is None or row is None or not has(holding, made.row, history.head):
        return None
    term = retention(row, holding, dr=made.dr)
    if term is None:
        return None
    day = day_of(made.made)
    gone = day_after(term.expires(day))
    for step in settled.steps:
        if step.at <= made.made:
            continue
        if step.at >= day_begins(gone):
            break
        follows = _term(history.head, step.holding, row, made)
        if follows is None:
            continue
        then = day_after(follows.expires(day))
        if then > gone or (then < gone and not row.retained_by):
            gone, term = max(then, day_of(step.at)), follows
    return Keeping(gone, term.iso)


def _term(head: Head, holding: Holding, row: Row, made: Made) -> Retention | None:
    """The keeping in force for what the row made: of the row itself, or of the one that stands in its place."""
    here = holding.table.row(row.id)
    if here is not None and has(holding, row.id, head):
        return retention(here, holding, dr=made.dr)
    if row.retained_by:
        return None
    instead = (
        holding.table.row(other)
        for rule in row.rules
        if isinstance(rule.check, Excludes) and holds(rule.when, head, holding)
        for other in rule.check.rows
        if has(holding, other, head)
    )
    terms = (retention(other, holding, dr=made.dr) for other in instead if other is not None)
    return next((term for term in terms if term is not None), None)
