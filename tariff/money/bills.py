"""What money answers: invoices with their lines, rated calls, credits, interest, debts, deposits and surcharges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tariff.counting.month import Month
from tariff.written.rows import Words


class InvoiceState(StrEnum):
    """What became of a month: nothing due, carried over without a document, a document, or a price is missing."""

    NONE = "none"
    HELD = "held"
    ISSUED = "issued"
    UNPRICED = "unpriced"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice, tax-exclusive yen; a credit is negative.

    `month`: the one it belongs to. `days`: those charged, where days are counted. `own_tax`: the tax an amount entered
    with its tax had in it; such a line is not taxed again. `taxed` False: no consumption tax is due on it at all.
    `name` None: that of its row. `entries`: what the platform entered and this line comes from, by number.
    """

    row: str
    amount: Decimal
    clause: str
    month: Month
    quantity: int | None = None
    unit_price: Decimal | None = None
    days: int | None = None
    grandfathered: bool = False
    arithmetic: str = ""
    own_tax: Decimal | None = None
    taxed: bool = True
    name: Words | None = None
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxPart:
    """The tax of one rate (percent) on its base."""

    rate: int
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Invoice:
    """What is billed for a month. `lines`: the month's, and on a document those of the months it settles as well.

    `subtotal`, `tax`: of these lines. `total`: payable by this document, tax included, 0 unless issued. `amount`: the
    month's own, tax included, without the fees for invoice and payment. `months`: those settled by this document.
    UNPRICED: `rows` have no price, which is a refusal for `clause` with the code estimate_required.
    """

    month: Month
    state: InvoiceState
    lines: tuple[Line, ...] = ()
    subtotal: Decimal = Decimal(0)
    tax: tuple[TaxPart, ...] = ()
    total: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    months: tuple[Month, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RatedCall:
    """What a call costs, all its equals together; yen, tax-exclusive and not rounded.

    `row`: the price row, "" where the charge came with the call. `caller`, `contractor`: who pays which part, None
    where the tariff does not split. `callable` False: no rate is loaded (not_in_tariff).
    """

    row: str = ""
    units: int | None = None
    charge: Decimal | None = None
    caller: Decimal | None = None
    contractor: Decimal | None = None
    callable: bool = True


@dataclass(frozen=True, slots=True)
class MonthCredit:
    """The part of a credit that falls into a month, positive yen."""

    month: Month
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OutageCredit:
    """What is not owed for an outage: `days` whole units, or `seconds` where no threshold holds; positive yen.

    `sla_excluded`: left out of the service level's count, None where the tariff has none. `clause` "": no rule.
    """

    days: int
    credit: Decimal
    seconds: int = 0
    months: tuple[MonthCredit, ...] = ()
    sla_excluded: bool | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class InterestPart:
    """Late interest for the part of a debt (an index) that one payment settles; `days` late, both ends excluded.

    `entry`: the number of the payment.
    """

    debt: int
    paid: date
    yen: Decimal
    days: int
    interest: Decimal
    entry: int = 0


@dataclass(frozen=True, slots=True)
class DebtLeft:
    """What is left of a debt, and when it is due, moved where the tariff says so."""

    left: Decimal
    due: date


@dataclass(frozen=True, slots=True)
class DepositLeft:
    """What of the deposit was set off, and what is given back."""

    used: Decimal
    refund: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """`interest`: one for each part of a debt a payment settles, in the order of payments, then of due dates.

    `debts` as of the end of a day, one for each; `deposit` None: none was asked for.
    """

    interest: tuple[InterestPart, ...]
    debts: tuple[DebtLeft, ...]
    deposit: DepositLeft | None = None


@dataclass(frozen=True, slots=True)
class SurchargeDue:
    """What is owed for a fee unlawfully evaded: the fee with its tax, the surcharge, the tax on that; and all of it."""

    evaded_incl: Decimal
    surcharge: Decimal
    tax: Decimal
    total: Decimal
