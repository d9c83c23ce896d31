"""What an order would change: tried on the contract's history, nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kernel.refusal import Refused
from store.tariffs import packaged
from tariff.counting.month import Month, day_of, month_of
from tariff.holding.history import History, Order
from tariff.money import closing
from tariff.money.bills import InvoiceState
from tariff.money.closed import ClosedMonth, Issuer
from tariff.money.invoicing import Measured
from tariff.orders import deciding
from tariff.rights import agreement, standing
from tariff.rights.agreement import Agreement
from tariff.rights.standing import Standing

NOBODY = Issuer("", "")
"""Stands on what is no invoice yet."""


@dataclass(frozen=True, slots=True)
class Change:
    """A month before and after an order, yen with tax; None: a price is missing."""

    month: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class Tried:
    """An order that would be accepted."""

    warnings: tuple[str, ...]
    before: Standing
    after: Standing
    invoices: tuple[Change, ...]


def tried(of: Agreement, order: Order) -> Tried | Refused:
    """What the order would change, at its moment and on the invoices of two months; or why it may not be."""
    catalogue = packaged()
    before = agreement.history(catalogue, of)
    if isinstance(before, Refused):
        return before
    decision, after = deciding.decide(catalogue, before, order)
    if isinstance(decision, Refused):
        return decision
    first = month_of(day_of(order.at))
    return Tried(
        decision.warnings,
        standing.standing(catalogue, before, order.at),
        standing.standing(catalogue, after, order.at),
        tuple(_change(of, before, after, month) for month in (first, first.plus(1))),
    )


def at(of: Agreement, moment: datetime) -> Standing | Refused:
    """How the contract stands at a moment."""
    found = agreement.history(packaged(), of)
    return found if isinstance(found, Refused) else standing.standing(packaged(), found, moment)


def month(of: Agreement, history: History, wanted: Month, measured: Measured, on: date, recipient: str) -> ClosedMonth:
    """A month as it would be closed on a day, under any history."""
    return closing.document(packaged(), of, history, wanted, measured, NOBODY, recipient, on)


def _change(of: Agreement, before: History, after: History, wanted: Month) -> Change:
    return Change(str(wanted), _total(of, before, wanted), _total(of, after, wanted))


def _total(of: Agreement, history: History, wanted: Month) -> Decimal | None:
    closed = month(of, history, wanted, Measured(), wanted.last, "")
    return None if closed.state == InvoiceState.UNPRICED else closed.total
