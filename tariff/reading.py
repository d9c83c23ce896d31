"""Reads the text of one tariff table, and refuses whatever it does not say exactly: file, row and reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from kernel.errors import ConfigurationError
from kernel.moment import TOKYO
from tariff.rows import BASES, HAD, Basis, Row, RowKind, Scope, Table, Unit, Words

Word = TypeVar("Word", bound=StrEnum)

_TABLE: Final = frozenset({"tariff", "version", "name", "begins", "ends", "scope", "row"})
_ROW: Final = frozenset(
    {
        *("id", "feature", "name", "kind", "unit", "clause", "scope", "gives", "licence", "price"),
        *("included_in", "requires", "same_number_as", "months", "steps"),
    }
)
_ID: Final = re.compile(r"[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")
_VERSION: Final = re.compile(r"old|\d{4}-\d{2}-\d{2}")
_YEN: Final = re.compile(r"[0-9]+(\.[0-9]+)?")


class BadTable(ConfigurationError):
    """A tariff table that cannot be used: in which `file`, at which `row` ("" for the table itself) and why."""

    def __init__(self, file: str, row: str, reason: str) -> None:
        super().__init__(f"{file}: {f'row {row}: ' if row else ''}{reason}")
        self.file = file
        self.row = row
        self.reason = reason


def read(file: str, text: str) -> Table:
    """The table in the TOML `text` of `file`. Raises BadTable."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTable(file, "", f"not TOML ({error})") from error
    head = _Fields(file, "", document, _TABLE)
    rows = document.get("row")
    if not isinstance(rows, list) or not rows:
        raise BadTable(file, "", "row: at least one is needed")
    begins = head.day("begins")
    ends = head.day("ends") if "ends" in document else None
    if ends is not None and ends <= begins:
        raise BadTable(file, "", "ends: not after begins")
    table = Table(
        tariff=head.text("tariff", _NAME),
        version=head.text("version", _VERSION),
        name=head.words("name"),
        begins=begins,
        ends=ends,
        scope=head.word("scope", Scope) if "scope" in document else Scope.TENANT,
        rows=tuple(_row(file, number, row) for number, row in enumerate(rows, 1)),
    )
    _check_whole(file, table)
    return table


def _row(file: str, number: int, given: object) -> Row:
    if not isinstance(given, dict):
        raise BadTable(file, f"no. {number}", "not a table")
    id = given.get("id")
    row = _Fields(file, id if isinstance(id, str) else f"no. {number}", given, _ROW)
    kind, unit = row.word("kind", RowKind), row.word("unit", Unit)
    had = kind in HAD
    if had == ("price" in given):
        raise row.flaw("price", f"{kind} rows have none of their own" if had else f"missing, and a {kind} row needs it")
    if had and unit not in BASES:
        raise row.flaw("unit", f"nothing is counted by the {unit}")
    return Row(
        id=row.text("id", _ID),
        feature=row.text("feature", _ID),
        name=row.words("name"),
        kind=kind,
        unit=unit,
        clause=row.text("clause"),
        scope=row.word("scope", Scope) if "scope" in given else Scope.TENANT,
        basis=BASES.get(unit, Basis.RIGHT),
        gives=row.text("gives", _NAME) if "gives" in given else "",
        licence=row.yes("licence"),
        price=Decimal(row.text("price", _YEN)) if not had else None,
        included_in=row.ids("included_in"),
        requires=row.ids("requires"),
        same_number_as=row.ids("same_number_as"),
        months=row.count("months") if "months" in given else None,
        steps=row.counts("steps"),
    )


def _check_whole(file: str, table: Table) -> None:
    """What only the rows together can get wrong."""
    known: dict[str, Row] = {}
    for row in table.rows:
        if row.id in known:
            raise BadTable(file, row.id, "is there twice")
        known[row.id] = row
    priced = {row.feature for row in table.rows if row.kind not in HAD}
    for row in table.rows:
        for other in (*row.included_in, *row.requires, *row.same_number_as):
            if other not in known or known[other].kind not in HAD:
                raise BadTable(file, row.id, f"{other}: no row of this table that can be had")
        if row.kind in (RowKind.ITEM, RowKind.TIER) and row.id not in priced:
            raise BadTable(file, row.id, "price: missing, no row prices it")
        if (row.kind is RowKind.TIER) != bool(row.steps):
            raise BadTable(file, row.id, "steps: a tier has them, and nothing else")
        if (row.kind is RowKind.FREE) != bool(row.included_in):
            raise BadTable(file, row.id, "included_in: a free row is included in others, and nothing else is")
        if row.kind not in HAD and row.kind is not RowKind.FEE:
            _check_price(file, row, known.get(row.feature))


def _check_price(file: str, row: Row, item: Row | None) -> None:
    if item is None:
        raise BadTable(file, row.id, f"feature: there is no row {row.feature} to be priced")
    wanted = Unit.TERM if row.kind is RowKind.LOOKUP else item.unit
    if row.unit is not wanted and row.kind is not RowKind.ONCE:
        raise BadTable(file, row.id, f"unit: {row.unit}, but {item.id} is sold by the {wanted}")


class _Fields:
    """What one TOML table says, field by field."""

    def __init__(self, file: str, row: str, fields: Mapping[str, object], allowed: frozenset[str]) -> None:
        self._file = file
        self._row = row
        self._fields = fields
        for name in fields:
            if name not in allowed:
                raise self.flaw(name, "unknown field")

    def flaw(self, field: str, reason: str) -> BadTable:
        return BadTable(self._file, self._row, f"{field}: {reason}")

    def text(self, field: str, form: re.Pattern[str] | None = None) -> str:
        found = self._fields.get(field)
        if found is None:
            raise self.flaw(field, "missing")
        if not isinstance(found, str) or not found:
            raise self.flaw(field, "must be text")
        if form is not None and form.fullmatch(found) is None:
            raise self.flaw(field, f"{found!r} is none")
        return found

    def word(self, field: str, words: type[Word]) -> Word:
        found = self.text(field)
        try:
            return words(found)
        except ValueError:
            raise self.flaw(field, f"there is no {found!r}") from None

    def words(self, field: str) -> Words:
        found = self._fields.get(field)
        if not isinstance(found, dict) or set(found) != {"ja", "en"} or not all(_is_word(w) for w in found.values()):
            raise self.flaw(field, "needs ja and en")
        return Words(found["ja"], found["en"])

    def day(self, field: str) -> datetime:
        """The first moment of that day in Japan."""
        found = self._fields.get(field)
        if not isinstance(found, date) or isinstance(found, datetime):
            raise self.flaw(field, "missing" if found is None else "must be a day")
        return datetime(found.year, found.month, found.day, tzinfo=TOKYO).astimezone(UTC)

    def yes(self, field: str) -> bool:
        found = self._fields.get(field, False)
        if not isinstance(found, bool):
            raise self.flaw(field, "must be true or false")
        return found

    def count(self, field: str) -> int:
        return _whole(self, field, self._fields.get(field))

    def counts(self, field: str) -> tuple[int, ...]:
        found = self._fields.get(field, [])
        if not isinstance(found, list):
            raise self.flaw(field, "must be a list")
        return tuple(sorted(_whole(self, field, one) for one in found))

    def ids(self, field: str) -> tuple[str, ...]:
        found = self._fields.get(field, [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.flaw(field, "must be a list of rows")
        return tuple(found)


def _whole(fields: _Fields, field: str, found: object) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise fields.flaw(field, "must be a whole number from 1 on")
    return found


def _is_word(found: object) -> bool:
    return isinstance(found, str) and bool(found)
