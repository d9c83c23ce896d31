"""What one month costs by itself: recurring fees, works, calls, what was entered by hand, and credits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tariff.counting.month import Month, month_of
from tariff.counting.yen import EXACT, NOTHING, cut, percent
from tariff.money import account, entered_lines
from tariff.money.account import Account
from tariff.money.bills import InterestPart, Line
from tariff.money.calls import CallTotal, Totals
from tariff.money.fees import Fee, Unpriced
from tariff.money.measured import Measured
from tariff.money.recurring import fees, table_in
from tariff.money.works import Owed
from tariff.written.rows import RowKind, Table, Words


@dataclass(frozen=True, slots=True)
class Sources:
    """What goes into the bills of a contract besides what it holds."""

    owed: Sequence[Owed]
    calls: Totals
    measured: Measured
    interest: tuple[InterestPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Bill:
    """The month's own lines, its amount with tax; `missing`: the rows that have no price."""

    lines: tuple[Line, ...]
    amount: Decimal
    missing: tuple[str, ...]


def bill(of: Account, sources: Sources, month: Month) -> Bill:
    """What a month costs. Lines of 0 yen are left out."""
    table = table_in(of, month)
    found = list(fees(of, month))
    recurring = [fee for fee in found if isinstance(fee, Fee)]
    once = list(_once(of, sources, month))
    lines = [
        *(fee.line for fee in recurring),
        *(line for line in once if isinstance(line, Line)),
        *(_calls(of, table, month, total) for total in sources.calls.get(month, {}).values()),
        *entered_lines.charges(table, month, sources.measured),
        *entered_lines.evaded(table, month, sources.measured),
        *entered_lines.late_interest(table, month, sources.measured, sources.interest),
        *entered_lines.credits(of, month, recurring, sources.measured),
    ]
    missing = [one.row for one in (*found, *once) if isinstance(one, Unpriced)]
    missing = [row for row in missing if not _entered(sources, row, month)]
    missing += [row for row in _awaited(of, month) if not _ever_entered(sources, row, month)]
    kept = tuple(line for line in lines if line.amount)
    return Bill(kept, _with_tax(table, kept), tuple(dict.fromkeys(missing)))


def _once(of: Account, sources: Sources, month: Month) -> Iterator[Line | Unpriced]:
    """A line for each row at each price."""
    sums: dict[tuple[str, Decimal], tuple[Owed, int]] = {}
    for one in sources.owed:
        if _billed_in(of, one) != month:
            continue
        price = account.price(of, one.row, one.holding, one.day)
        if price is None:
            yield Unpriced(one.row.id)
            continue
        _, number = sums.get((one.row.id, price), (one, 0))
        sums[one.row.id, price] = (one, number + one.quantity)
    for (id, price), (one, number) in sums.items():
        amount = cut(EXACT.multiply(price, Decimal(number)))
        yield Line(id, amount, one.row.clause, month, number, price, arithmetic=f"{number} × {price:f}")


def _billed_in(of: Account, one: Owed) -> Month:
    """The month of the work; works of a free first month may be billed with the next."""
    month = month_of(one.day)
    moved = of.reading(one.holding.table, "start_month_fees") == "next_month"
    return month.plus(1) if moved and month == of.life.started and one.row.kind is not RowKind.FEE else month


def _calls(of: Account, table: Table, month: Month, total: CallTotal) -> Line:
    """The sum of the month, cut off once; or of calls that are each cut off."""
    each = of.reading(table, "call_rounding") == "each_call"
    amount = total.each_cut if each else cut(total.exact)
    told = f"{total.units} × {total.price:f}" if total.price is not None and not each else ""
    if total.row.split is not None:
        name = Words(
            f"{total.row.name.ja}・通話料（契約者負担分）", f"{total.row.name.en}: calls, the contractor's part"
        )
        entries = tuple(sorted(total.entries))
        told = f"{total.exact:f}"
        return Line(
            total.row.id, amount, total.row.clause, month, total.units, arithmetic=told, name=name, entries=entries
        )
    return Line(total.row.id, amount, total.row.clause, month, total.units, total.price, arithmetic=told)


def _awaited(of: Account, month: Month) -> Iterator[str]:
    """What is held on an estimate, billed once, and still has no price."""
    for day, holding in of.life.within(month.first, month.last):
        for row in holding.table.rows:
            once = row.kind is RowKind.QUOTATION and bool(row.due) and row.id in holding.quantities
            if once and account.price(of, row, holding, day) is None:
                yield row.id


def _entered(sources: Sources, row: str, month: Month) -> bool:
    return any(charge.row == row and month_of(charge.at) == month for charge in sources.measured.charges)


def _ever_entered(sources: Sources, row: str, month: Month) -> bool:
    return any(charge.row == row and month_of(charge.at) <= month for charge in sources.measured.charges)


def _with_tax(table: Table, lines: tuple[Line, ...]) -> Decimal:
    rate = table.terms.billing.tax
    taxed = sum((line.amount for line in lines if line.own_tax is None and line.taxed), NOTHING)
    entered = sum((line.amount + line.own_tax for line in lines if line.own_tax is not None), NOTHING)
    return taxed + percent(taxed, rate) + entered + entered_lines.untaxed(lines)
