"""A case of the door in the words of the tariffs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tariff.counting.month import Month
from tariff.counting.records import Call, Charge, Debt, Made, Outage, Payment
from tariff.holding.history import Head, Order


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment, and as it was written."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked besides the decisions. `on`: the day at whose end debts and deposit are looked at."""

    invoices: tuple[Month, ...] = ()
    entitlements: tuple[Instant, ...] = ()
    calls: bool = False
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One contract, what was ordered and measured, and what is asked.

    `start` is the first order. None for a list of records: it was not given, so nothing is answered about it.
    """

    id: str | None
    head: Head
    start: Order
    orders: tuple[Order, ...]
    ask: Ask
    calls: tuple[Call, ...] = ()
    charges: tuple[Charge, ...] = ()
    debts: tuple[Debt, ...] = ()
    outages: tuple[Outage, ...] | None = None
    recordings: tuple[Made, ...] | None = None
    payments: tuple[Payment, ...] | None = None
    evaded: tuple[Decimal, ...] | None = None
