"""Closed months as a tenant sees them: the same fields as on the printed invoice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.common import Shape, Wanted
from api.schemas.contract import ContractName, Name
from api.schemas.order import FactsWanted, Rows, Values, Yen

MONTH_PATTERN = r"^20\d{2}-(0[1-9]|1[0-2])$"
MonthName = Annotated[str, Field(pattern=MONTH_PATTERN)]


class Issuer(Shape):
    """Who issues it; `registration`: T and 13 digits, "" while there is none."""

    name: str
    registration: str
    address: str


class Line(Shape):
    """A line, yen without tax. `reduced`: taxed at the reduced rate; `entries`: what was entered and is behind it."""

    row: str
    name: Name
    amount: Decimal
    clause: str
    quantity: str
    unit_price: Decimal | None
    month: str
    days: int | None
    arithmetic: str
    reduced: bool
    entries: list[int]


class SetOff(Shape):
    """So much of the deposit was taken for the invoice of a month."""

    month: str
    yen: Decimal
    clause: str


class Tax(Shape):
    """The sum of one rate (percent) and the tax on it."""

    rate: int
    base: Decimal
    amount: Decimal


class Invoice(Shape):
    """A month of a contract. `state`: none, held (carried over), issued, or unpriced (`rows` have no price).

    `due`: when it is to be paid (null: of older ones nobody said so). `set_off`: what was taken from the deposit, for
    this invoice or earlier ones; `payable`: what is left of `total` then; `refund`: what of the deposit is given back.
    """

    contract: str
    month: str
    tariff: str
    state: str
    number: str
    closed: date
    due: date | None
    currency: str = "JPY"
    issuer: Issuer
    recipient: str
    lines: list[Line]
    subtotal: Decimal
    tax: list[Tax]
    total: Decimal
    set_off: list[SetOff]
    refund: Decimal
    payable: Decimal
    months: list[str]
    rows: list[str]


class WhatIfWanted(Wanted):
    """Another tariff for a month: its rows and what else its first order says; the calls are those of the month."""

    month: MonthName
    tariff: Annotated[str, Field(pattern=r"^[a-z0-9-]+(@[a-z0-9-]+)?$")]
    rows: Rows
    type: Annotated[str, Field(max_length=64)] = ""
    payment: Annotated[str, Field(pattern="^(account_transfer|credit_card|bank_transfer)$")] = "account_transfer"
    settings: Values = Field(default_factory=dict)
    facts: FactsWanted = Field(default_factory=FactsWanted)
    prices: dict[str, Yen] = Field(default_factory=dict)


class MonthWanted(Wanted):
    """A month of a contract that is to be closed, and those after it until one is not over.

    `dated`: which day the documents bear; `today`, or `then`, the first day after the month, for what had been issued
    before the platform knew of the contract.
    """

    contract: ContractName
    month: MonthName
    dated: Literal["today", "then"] = "today"
