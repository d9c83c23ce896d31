"""Lines of an invoice that come from what was entered: charges, evaded fees, late interest, and credits come late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from tariff.counting.month import Month, day_of, month_of
from tariff.counting.records import Charge, Evaded, Outage
from tariff.counting.yen import cut, tax_within
from tariff.money import outages
from tariff.money.account import Account
from tariff.money.bills import InterestPart, Line
from tariff.money.fees import Fee
from tariff.money.measured import Measured
from tariff.money.recurring import fees
from tariff.written.rows import Table, Words

BY_HAND: Final = "CHARGE"
"""Stands for the row of an amount that was entered without one, and for its clause where the table names none."""
EVADED: Final = "EVADED"
SURCHARGE: Final = "SURCHARGE"
LATE_INTEREST: Final = "LATE-INTEREST"
"""Stand for the rows of what no table has a row for."""
_SURCHARGE: Final = Words("割増金", "Surcharge")
_EVADED: Final = Words("不法に免れた料金", "Fee unlawfully evaded")


def charges(table: Table, month: Month, measured: Measured) -> Iterator[Line]:
    """What was entered by hand and is billed with the month."""
    for charge in measured.charges:
        if measured.billed_in(month_of(charge.at), charge.entry) == month:
            yield _charge(table, charge)


def _charge(table: Table, charge: Charge) -> Line:
    row = table.row(charge.row)
    clause = charge.clause or (table.terms.billing.clause if row is None else row.clause)
    tax = tax_within(charge.yen, table.terms.billing.tax) if charge.inclusive else None
    amount = cut(charge.yen) if tax is None else charge.yen - tax
    return Line(
        charge.row or BY_HAND,
        amount,
        clause or BY_HAND,
        month_of(charge.at),
        own_tax=tax,
        name=charge.name,
        entries=made_of(charge.entry),
    )


def evaded(table: Table, month: Month, measured: Measured) -> Iterator[Line]:
    """Fees unlawfully evaded, and what is owed on top of each."""
    for one in measured.evaded:
        if measured.billed_in(month_of(one.at), one.entry) == month:
            yield from _evaded(table, one)


def _evaded(table: Table, one: Evaded) -> Iterator[Line]:
    terms, month, entries = table.terms.surcharge, month_of(one.at), made_of(one.entry)
    clause = (terms.clause if terms else table.terms.billing.clause) or BY_HAND
    yield Line(EVADED, cut(one.yen), clause, month, name=one.name or _EVADED, entries=entries)
    if terms is not None:
        told = f"{one.yen:f} × {terms.times}"
        yield Line(
            SURCHARGE, cut(one.yen * terms.times), clause, month, arithmetic=told, name=_SURCHARGE, entries=entries
        )


def late_interest(table: Table, month: Month, measured: Measured, parts: Sequence[InterestPart]) -> Iterator[Line]:
    """Late interest on what was paid in the month; no tax is due on it (a payment for a delay is no supply)."""
    terms = table.terms.interest
    for part in parts:
        paid = month_of(part.paid)
        if terms is None or not part.interest or measured.billed_in(paid, part.entry) != month:
            continue
        of = measured.debts[part.debt].of
        yield Line(
            LATE_INTEREST,
            part.interest,
            terms.clause,
            paid,
            days=part.days,
            arithmetic=f"{part.yen:f} × {terms.rate:f} % × {part.days} ÷ {terms.year}",
            taxed=False,
            name=Words(f"遅延損害金（{of}分）", f"Late interest ({of})"),
            entries=made_of(part.entry),
        )


def credits(of: Account, month: Month, owed: Sequence[Fee], measured: Measured) -> Iterator[Line]:
    """What outages spare of the month's fees, and of those of earlier months whose documents did not know of them."""
    known = [one for one in measured.outages if not measured.came_late(month, one.entry)]
    yield from outages.credits(of, month, owed, known)
    for earlier in sorted({begun for one in measured.outages for begun in _late(one, month, measured)}):
        whole = [fee for fee in fees(of, earlier) if isinstance(fee, Fee)]
        for line in outages.credits(of, earlier, whole, measured.outages):
            if any(measured.billed_in(earlier, entry) == month for entry in line.entries):
                yield line


def _late(outage: Outage, month: Month, measured: Measured) -> Iterator[Month]:
    """The months before `month` into which the outage falls and with which it is not billed, but with this one."""
    earlier = month_of(day_of(outage.known))
    while earlier < month and earlier <= month_of(day_of(outage.restored)):
        if measured.billed_in(earlier, outage.entry) == month:
            yield earlier
        earlier = earlier.plus(1)


def made_of(entry: int) -> tuple[int, ...]:
    """The entry that a line names, where there is one."""
    return (entry,) if entry else ()


def untaxed(lines: Sequence[Line]) -> Decimal:
    """The sum of the lines on which no tax is due."""
    return sum((line.amount for line in lines if not line.taxed), Decimal(0))
