"""What was measured or entered about a contract: calls, outages, recordings, charges, debts and payments.

`entry`: the number of what the platform entered, which the lines made of it name; 0: it stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from tariff.written.rows import Words


@dataclass(frozen=True, slots=True)
class Call:
    """`times` equal calls. `seconds`: the answered time. Words as in docs/quote.schema.json.

    `number`: the kind of own number it came in on or shows; `other`: the kind of the other party's line. `charge`: the
    whole NaviDial charge, `reference`: what the caller's call would cost at the reference, yen; where they come from an
    `entry`, the contractor's part of it stands on the invoice.
    """

    at: datetime
    direction: str
    number: str
    other: str
    seconds: Decimal = Decimal(0)
    ended: str = "answered"
    times: int = 1
    charge: Decimal | None = None
    reference: Decimal | None = None
    rerouted: str = "no"
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Outage:
    """From `known` (or `failed`, where that counts) to `restored`; `total`: every function gone, or as good as.

    `affected`: only these rows, and so many of each (0: all that are had); empty: everything.
    """

    known: datetime
    restored: datetime
    cause: str
    failed: datetime | None = None
    total: bool = True
    affected: Mapping[str, int] = field(default_factory=dict)
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """A recording or record of the feature `row`, made at a moment (the end of its call); `dr`: at the second site."""

    row: str
    made: datetime
    dr: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount entered by hand; `inclusive`: its own tax is in it, not rounded again. `row` "": no row of a table.

    `name` and `clause`: what stands on the line, instead of those of the row.
    """

    at: date
    yen: Decimal
    row: str = ""
    inclusive: bool = False
    name: Words | None = None
    clause: str = ""
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Evaded:
    """A fee that was unlawfully evaded, yen without tax."""

    at: date
    yen: Decimal
    name: Words | None = None
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Debt:
    """An open item of fees, or of `late_interest`. `of`: the month of its document, "" for none."""

    yen: Decimal
    due: date
    kind: str = "fees"
    of: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Yen that came in on a day. `of`: the month of the document that it was meant for, which it settles first."""

    at: date
    yen: Decimal
    of: str = ""
    entry: int = 0
