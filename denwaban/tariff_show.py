"""`denwaban tariff show TARIFF[@VERSION]`: what a tariff sells, on what conditions, for how much."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from api.texts import label
from denwaban import tariff_said as said
from denwaban.board import language as terminals
from store.tariffs import packaged
from tariff.written.catalogue import Catalogue
from tariff.written.reading import BadTable
from tariff.written.rows import Row, Table

_WIDE: Final = 180


def main(named: str, language: str | None) -> int:
    """Print the table; without a version the one in force today, or else the last; 1 when there is none."""
    try:
        table = find(packaged(), named, datetime.now(UTC))
    except BadTable as error:
        print(error, file=sys.stderr)
        return 1
    if table is None:
        print(f"{named}: there is no such table; denwaban tariff validate tells which there are", file=sys.stderr)
        return 1
    show(console(), table, language or terminals())
    return 0


def console() -> Console:
    """The terminal; what is written to a file or pipe has lines of its own width."""
    return Console() if sys.stdout.isatty() else Console(width=_WIDE)


def find(known: Catalogue, named: str, now: datetime) -> Table | None:
    """The table that is meant."""
    found = known.table(named, now)
    if found is None and "@" not in named:
        found = next(reversed(known.tables.get(named, ())), None)
    return found


def show(console: Console, table: Table, language: str) -> None:
    """The whole table: its head, what can be had, what is priced, what holds for the contract as a whole."""
    until = "" if table.ends is None else said.day(table.ends)
    name = getattr(table.name, language)
    console.print(f"[bold]{escape(name)}[/]  {table.id}  {said.day(table.begins)} – {until}")
    for line in said.rules(table, language):
        console.print(f"  {escape(line)}")
    had = [row for row in table.rows if row.price is None]
    priced = [row for row in table.rows if row.price is not None]
    console.print(_features(had, language))
    if priced:
        console.print(_prices(priced, language))
    console.print(_terms(table, language))


def _grid(title: str, columns: tuple[str, ...], language: str) -> Grid:
    grid = Grid(title=label("tariff", title, language), title_justify="left")
    for column in columns:
        grid.add_column(
            label("tariff", column, language), justify="right" if column == "price" else "left", overflow="fold"
        )
    return grid


def _features(rows: list[Row], language: str) -> Grid:
    grid = _grid("features", ("row", "name", "sold", "rules", "clause"), language)
    for row in rows:
        held = "\n".join(part for part in (said.particulars(row), *said.rules(row, language)) if part)
        grid.add_row(row.id, escape(getattr(row.name, language)), f"{row.kind}, {row.unit}", escape(held), row.clause)
    return grid


def _prices(rows: list[Row], language: str) -> Grid:
    grid = _grid("prices", ("row", "name", "sold", "price", "counted", "clause"), language)
    for row in rows:
        name, sold = escape(getattr(row.name, language)), f"{row.kind}, {row.unit}"
        grid.add_row(row.id, name, sold, f"{row.price:,}", escape(said.particulars(row)), row.clause)
    return grid


def _terms(table: Table, language: str) -> Grid:
    grid = _grid("terms", ("term", "says"), language)
    for name, text in said.terms(table.terms):
        grid.add_row(name, escape(text))
    return grid
