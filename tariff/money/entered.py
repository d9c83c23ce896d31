"""What whoever runs the platform enters about a contract: numbered lines that are never changed, only withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import TypeVar

from tariff.counting.month import Month, day_of
from tariff.counting.records import Call, Charge, Evaded, Outage, Payment
from tariff.money.closed import ClosedMonth
from tariff.money.dues import debts_of, set_off_before
from tariff.money.measured import Measured
from tariff.written.rows import Words


@dataclass(frozen=True, slots=True)
class OutageEntered:
    """The service could not be used. `total`: nothing of it; `rows`: only these, and so many of each (0: all)."""

    known: datetime
    restored: datetime
    cause: str
    total: bool = True
    rows: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChargeEntered:
    """A one-off amount, yen without tax. `row`: the one of the table it is for, "" for none."""

    at: date
    yen: Decimal
    name: Words
    row: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class PaymentEntered:
    """Yen that came in on a day. `month`: that of the document it is meant for, "": the oldest open one."""

    at: date
    yen: Decimal
    month: str = ""


@dataclass(frozen=True, slots=True)
class EvadedEntered:
    """A fee that was unlawfully evaded, yen without tax."""

    at: date
    yen: Decimal
    name: Words | None = None


@dataclass(frozen=True, slots=True)
class RateEntered:
    """What a call on a kind of own `number` from a kind of line costs from a day on, where the tariff prints no price:
    `yen` for each started `seconds` (None: for each call). `reference`: what the caller would pay at the reference."""

    since: date
    number: str
    other: str
    yen: Decimal
    seconds: int | None = None
    reference: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An earlier entry was a mistake; it stands on no document."""

    entry: int
    note: str = ""


What = OutageEntered | ChargeEntered | PaymentEntered | EvadedEntered | RateEntered | Withdrawn
_Kind = TypeVar("_Kind", OutageEntered, ChargeEntered, PaymentEntered, EvadedEntered, RateEntered)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; `number` counts from 1 within the contract, `by`: who entered it."""

    number: int
    what: What
    at: datetime
    by: str


def standing(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Those that were not withdrawn, in their order."""
    gone = {one.what.entry for one in entries if isinstance(one.what, Withdrawn)}
    return tuple(one for one in entries if one.number not in gone and not isinstance(one.what, Withdrawn))


def measured(entries: Sequence[Entry], documents: Sequence[ClosedMonth], calls: Iterable[Call]) -> Measured:
    """All that goes into the documents of a contract, besides what it holds. `documents`: those that are fixed."""
    known = standing(entries)
    prices = rates(entries)
    return Measured(
        calls=tuple(priced(call, prices) for call in calls) if prices else calls,
        charges=tuple(
            Charge(what.at, what.yen, what.row, name=what.name, clause=what.clause, entry=number)
            for number, what in _of(known, ChargeEntered)
        ),
        outages=tuple(
            Outage(what.known, what.restored, what.cause, total=what.total, affected=what.rows, entry=number)
            for number, what in _of(known, OutageEntered)
        ),
        evaded=tuple(Evaded(what.at, what.yen, what.name, number) for number, what in _of(known, EvadedEntered)),
        debts=debts_of(documents),
        payments=payments(known, documents),
        closed={Month(*map(int, one.month.split("-"))): one.seen for one in documents},
    )


def payments(entries: Sequence[Entry], documents: Sequence[ClosedMonth]) -> tuple[Payment, ...]:
    """What came in, and what documents say was taken from the deposit."""
    paid = (Payment(what.at, what.yen, what.month, number) for number, what in _of(standing(entries), PaymentEntered))
    return (*paid, *set_off_before(documents))


def rates(entries: Sequence[Entry]) -> list[tuple[int, RateEntered]]:
    """The prices of calls that were entered, each with its number."""
    return _of(standing(entries), RateEntered)


def priced(call: Call, rates: Sequence[tuple[int, RateEntered]]) -> Call:
    """The call with its charge by the newest rate for its day, which is entry `int`; without one as it is."""
    found: tuple[int, RateEntered] | None = None
    for number, rate in rates:
        fits = (rate.number, rate.other) == (call.number, call.other) and rate.since <= day_of(call.at)
        if fits and call.direction == "in" and (found is None or rate.since >= found[1].since):
            found = number, rate
    return call if found is None else _charged(call, *found)


def _charged(call: Call, number: int, rate: RateEntered) -> Call:
    units = 1 if rate.seconds is None else max(1, int((call.seconds / rate.seconds).to_integral_value(ROUND_CEILING)))
    return Call(
        call.at,
        call.direction,
        call.number,
        call.other,
        call.seconds,
        call.ended,
        call.times,
        rate.yen * units,
        None if rate.reference is None else rate.reference * units,
        call.rerouted,
        number,
    )


def _of(entries: Iterable[Entry], kind: type[_Kind]) -> list[tuple[int, _Kind]]:
    return [(one.number, one.what) for one in entries if isinstance(one.what, kind)]
