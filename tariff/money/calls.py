"""What a call costs, and who of caller and contractor pays which part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Final

from tariff.counting.month import Month, day_of, month_of
from tariff.counting.records import Call
from tariff.counting.yen import NOTHING, cut
from tariff.holding.history import History, Holding
from tariff.money import account, shared
from tariff.money.account import Account
from tariff.money.bills import RatedCall
from tariff.written.catalogue import Catalogue
from tariff.written.rows import Row, Table

ANSWERED: Final = "answered"
IN: Final = "in"
NO_RATE: Final = RatedCall(callable=False)
Kind = tuple[str, str, str]
"""Direction, kind of own number, kind of the other party's line."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The per-call rows of a table by kind of call; the own numbers they speak of, those of them whose calls in cost
    something, and the ones whose charge comes with the call."""

    rows: Mapping[Kind, Row]
    numbers: frozenset[str]
    charged_in: frozenset[str]
    split: frozenset[str]


@dataclass(slots=True)
class CallTotal:
    """The calls of a month under one price row: units, and yen exact and with each call cut off.

    `price` None: there was more than one. `entries`: those with which prices were entered, by number.
    """

    row: Row
    price: Decimal | None
    units: int = 0
    exact: Decimal = NOTHING
    each_cut: Decimal = NOTHING
    entries: set[int] = field(default_factory=set)

    def add(self, each: Decimal, units: int, times: int) -> None:
        """`times` more calls of so many units at a price."""
        self.units += units * times
        self.exact += each * units * times
        self.each_cut += cut(each * units) * times
        if each != self.price:
            self.price = None


Totals = dict[Month, dict[str, CallTotal]]


def rate(catalogue: Catalogue, history: History, call: Call) -> RatedCall:
    """What one entry of calls costs."""
    return Rater(account.of(catalogue, history)).rate(call)


class Rater:
    """Rates the calls of one contract."""

    def __init__(self, of: Account) -> None:
        self._of = of
        self._rates: dict[str, Rates] = {}
        self._prices: dict[tuple[str, str, object], Decimal | None] = {}

    def rate(self, call: Call) -> RatedCall:
        """What it costs, all its equals together."""
        holding = self._holding(call)
        rates = self._rates_of(holding.table)
        row = rates.rows.get((call.direction, call.number, call.other))
        if row is not None:
            each = self._price(row, holding, call)
            if each is None:
                return NO_RATE
            if call.ended != ANSWERED:
                return RatedCall(row.id, 0, NOTHING)
            units = _units(row, call) * call.times
            return RatedCall(row.id, units, each * units)
        if call.direction != IN:
            return NO_RATE
        if call.number in rates.split:
            return _shared(call, holding)
        free = call.number in rates.numbers and call.number not in rates.charged_in
        return RatedCall(units=0, charge=NOTHING) if free else NO_RATE

    def moved_by(self, call: Call) -> str:
        """The row by which the contractor pays a part of a charge that comes with the call, "" where none does."""
        part = shared.contractor(call, self._holding(call))
        return "" if part is None else part[0].id

    def totals(self, calls: Iterable[Call]) -> Totals:
        """The sums of all calls that have a rate, by month and price row."""
        found: Totals = {}
        for call in calls:
            holding = self._holding(call)
            row = self._rates_of(holding.table).rows.get((call.direction, call.number, call.other))
            if row is None:
                self._add_shared(found, call, holding)
                continue
            if call.ended != ANSWERED:
                continue
            each = self._price(row, holding, call)
            if each is not None:
                sums = found.setdefault(month_of(day_of(call.at)), {})
                if row.id not in sums:
                    sums[row.id] = CallTotal(row, each)
                sums[row.id].add(each, _units(row, call), call.times)
        return found

    def _add_shared(self, found: Totals, call: Call, holding: Holding) -> None:
        """The contractor's part of a call whose charge was entered; one that came with the call is another's bill."""
        part = shared.contractor(call, holding) if call.entry and call.ended == ANSWERED else None
        if part is not None:
            row, moved = part
            sums = found.setdefault(month_of(day_of(call.at)), {})
            total = sums.setdefault(row.id, CallTotal(row, None))
            total.add(moved, 1, call.times)
            total.entries.add(call.entry)

    def _holding(self, call: Call) -> Holding:
        """What is held then; outside the contract's life, what was held next to it."""
        spans = self._of.life.spans
        return next((span.holding for span in reversed(spans) if span.begins <= call.at), spans[0].holding)

    def _rates_of(self, table: Table) -> Rates:
        found = self._rates.get(table.id)
        if found is None:
            found = self._rates[table.id] = rates(table)
        return found

    def _price(self, row: Row, holding: Holding, call: Call) -> Decimal | None:
        key = (holding.table.id, row.id, day_of(call.at) if self._of.head.prices else None)
        if key not in self._prices:
            self._prices[key] = account.price(self._of, row, holding, day_of(call.at))
        return self._prices[key]


def rates(table: Table) -> Rates:
    """The rates of a table, ready to be looked up."""
    rows: dict[Kind, Row] = {}
    for row in table.rows:
        if row.rated is not None:
            for number in row.rated.numbers:
                for other in row.rated.others:
                    rows.setdefault((row.rated.direction, number, other), row)
    numbers = frozenset(number for _, number, _ in rows)
    charged_in = frozenset(number for direction, number, _ in rows if direction == IN)
    split = frozenset(number for row in table.rows if row.split is not None for number in row.split.numbers)
    return Rates(rows, numbers, charged_in, split)


def _units(row: Row, call: Call) -> int:
    """Each started unit counts, an answered call of no length as one."""
    seconds = None if row.rated is None else row.rated.seconds
    return 1 if seconds is None else max(1, int((call.seconds / seconds).to_integral_value(ROUND_CEILING)))


def _shared(call: Call, holding: Holding) -> RatedCall:
    """Who pays a charge that comes with the call: the caller, as far as nothing that is held moves it."""
    if call.ended != ANSWERED:
        return RatedCall(charge=NOTHING, caller=NOTHING, contractor=NOTHING)
    if call.charge is None:
        return NO_RATE
    part = shared.contractor(call, holding)
    moved = NOTHING if part is None else part[1]
    times = call.times
    return RatedCall(charge=call.charge * times, caller=(call.charge - moved) * times, contractor=moved * times)
