"""What was measured or entered about a contract: calls, outages, recordings, charges, debts and payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Call:
    """`times` equal calls. `seconds`: the answered time. Words as in docs/quote.schema.json.

    `number`: the kind of own number it came in on or shows; `other`: the kind of the other party's line. `charge`: the
    whole NaviDial charge, `reference`: what the caller's call would cost at the reference, yen.
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


@dataclass(frozen=True, slots=True)
class Outage:
    """From `known` (or `failed`, where that counts) to `restored`; `total`: every function gone, or as good as."""

    known: datetime
    restored: datetime
    cause: str
    failed: datetime | None = None
    total: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """A recording or record of the feature `row`, made at a moment (the end of its call); `dr`: at the second site."""

    row: str
    made: datetime
    dr: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount entered by hand; `inclusive`: its own tax is in it, not rounded again. `row` "": no row of a table."""

    at: date
    yen: Decimal
    row: str = ""
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class Debt:
    """An open item of fees, or of `late_interest`."""

    yen: Decimal
    due: date
    kind: str = "fees"


@dataclass(frozen=True, slots=True)
class Payment:
    """Yen that came in on a day."""

    at: date
    yen: Decimal
