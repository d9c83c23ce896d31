"""What whoever runs the platform enters about a contract, as it is sent and shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from api.schemas.common import FIRST_YEAR, LAST_YEAR, Moment, NearMoment, Shape, Wanted
from api.schemas.contradictions import contradiction
from api.schemas.invoice import Line, MonthName
from api.schemas.ledger import RatedCall
from api.schemas.order import RowName
from tariff.money.entered import (
    ChargeEntered,
    EvadedEntered,
    OutageEntered,
    PaymentEntered,
    RateEntered,
    What,
    Withdrawn,
)
from tariff.written.rows import Words

Yen = Annotated[int, Field(gt=0, le=10_000_000_000, strict=True)]
"""Whole yen, more than none."""
Note = Annotated[str, Field(max_length=400)]
Text = Annotated[str, Field(min_length=1, max_length=100)]
Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Cause = Literal[
    "operator", "gross_negligence", "contractor", "own_network", "other_network", "own_gateway", "partner_carrier",
    "works_announced", "works_unannounced",
]  # fmt: skip


def _in_our_time(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise contradiction("centuries_away", first=str(FIRST_YEAR), last=str(LAST_YEAR))
    return day


Day = Annotated[date, AfterValidator(_in_our_time)]


class WordsWanted(Wanted):
    """A name in both languages."""

    ja: Text
    en: Text

    def words(self) -> Words:
        return Words(self.ja, self.en)


class OutageWanted(Wanted):
    """The service could not be used from when it was `known` until it was `restored`. `total`: nothing of it worked.

    `rows`: only these rows, and so many lines or seats of each (0: all of them); left out: everything.
    """

    kind: Literal["outage"]
    known: NearMoment
    restored: NearMoment
    cause: Cause
    total: bool = True
    rows: Annotated[dict[RowName, Count], Field(max_length=100)] = Field(default_factory=dict)
    note: Note = ""

    def what(self) -> What:
        return OutageEntered(self.known, self.restored, self.cause, self.total, self.rows, self.note)


class ChargeWanted(Wanted):
    """A one-off amount, whole yen without tax; `row`: the one it is for, `clause`: what it is owed by."""

    kind: Literal["charge"]
    at: Day
    yen: Yen
    name: WordsWanted
    row: RowName | Literal[""] = ""
    clause: Annotated[str, Field(max_length=60)] = ""

    def what(self) -> What:
        return ChargeEntered(self.at, Decimal(self.yen), self.name.words(), self.row, self.clause)


class PaymentWanted(Wanted):
    """Yen that came in on a day; `month`: that of the invoice it is meant for, left out: the one due first."""

    kind: Literal["payment"]
    at: Day
    yen: Yen
    month: MonthName | Literal[""] = ""

    def what(self) -> What:
        return PaymentEntered(self.at, Decimal(self.yen), self.month)


class EvadedWanted(Wanted):
    """A fee that was unlawfully evaded, whole yen without tax; the surcharge comes on top where the tariff has one."""

    kind: Literal["evaded"]
    at: Day
    yen: Yen
    name: WordsWanted | None = None

    def what(self) -> What:
        return EvadedEntered(self.at, Decimal(self.yen), None if self.name is None else self.name.words())


class RateWanted(Wanted):
    """What a call costs from a day on where the tariff prints no price: `yen` for each started `seconds` (null: for
    each call); `reference`: what the caller would have paid at the reference."""

    kind: Literal["call_rate"]
    since: Day
    number: Literal["freedial", "navidial"]
    other: Literal["fixed", "mobile", "ip_phone", "international", "satellite", "0570"]
    yen: Annotated[Decimal, Field(ge=0, le=100_000, decimal_places=4)]
    seconds: Annotated[int, Field(ge=1, le=86_400)] | None = None
    reference: Annotated[Decimal, Field(ge=0, le=100_000, decimal_places=4)] | None = None

    def what(self) -> What:
        return RateEntered(self.since, self.number, self.other, self.yen, self.seconds, self.reference)


class WithdrawalWanted(Wanted):
    """An earlier entry, which stands on no invoice yet, was a mistake."""

    kind: Literal["withdrawal"]
    entry: Annotated[int, Field(ge=1, le=1_000_000_000)]
    note: Note = ""

    def what(self) -> What:
        return Withdrawn(self.entry, self.note)


EntryWanted = Annotated[
    OutageWanted | ChargeWanted | PaymentWanted | EvadedWanted | RateWanted | WithdrawalWanted,
    Field(discriminator="kind"),
]


class Entry(Shape):
    """What was entered. `what`: the fields of its kind; `withdrawn`: a later entry says that it was a mistake."""

    number: int
    kind: str
    at: Moment
    by: str
    what: dict[str, Any]
    withdrawn: bool


class Entered(Shape):
    """An entry and what it does. `number` null: a dry run, nothing was written. `month`: the one it is billed with;
    `lines`: its lines there; `before` and `after`: what that month comes to, calls aside (null: a price is missing)."""

    number: int | None
    month: str
    before: Decimal | None
    after: Decimal | None
    lines: list[Line]


class Due(Shape):
    """An invoice: what of it is open."""

    month: str
    due: date
    yen: Decimal
    left: Decimal


class Dues(Shape):
    """What is owed at the end of a day. `overpaid`: came in and settled nothing yet; `deposit`: what is held of it."""

    on: date
    documents: list[Due]
    overpaid: Decimal
    deposit: Decimal


class PlacedOrder(Shape):
    """An order behind a line."""

    number: int
    at: Moment
    do: str
    rows: dict[str, int | str]


class Evidence(Shape):
    """What a line of an invoice comes from: entries, orders that name its row, and calls, whichever there are."""

    line: Line
    entries: list[Entry]
    orders: list[PlacedOrder]
    calls: list[RatedCall]


class Open(Shape):
    """A month that is still to be closed; `trouble`: why that failed, "" for none."""

    contract: str
    month: str
    due: Moment
    trouble: str
