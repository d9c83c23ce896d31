"""What is owed for fees that were unlawfully evaded."""

from __future__ import annotations

from decimal import Decimal

from tariff.counting.yen import NOTHING, cut, percent
from tariff.money.bills import SurchargeDue
from tariff.written.rows import Table


def of(table: Table, evaded: Decimal) -> SurchargeDue:
    """The evaded fee (yen, tax-exclusive) with its tax, and on top what the tariff says, with tax; where it says
    nothing, the fee alone."""
    rate = table.terms.billing.tax
    terms = table.terms.surcharge
    owed = percent(evaded, 100 + rate)
    more = NOTHING if terms is None else cut(evaded * terms.times)
    tax = percent(more, rate)
    return SurchargeDue(owed, more, tax, owed + more + tax)
