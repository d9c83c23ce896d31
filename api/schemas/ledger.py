"""The ledgers behind the invoices: seats, calls and storage of a month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from api.schemas.common import Moment, Shape


class SeatUse(Shape):
    """An agent had a seat of a kind from `taken` to `returned` (null: he has it still)."""

    agent: str
    kind: str
    taken: Moment
    returned: Moment | None
    why: str


class SeatDay(Shape):
    """The most seats of a kind in use at the same time on a day, the limit then, and how many were refused."""

    day: date
    kind: str
    highest: int
    limit: int | None
    refused: int


class SeatLedger(Shape):
    """The seats of a month. `highest`: by kind, over all its days."""

    month: str
    highest: dict[str, int]
    days: list[SeatDay]
    uses: list[SeatUse]


class RateClass(Shape):
    """The calls of a month that one price row rates; `charge`: yen without tax, not rounded."""

    contract: str
    row: str
    calls: int
    units: int
    charge: Decimal


class RatedCall(Shape):
    """A call as it was rated: the evidence behind a line of the invoice. `row` "": no price is loaded."""

    contract: str
    call: str
    at: Moment
    direction: str
    number: str
    other: str
    seconds: Decimal
    row: str
    units: int | None
    charge: Decimal | None


class CallLedger(Shape):
    """The calls of a month by rate class, and each of them."""

    month: str
    classes: list[RateClass]
    calls: list[RatedCall]


class StorageLedger(Shape):
    """Hours of sound that were kept at the end of the month (or now, while it runs)."""

    month: str
    at: Moment
    hours: Decimal
