"""A contract in time: what was asked for, what became of it, and what was had at each moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from kernel.refusal import Refused
from tariff.written.rows import Table

Quantity = int | str
"""A count, or the step of a tier as the table writes it ("186", "400-1000")."""
Settings = Mapping[str, Mapping[str, object]]
"""By row, then by the setting's name."""
PriceList = Mapping[str, tuple[tuple[date | None, Decimal], ...]]
"""Unit prices of one contract, tax-exclusive yen: from that day on (None: from the beginning), earliest first."""


class State(StrEnum):
    """How a contract stands at a moment."""

    NOT_STARTED = "not_started"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    INTERRUPTED = "interrupted"
    ENDED = "ended"


class Do(StrEnum):
    """What an order asks for; `start` is the first."""

    START = "start"
    CHANGE = "change"
    ONCE = "once"
    MOVE = "move"
    TRANSFER = "transfer"
    SUSPEND = "suspend"
    INTERRUPT = "interrupt"
    RESUME = "resume"
    CANCEL = "cancel"
    HOST_ENDED = "host_ended"
    DISCONTINUE = "discontinue"
    DEPOSIT = "deposit"


@dataclass(frozen=True, slots=True)
class Facts:
    """What lies outside the tariff and decides about an order; the defaults say that all is in order.

    `lines`: the channels of each line. `access` and `line` "": what the type, or the tariff, takes first.
    """

    host: str = "own"
    lines: tuple[int, ...] = (2,)
    access: str = ""
    consents: tuple[str, ...] = ("access", "portal")
    line: str = ""
    discounts: tuple[str, ...] = ()
    discount_lines: int = 1
    cities: tuple[str, ...] = ()
    group_lines: int | None = None
    representative: bool = False
    public_body: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `rows`: new absolute quantities, 0 drops; tiers hold their step. `facts`: only those that change.

    `at`: when it takes effect, aware; `ordered`: the day it was placed (None: the day of `at`).
    """

    at: datetime
    do: Do
    rows: Mapping[str, Quantity] = field(default_factory=dict)
    settings: Settings = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    ordered: date | None = None
    type: str = ""
    to: str = ""
    reason: str = ""
    until: date | None = None
    notice: date | None = None
    yen: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """Measured use of a row from a moment on: seats signed in, incoming rules with an IVR …"""

    at: datetime
    row: str
    number: int


@dataclass(frozen=True, slots=True)
class Head:
    """What never changes about a contract. `tariff` as asked (with or without @version); `type` as of the start."""

    tariff: str
    start: datetime
    temporary: bool = False
    payment: str = "account_transfer"
    prices: PriceList = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """What a contract holds between two changes. Only quantities above 0 are here; free rows come with others."""

    table: Table
    state: State
    type: str
    quantities: Mapping[str, Quantity]
    settings: Settings
    facts: Facts
    grandfathered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """A change that happened: from `at` on `holding` is what is had.

    `order` None: it happened by itself (a table took over, a suspension ran out). `dropped`: rows that ended by it,
    by themselves or by order.
    """

    at: datetime
    holding: Holding
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """An order was accepted, perhaps with warnings (number_changes, excess_billed, expiries_kept)."""

    warnings: tuple[str, ...] = ()


Decision = Accepted | Refused


@dataclass(frozen=True, slots=True)
class History:
    """A contract so far: its head and its steps in time. `once`: what was bought once, and deposits, in order."""

    head: Head
    steps: tuple[Step, ...] = ()
    bought: tuple[Order, ...] = ()
    deposits: tuple[Order, ...] = ()

    def at(self, moment: datetime) -> Holding | None:
        """What is had at `moment`; None before the start."""
        found = None
        for step in self.steps:
            if step.at > moment:
                break
            found = step.holding
        return found
