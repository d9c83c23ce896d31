"""What only the rows of a tariff table together can get wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Final

from tariff.written.reading_fields import Place
from tariff.written.rows import HAD, Row, RowKind, Table, Unit
from tariff.written.rules import Rule

_NAMING: Final = frozenset(
    {
        *("rows", "row", "count", "some", "types", "most", "most_by"),
        *("without", "together", "lifted_by", "unprinted", "gone_with"),
    }
)
"""The fields in which rules and prices name rows that can be had."""
_OF_NOTHING: Final = frozenset({RowKind.ONCE, RowKind.PER_CALL, RowKind.FEE})
"""Prices that may belong to a feature of which nothing is had: calls, works, documents."""
_LOOKED_UP: Final = frozenset({Unit.TERM, Unit.CONTRACT})


def check(place: Place, table: Table) -> None:
    """Raises BadTable for the first thing that does not hold together."""
    known: dict[str, Row] = {}
    for row in table.rows:
        if row.id in known:
            raise replace(place, row=row.id).flaw("is there twice")
        known[row.id] = row
    had = {row.id for row in table.rows if row.kind in HAD}
    choices = {choice.name: choice.values for choice in table.terms.readings}
    _Whole(place, known, had, choices).head(table)
    priced = {row.feature for row in table.rows if row.kind not in HAD or row.price is not None}
    for row in table.rows:
        whole = _Whole(replace(place, row=row.id), known, had, choices)
        whole.row(row)
        if row.kind in (RowKind.ITEM, RowKind.TIER) and row.id not in priced and row.id not in table.types:
            raise whole.place.at("price").flaw("missing, no row prices it")


class _Whole:
    """One row, or the table itself, seen among all rows."""

    def __init__(self, place: Place, known: dict[str, Row], had: set[str], choices: dict[str, tuple[str, ...]]) -> None:
        self.place = place
        self._known = known
        self._had = had
        self._choices = choices

    def head(self, table: Table) -> None:
        self._rules(table.rules)
        for type_ in (*table.types, *(now for _, now in table.becomes)):
            self._can_be_had("types", type_)
        terms = table.terms
        fees = terms.fees
        for fee in (fees.invoice, fees.reinvoice, fees.statement, *(row for _, row in fees.payments)):
            if fee and (fee not in self._known or self._known[fee].kind is not RowKind.FEE):
                raise self.place.at("terms.fees").flaw(f"{fee}: no row of kind fee")
        self._named("terms.billing", terms.billing)
        if terms.classes is not None:
            self._named("terms.classes", terms.classes)

    def row(self, row: Row) -> None:
        for name in ("included_in", "retained_by"):
            for other in getattr(row, name):
                self._can_be_had(name, other)
        self._rules(row.rules)
        for due in row.due:
            self._named("due", due)
        for counted in row.counted:
            self._named("counted", counted)
        if (row.kind is RowKind.TIER) != bool(row.steps):
            raise self.place.at("steps").flaw("a tier has them, and nothing else")
        if row.included_in and row.kind not in (RowKind.FREE, RowKind.QUOTATION):
            raise self.place.at("included_in").flaw("only a free row, or one on quotation, is included in others")
        if row.kind is RowKind.FREE and row.price is None:
            self._free(row)
        elif row.kind not in HAD and row.kind not in _OF_NOTHING:
            self._price(row)

    def _free(self, row: Row) -> None:
        for other in self._known.values():
            if other.feature == row.id and other.kind not in HAD and other.kind is not RowKind.ONCE:
                raise self.place.at("included_in").flaw(f"a free row, but {other.id} prices it")

    def _price(self, row: Row) -> None:
        item = self._known.get(row.feature)
        if item is None:
            raise self.place.at("feature").flaw(f"there is no row {row.feature} to be priced")
        if row.kind is RowKind.LOOKUP:
            if row.unit not in _LOOKED_UP:
                raise self.place.at("unit").flaw(f"{row.unit}, but a tier is priced by the term or contract")
            for counted in row.counted:
                if counted.step not in item.steps:
                    raise self.place.at("counted.step").flaw(f"{counted.step!r} is no step of {item.id}")
        elif row.unit is not item.unit and not any(counted.flat or counted.rows for counted in row.counted):
            raise self.place.at("unit").flaw(f"{row.unit}, but {item.id} is sold by the {item.unit}")

    def _rules(self, rules: Iterable[Rule]) -> None:
        for rule in rules:
            self._named("rules", rule.check)
            if rule.refuses:
                self._can_be_had("rules.refuses", rule.refuses)
            self._named("rules.when", rule.when)

    def _named(self, field: str, thing: object) -> None:
        """Every row and every reading that is named must be there."""
        for name in _rows_named(thing):
            self._can_be_had(field, name)
        when = getattr(thing, "when", thing)
        for reading, value in getattr(when, "readings", ()):
            if value not in self._choices.get(reading, ()):
                raise self.place.at(field).flaw(f"{reading} = {value}: no reading of this table")
        if when is not thing and is_dataclass(when):
            for name in _rows_named(when):
                self._can_be_had(field, name)

    def _can_be_had(self, field: str, other: str) -> None:
        if other not in self._had:
            raise self.place.at(field).flaw(f"{other}: no row of this table that can be had")


def _rows_named(thing: object) -> Iterator[str]:
    for field in fields(thing):  # type: ignore[arg-type]  # only dataclasses come here
        found = getattr(thing, field.name)
        if field.name not in _NAMING or found is None or isinstance(found, int):
            continue
        if isinstance(found, str):
            yield from (found,) if found else ()
        else:
            yield from (one if isinstance(one, str) else one[0] for one in found)
