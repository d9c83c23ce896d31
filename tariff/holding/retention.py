"""How long what a row makes is kept under a holding: its own days or months, or those of the tier that lengthens it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tariff.counting.month import later
from tariff.holding.held import count
from tariff.holding.history import Holding
from tariff.written.rows import Row, RowKind, Unit


@dataclass(frozen=True, slots=True)
class Retention:
    """So many days, or calendar months; one of them is 0."""

    days: int = 0
    months: int = 0

    @property
    def iso(self) -> str:
        """As an ISO 8601 duration."""
        return f"P{self.days}D" if self.days else f"P{self.months}M"

    def expires(self, made: date) -> date:
        """The last day on which what was made on a day is still there; months are clamped to the end of a month."""
        return made + timedelta(days=self.days) if self.days else later(made, self.months)


def retention(row: Row, holding: Holding, *, dr: bool = False) -> Retention | None:
    """How long; None when nothing is kept. At the second site (`dr`) no tier lengthens it."""
    tiers = () if dr else row.retained_by
    longest = max((count(holding, tier) for tier in tiers), default=0)
    if row.kind is RowKind.TIER and row.unit is Unit.DAY:
        longest = max(longest, count(holding, row.id))
    if row.days or longest:
        return Retention(days=max(row.days or 0, longest))
    return Retention(months=row.months) if row.months else None
