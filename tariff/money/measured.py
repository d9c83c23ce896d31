"""What was measured or entered about a contract, and with which month each of it is billed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tariff.counting.month import Month, day_of, month_of
from tariff.counting.records import Call, Charge, Debt, Evaded, Outage, Payment


@dataclass(frozen=True, slots=True)
class Measured:
    """All of it. `closed`: each month whose document is fixed, with the number of the last entry that it knew of."""

    calls: Iterable[Call] = ()
    charges: Sequence[Charge] = ()
    outages: Sequence[Outage] = ()
    evaded: Sequence[Evaded] = ()
    debts: Sequence[Debt] = ()
    payments: Sequence[Payment] = ()
    closed: Mapping[Month, int] = field(default_factory=dict)

    def billed_in(self, month: Month, entry: int) -> Month:
        """With which month something of `month` is billed: the first from then on whose document knew of the entry, or
        is still open."""
        while self.closed.get(month, entry) < entry:
            month = month.plus(1)
        return month

    def credits_late(self) -> bool:
        """Whether an outage came after the document of the month in which it began."""
        return any(self.came_late(month_of(day_of(one.known)), one.entry) for one in self.outages)

    def came_late(self, month: Month, entry: int) -> bool:
        """Whether the document of its month was fixed before it was entered."""
        return self.billed_in(month, entry) != month
