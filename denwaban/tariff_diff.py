"""`denwaban tariff diff A B`: what one tariff table has, and another has not or says otherwise."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from rich.markup import escape

from denwaban import tariff_said as said
from denwaban.board import language as terminals
from denwaban.tariff_show import console, find
from store.tariffs import packaged
from tariff.written.reading import BadTable
from tariff.written.rows import Row, Table

_COLOURS: Final = {"-": "red", "+": "green", "~": "yellow"}


def main(first: str, second: str, language: str | None) -> int:
    """Print the differences, a line each; 1 when one of the tables is not there."""
    try:
        known, now = packaged(), datetime.now(UTC)
    except BadTable as error:
        print(error, file=sys.stderr)
        return 1
    tables = [find(known, named, now) for named in (first, second)]
    for named, table in zip((first, second), tables, strict=True):
        if table is None:
            print(f"{named}: there is no such table; denwaban tariff validate tells which there are", file=sys.stderr)
            return 1
    before, after = (table for table in tables if table is not None)
    out = console()
    for sign, text in differences(before, after, language or terminals()):
        out.print(f"[{_COLOURS[sign]}]{sign}[/] {escape(text)}", soft_wrap=True)
    return 0


def differences(before: Table, after: Table, language: str) -> Iterator[tuple[str, str]]:
    """What is gone (-), what is new (+), what is otherwise (~): the head, row by row, the terms."""
    yield from _changed("", _head(before, language), _head(after, language))
    rows = {row.id: row for row in before.rows}, {row.id: row for row in after.rows}
    for id, row in rows[0].items():
        if id not in rows[1]:
            yield "-", f"{id} {getattr(row.name, language)}"
    for id, row in rows[1].items():
        if id not in rows[0]:
            yield "+", f"{id} {getattr(row.name, language)}{_priced(row)}"
        else:
            yield from _changed(id, _row(rows[0][id], language), _row(row, language))
    yield from _changed("terms", dict(said.terms(before.terms)), dict(said.terms(after.terms)))


def _changed(of: str, before: dict[str, str], after: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now:
            yield "~", f"{of} {name}: {was or '–'} → {now or '–'}".strip()


def _head(table: Table, language: str) -> dict[str, str]:
    return {
        "name": getattr(table.name, language),
        "period": f"{said.day(table.begins)} – {'' if table.ends is None else said.day(table.ends)}",
        "types": ", ".join(table.types),
        "rules": "; ".join(said.rules(table, language)),
    }


def _row(row: Row, language: str) -> dict[str, str]:
    return {
        "name": getattr(row.name, language),
        "kind": row.kind,
        "unit": row.unit,
        "price": "" if row.price is None else str(row.price),
        "clause": row.clause,
        "particulars": said.particulars(row),
        "rules": "; ".join(said.rules(row, language)),
    }


def _priced(row: Row) -> str:
    return "" if row.price is None else f" {row.price}"
