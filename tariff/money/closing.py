"""Closes a month of a contract: its invoice as the document that is issued, or what there is instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kernel.refusal import Refused
from tariff.counting.month import Month
from tariff.holding.history import History
from tariff.money import dues, invoicing
from tariff.money.bills import Line
from tariff.money.closed import ClosedLine, ClosedMonth, ClosedTax, Issuer
from tariff.money.invoicing import Measured
from tariff.orders import timeline
from tariff.rights import agreement
from tariff.rights.agreement import Agreement
from tariff.written.catalogue import Catalogue
from tariff.written.rows import Table, Words


def close(
    catalogue: Catalogue,
    of: Agreement,
    month: Month,
    measured: Measured,
    issuer: Issuer,
    recipient: str,
    on: date,
    documents: Sequence[ClosedMonth] = (),
    seen: int = 0,
) -> ClosedMonth | Refused:
    """The month as a document dated `on`; a refusal where the contract itself may not be held."""
    history = agreement.history(catalogue, of)
    if isinstance(history, Refused):
        return history
    return document(catalogue, of, history, month, measured, issuer, recipient, on, documents, seen)


def document(
    catalogue: Catalogue,
    of: Agreement,
    history: History,
    month: Month,
    measured: Measured,
    issuer: Issuer,
    recipient: str,
    on: date,
    documents: Sequence[ClosedMonth] = (),
    seen: int = 0,
) -> ClosedMonth:
    """The month under a history that need not be the contract's own: a dry run, or another tariff.

    `documents`: those of other months that are fixed. `seen`: the number of the last entry that is in `measured`.
    """
    settled = timeline.settle(catalogue, history, month.plus(1).begins)
    (invoice,) = invoicing.invoices(catalogue, settled, [month], measured)
    holding = settled.at(month.plus(1).begins) or settled.steps[0].holding
    closed = ClosedMonth(
        tenant=of.contract.tenant,
        contract=of.contract.id,
        month=str(month),
        tariff=holding.table.id,
        state=str(invoice.state),
        number=f"{of.contract.tenant}-{of.contract.id}-{month}",
        closed=on,
        issuer=issuer,
        recipient=recipient,
        lines=tuple(_line(line, _tables(settled)) for line in invoice.lines),
        subtotal=invoice.subtotal,
        tax=tuple(ClosedTax(part.rate, part.base, part.amount) for part in invoice.tax),
        total=invoice.total,
        months=tuple(map(str, invoice.months)),
        rows=invoice.rows,
        due=dues.due_after(on),
        seen=seen,
    )
    if not settled.deposits:
        return closed
    parts, refund = dues.set_off(settled, documents, measured.payments, closed)
    return replace(closed, set_off=parts, refund=refund)


def _line(line: Line, tables: tuple[Table, ...]) -> ClosedLine:
    return ClosedLine(
        row=line.row,
        name=line.name or _name(line.row, tables),
        amount=line.amount,
        clause=line.clause,
        quantity="" if line.quantity is None else str(line.quantity),
        unit_price=line.unit_price,
        month=str(line.month),
        days=line.days,
        arithmetic=line.arithmetic,
        entries=line.entries,
    )


def _name(row: str, tables: tuple[Table, ...]) -> Words:
    found = (table.row(row) for table in tables)
    return next((one.name for one in found if one is not None), Words(row, row))


def _tables(history: History) -> tuple[Table, ...]:
    """The tables the contract has been under, the latest first."""
    return tuple({step.holding.table.id: step.holding.table for step in reversed(history.steps)}.values())
