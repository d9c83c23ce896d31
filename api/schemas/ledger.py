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


class Day(Shape):
    """The most in use at the same time on a day, of the `limit` then (null: none), and how many were refused.

    `name`: the kind of seat, or the called number.
    """

    day: date
    name: str
    highest: int
    limit: int | None
    refused: int


class SeatLedger(Shape):
    """The seats of a month. `highest`: by kind, over all its days."""

    month: str
    highest: dict[str, int]
    days: list[Day]
    uses: list[SeatUse]


class PlaceUse(Shape):
    """A call had a waiting place of a number from `taken` to `returned` (null: it waits still)."""

    call: str
    number: str
    taken: Moment
    returned: Moment | None


class PlaceLedger(Shape):
    """The waiting places of a month. `highest`: by called number, over all its days."""

    month: str
    highest: dict[str, int]
    days: list[Day]
    uses: list[PlaceUse]


class RateClass(Shape):
    """The calls of a month that one price row rates; `charge`: yen without tax, not rounded."""

    contract: str
    row: str
    calls: int
    units: int
    charge: Decimal


class RatedCall(Shape):
    """A call as it was rated: the evidence behind a line of the invoice. `row` "": no price is loaded.

    `leg`: the one that went out over a line, rated by its own time: a call that was given to somebody outside has one
    besides itself (null: the call itself). `assumed`: the other party's line was not known, and is rated as a fixed
    one. `caller` and `contractor`: who pays which part of the charge, where the tariff shares it; `entry`: the one that
    its price was entered with.
    """

    contract: str
    call: str
    leg: str | None
    at: Moment
    direction: str
    number: str
    other: str
    assumed: bool
    seconds: Decimal
    row: str
    units: int | None
    charge: Decimal | None
    caller: Decimal | None
    contractor: Decimal | None
    entry: int | None


class CallLedger(Shape):
    """The calls of a month by rate class, and each of them."""

    month: str
    classes: list[RateClass]
    calls: list[RatedCall]


class StorageDay(Shape):
    """Hours of sound that were kept at the end of a day (or now, on the day that runs), of how many recordings."""

    day: date
    hours: Decimal
    recordings: int


class StorageLedger(Shape):
    """Hours of sound that were kept at the end of the month (or now, while it runs), and at the end of each day.

    `highest`: the most at the end of any day.
    """

    month: str
    at: Moment
    hours: Decimal
    highest: Decimal
    days: list[StorageDay]


class IvrUse(Shape):
    """From `at` on `used` rules had an IVR, of `allowed` that were bought; `excess` are billed, by `clause`."""

    at: Moment
    contract: str
    used: int
    allowed: int
    excess: int
    clause: str


class IvrLedger(Shape):
    """The rules with an IVR of a month: the count it began with and each that followed; `highest`: the most at once."""

    month: str
    highest: int
    uses: list[IvrUse]
