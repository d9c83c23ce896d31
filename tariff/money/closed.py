"""A closed month as a document: everything a qualified invoice [適格請求書] has to say, fixed when it is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tariff.written.rows import Words


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues it: name, address, and the registration number (T and 13 digits), "" while there is none."""

    name: str
    registration: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """One line. `amount`: yen without tax. `reduced`: taxed at the reduced rate, which the document marks.

    `entries`: what was entered by hand and is behind it, by number.
    """

    row: str
    name: Words
    amount: Decimal
    clause: str
    quantity: str = ""
    unit_price: Decimal | None = None
    month: str = ""
    days: int | None = None
    arithmetic: str = ""
    reduced: bool = False
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedTax:
    """The sum of the lines of one rate (percent) without tax, and the tax on it."""

    rate: int
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ClosedSetOff:
    """So much of the deposit was taken for the document of a month, by a clause."""

    month: str
    yen: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A closed month of a contract. `state`: none, held, issued or unpriced (then `rows` have no price yet).

    `number` names the document; `months`: those that it settles; `closed`: the day on it; `due`: when it is to be paid.
    `seen`: the number of the last entry that it knows of. `set_off`: what it takes from the deposit, `refund`: what of
    the deposit is given back.
    """

    tenant: str
    contract: str
    month: str
    tariff: str
    state: str
    number: str
    closed: date
    issuer: Issuer
    recipient: str
    lines: tuple[ClosedLine, ...]
    subtotal: Decimal
    tax: tuple[ClosedTax, ...]
    total: Decimal
    months: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    due: date | None = None
    seen: int = 0
    set_off: tuple[ClosedSetOff, ...] = ()
    refund: Decimal = Decimal(0)

    @property
    def payable(self) -> Decimal:
        """What is left to pay of this document itself."""
        return self.total - sum((part.yen for part in self.set_off if part.month == self.month), Decimal(0))
