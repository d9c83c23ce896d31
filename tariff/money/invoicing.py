"""The invoices of a contract: what each month costs, and which months one document settles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tariff.counting.month import Month, month_of
from tariff.counting.yen import NOTHING, cut, percent
from tariff.holding.history import History
from tariff.money import account, carrying, debts, works
from tariff.money.account import Account
from tariff.money.bills import Invoice, InvoiceState, Line, TaxPart
from tariff.money.calls import Rater
from tariff.money.carrying import Settlement, Waiting
from tariff.money.entered_lines import untaxed
from tariff.money.measured import Measured as Measured
from tariff.money.monthly_bill import Bill, Sources, bill
from tariff.money.recurring import table_in
from tariff.written.catalogue import Catalogue
from tariff.written.rows import Table
from tariff.written.terms import CarryOver


def invoices(
    catalogue: Catalogue, history: History, months: Sequence[Month], measured: Measured
) -> tuple[Invoice, ...]:
    """The invoices of these months, in this order. `history` must be settled to the end of the last of them."""
    of = account.of(catalogue, history)
    paid = debts.settle(history, measured.debts, measured.payments).interest if measured.payments else ()
    sources = Sources(works.owed(of), Rater(of).totals(measured.calls), measured, paid)
    bills = {month: bill(of, sources, month) for month in _needed(of, sources, months)}
    settled = {one.month: one for one in carrying.settle(_waiting(of, month, one) for month, one in bills.items())}
    return tuple(_invoice(of, settled[month], bills) for month in months)


def _needed(of: Account, sources: Sources, months: Sequence[Month]) -> list[Month]:
    """These months in order and, where months may wait, all that came before them."""
    tables = [step.holding.table for step in of.history.steps]
    waits = any(_carry_over(of, table) or _together(of, table) > 1 for table in tables)
    if not months or not (waits or sources.measured.credits_late()):
        return sorted(set(months))
    entered = [month_of(charge.at) for charge in sources.measured.charges]
    month, last = min([of.life.started, *entered, *months]), max(months)
    found = []
    while month <= last:
        found.append(month)
        month = month.plus(1)
    return found


def _carry_over(of: Account, table: Table) -> CarryOver | None:
    return None if of.reading(table, "carry_over") == "off" else table.terms.carry_over


def _together(of: Account, table: Table) -> int:
    """How many months are agreed to be paid together."""
    return int(of.reading(table, "paid_together") or 1)


def _waiting(of: Account, month: Month, one: Bill) -> Waiting:
    """A month as the carrying over sees it; nothing waits in the month of the end, or after it."""
    table = table_in(of, month)
    fees = NOTHING
    if of.reading(table, "carry_counts_fees") == "on":
        lines = _document(of, table, month, one.lines)
        fees = _sum(lines) + sum((part.amount for part in _tax(table, lines)), NOTHING)
    final = of.life.ended is not None and month >= month_of(of.life.ended)
    together = _together(of, table)
    late = any(line.entries and line.month != month for line in one.lines)
    terms = _carry_over(of, table)
    return Waiting(month, one.amount, terms, fees, together, final, ready=not one.missing, credited=late)


def _invoice(of: Account, settled: Settlement, bills: dict[Month, Bill]) -> Invoice:
    own = bills[settled.month]
    table = table_in(of, settled.month)
    if settled.state is InvoiceState.UNPRICED:
        return Invoice(settled.month, settled.state, rows=own.missing)
    lines = own.lines
    if settled.state is InvoiceState.ISSUED:
        lines = tuple(line for month in settled.months for line in bills[month].lines)
        lines += _document(of, table, settled.month, lines)
    tax = _tax(table, lines)
    subtotal = _sum(lines)
    total = subtotal + sum((part.amount for part in tax), NOTHING)
    return Invoice(
        settled.month,
        settled.state,
        lines,
        subtotal,
        tax,
        total if settled.state is InvoiceState.ISSUED else NOTHING,
        own.amount,
        settled.months,
    )


def _document(of: Account, table: Table, month: Month, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The fees that come with a document: for issuing it, and for the way it is paid."""
    fees = table.terms.fees
    found = []
    for id, number in ((fees.invoice, _issued(of, table, lines)), (dict(fees.payments).get(of.head.payment, ""), 1)):
        row = table.row(id) if id else None
        price = None if row is None else account.price(of, row, of.history.steps[0].holding, month.first)
        if row is not None and price and number:
            told = f"{number} × {price:f}"
            found.append(Line(row.id, cut(price * number), row.clause, month, number, price, arithmetic=told))
    return tuple(found)


def _issued(of: Account, table: Table, lines: tuple[Line, ...]) -> int:
    """How many documents bear the fee for issuing one: those issued again bear their own instead, or both."""
    again = [line for line in lines if line.row == table.terms.fees.reinvoice]
    both = of.reading(table, "reinvoice") == "with_invoice_fee"
    return int(not lines or len(again) < len(lines)) + both * sum(line.quantity or 0 for line in again)


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), NOTHING)


def _tax(table: Table, lines: tuple[Line, ...]) -> tuple[TaxPart, ...]:
    """Once for the document, cut off; what was entered with its tax keeps that."""
    if not lines:
        return ()
    rate = table.terms.billing.tax
    own = sum((line.own_tax or NOTHING for line in lines), NOTHING)
    taxed = _sum(line for line in lines if line.own_tax is None and line.taxed)
    none = untaxed(lines)
    parts = (TaxPart(rate, _sum(lines) - none, percent(taxed, rate) + own),)
    return (*parts, TaxPart(0, none, NOTHING)) if none else parts
