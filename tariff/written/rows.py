"""The words of a tariff table: what a row is, in which unit, for whom, and how it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from tariff.written.pricing import PLAINLY, Counted, Due, Rated, Split
from tariff.written.rules import Rule
from tariff.written.terms import SILENT, Terms


class RowKind(StrEnum):
    """How a row is sold. `item`, `tier`, `free` and `quotation` are had; the others only stand on invoices."""

    ITEM = "item"
    TIER = "tier"
    FREE = "free"
    QUOTATION = "quotation"
    MONTHLY = "monthly"
    DAILY = "daily"
    ONCE = "once"
    PER_CALL = "per_call"
    LOOKUP = "lookup"
    FEE = "fee"


HAD: Final = frozenset({RowKind.ITEM, RowKind.TIER, RowKind.FREE, RowKind.QUOTATION})
"""The kinds of rows of which a contract holds quantities."""
ORDERED: Final = HAD - {RowKind.FREE}
"""Those that are ordered; what is free comes with what it is included in."""


class Scope(StrEnum):
    """For what a row, or a whole contract, is good."""

    TENANT = "tenant"
    LINE = "line"
    NUMBER = "number"
    DESTINATION = "destination"


class Basis(StrEnum):
    """How a limit counts: at the same time, persons by name, things set up, or not at all (a right)."""

    CONCURRENT = "concurrent"
    NAMED = "named"
    COUNT = "count"
    RIGHT = "right"


class Unit(StrEnum):
    """What one of a row is; a price row has the unit of the row it prices."""

    AGENT = "agent at the same time"
    SEAT = "seat using it"
    USE = "use at the same time"
    SMARTPHONE = "smartphone at the same time"
    PERSON = "person"
    NUMBER = "number"
    CHARGE_NUMBER = "charge number"
    SPECIFIC_NUMBER = "specific number"
    WAITING_PLACE = "waiting place"
    RULE = "incoming rule with IVR"
    DESTINATION = "destination"
    CONNECTION_DESTINATION = "connection destination"
    INCOMING_DESTINATION = "incoming destination"
    TERMINAL = "terminal"
    ADDRESS = "IP address"
    INTERFACE = "interface"
    CALL = "call"
    BASIC = "unit of the basic function"
    HOUR = "hour"
    DAY = "day"
    STEP = "step"
    TERM = "term"
    CHANNEL = "channel"
    LINE = "line"
    LIST = "list"
    CONTRACT = "contract"
    TENANT = "tenant"
    INCLUDED = "included"
    SERVICE = "service"
    WORK = "work"
    DOCUMENT = "document"
    PAYMENT = "payment"


BASES: Final = {
    **dict.fromkeys((Unit.AGENT, Unit.SEAT, Unit.USE, Unit.SMARTPHONE), Basis.CONCURRENT),
    Unit.PERSON: Basis.NAMED,
    **dict.fromkeys((Unit.NUMBER, Unit.CHARGE_NUMBER, Unit.SPECIFIC_NUMBER, Unit.WAITING_PLACE), Basis.COUNT),
    **dict.fromkeys((Unit.DESTINATION, Unit.CONNECTION_DESTINATION, Unit.INCOMING_DESTINATION), Basis.COUNT),
    **dict.fromkeys((Unit.RULE, Unit.TERMINAL, Unit.ADDRESS, Unit.INTERFACE, Unit.CALL, Unit.BASIC), Basis.COUNT),
    **dict.fromkeys((Unit.HOUR, Unit.DAY, Unit.CHANNEL, Unit.LINE), Basis.COUNT),
    **dict.fromkeys((Unit.STEP, Unit.LIST, Unit.CONTRACT, Unit.TENANT, Unit.INCLUDED, Unit.SERVICE), Basis.RIGHT),
}
"""Which basis fits a unit; terms, works, documents and payments are only priced."""


@dataclass(frozen=True, slots=True)
class Words:
    """A name in both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    `gives` is the kind of entitlement that it brings (queue, advance, recording …), "" when none. `licence`:
    somebody signs in under it. `included_in`: held with any of these rows (a free row without it is asked for by
    itself, or, with a `price` of 0, only shows that something costs nothing). `months`, `days`: how long what it
    makes is kept, lengthened by the tier rows `retained_by`. `steps`: those a tier comes in, lowest first, numbers
    or words; `raised`: a number between two is raised to the next; `beyond_estimate`: above the highest an estimate
    comes first. `price`: yen without tax. `withdrawn`: closed to new use, kept by who had it. `ends_on_transfer`:
    does not go to another contractor. `fixed`: the limit it gives is this number. `due` (each that holds),
    `counted` (the first that holds), `rated`: how a price row is billed; a `quotation` row that has `due` is billed
    by it instead of monthly. `split`: who pays a call.
    """

    id: str
    feature: str
    name: Words
    kind: RowKind
    unit: Unit
    clause: str
    scope: Scope = Scope.TENANT
    basis: Basis = Basis.RIGHT
    gives: str = ""
    licence: bool = False
    price: Decimal | None = None
    included_in: tuple[str, ...] = ()
    months: int | None = None
    steps: tuple[str, ...] = ()
    days: int | None = None
    rules: tuple[Rule, ...] = ()
    raised: bool = False
    beyond_estimate: bool = False
    withdrawn: bool = False
    ends_on_transfer: bool = False
    retained_by: tuple[str, ...] = ()
    fixed: int | None = None
    due: tuple[Due, ...] = ()
    counted: tuple[Counted, ...] = PLAINLY
    rated: Rated | None = None
    split: Split | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The steps that are numbers, lowest first."""
        return tuple(int(step) for step in self.steps if step.isdigit())


@dataclass(frozen=True, slots=True)
class Table:
    """One version of a tariff, in force from `begins` to before `ends` (None: until further notice).

    `rules`: those of the whole contract. `types`: the contract types it knows (rows of kind item). `becomes`: what a
    contract type of the version before turns into when this one takes over.
    """

    tariff: str
    version: str
    name: Words
    begins: datetime
    ends: datetime | None
    scope: Scope
    rows: tuple[Row, ...]
    rules: tuple[Rule, ...] = ()
    terms: Terms = SILENT
    types: tuple[str, ...] = ()
    becomes: tuple[tuple[str, str], ...] = ()

    def row(self, id: str) -> Row | None:
        """The row of that id."""
        return next((row for row in self.rows if row.id == id), None)

    @property
    def id(self) -> str:
        """`tariff@version`, as contracts may name it."""
        return f"{self.tariff}@{self.version}"
