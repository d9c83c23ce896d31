"""Reads the text of one tariff table, and refuses whatever it does not say exactly: file, row and reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from tariff.written.reading_checks import check
from tariff.written.reading_fields import BadTable as BadTable
from tariff.written.reading_fields import Place, filled
from tariff.written.rows import BASES, HAD, Row, RowKind, Table

_ID: Final = re.compile(r"[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")
_VERSION: Final = re.compile(r"old|\d{4}-\d{2}-\d{2}")
_ROWS: Final = ("row", "prices")
"""Rows stand one by one under [[row]], or, a line for each, in the list `prices`."""


def read(file: str, text: str) -> Table:
    """The table in the TOML `text` of `file`. Raises BadTable."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTable(file, "", f"not TOML ({error})") from error
    place = Place(file)
    if "rows" in document:
        raise place.at("rows").flaw("unknown field")
    rows = tuple(_rows(place, document))
    head = {name: found for name, found in document.items() if name not in _ROWS}
    table = replace(filled(Table, {"scope": "tenant", "ends": None, **head, "rows": []}, place), rows=rows)
    _form(place.at("tariff"), table.tariff, _NAME)
    _form(place.at("version"), table.version, _VERSION)
    if not rows:
        raise place.at("row").flaw("at least one is needed")
    if table.ends is not None and table.ends <= table.begins:
        raise place.at("ends").flaw("not after begins")
    check(place, table)
    return table


def _rows(place: Place, document: Mapping[str, object]) -> Iterator[Row]:
    number = 0
    for name in _ROWS:
        listed = document.get(name, [])
        if not isinstance(listed, list):
            raise place.at(name).flaw("must be a list")
        for given in listed:
            number += 1
            yield _row(place, number, given)


def _row(place: Place, number: int, given: object) -> Row:
    here = replace(place, row=f"no. {number}")
    if not isinstance(given, dict):
        raise here.flaw("not a table")
    id = given.get("id")
    if isinstance(id, str):
        here = replace(here, row=id)
    if "basis" in given:
        raise here.at("basis").flaw("unknown field")
    row = filled(Row, {"feature": id, **given} if id else given, here)
    _form(here.at("id"), row.id, _ID)
    _form(here.at("feature"), row.feature, _ID)
    if row.gives:
        _form(here.at("gives"), row.gives, _NAME)
    if row.months == 0 or row.days == 0:
        raise here.at("days" if row.days == 0 else "months").flaw("must be a whole number from 1 on")
    _check_price(here, row)
    return row if row.unit not in BASES else replace(row, basis=BASES[row.unit])


def _check_price(here: Place, row: Row) -> None:
    """What is ordered is priced by other rows; what is priced says how much; what is free may say 0."""
    place = here.at("price")
    if row.kind is RowKind.FREE:
        if row.price is not None and row.price != 0:
            raise place.flaw("free rows cost nothing")
    elif row.kind in HAD:
        if row.price is not None:
            raise place.flaw(f"{row.kind} rows have none of their own")
    elif row.price is None:
        raise place.flaw(f"missing, and a {row.kind} row needs it")
    if row.kind in HAD and row.unit not in BASES:
        raise here.at("unit").flaw(f"nothing is counted by the {row.unit}")


def _form(place: Place, text: str, form: re.Pattern[str]) -> None:
    if form.fullmatch(text) is None:
        raise place.flaw(f"{text!r} is none")
