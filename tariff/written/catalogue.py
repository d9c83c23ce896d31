"""All tariff tables there are, and which one is in force when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tariff.written import reading
from tariff.written.reading import BadTable
from tariff.written.rows import Row, Table


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The tables by tariff, earliest version first."""

    tables: Mapping[str, tuple[Table, ...]]

    def table(self, named: str, at: datetime) -> Table | None:
        """The table that `tariff` (the version in force at `at`) or `tariff@version` names; None when there is none."""
        tariff, _, version = named.partition("@")
        for table in self.tables.get(tariff, ()):
            if table.version == version or (not version and in_force(table.begins, table.ends, at)):
                return table
        return None

    def knows(self, named: str) -> bool:
        """Whether there is such a tariff, or such a version of it."""
        tariff, _, version = named.partition("@")
        return any(not version or table.version == version for table in self.tables.get(tariff, ()))

    def row(self, id: str, at: datetime) -> tuple[Table, Row] | None:
        """The row of that id in the tables in force at `at`."""
        for tariff in self.tables:
            table = self.table(tariff, at)
            row = None if table is None else table.row(id)
            if table is not None and row is not None:
                return table, row
        return None


def read(texts: Mapping[str, str]) -> Catalogue:
    """The catalogue of the TOML texts, by file name. Raises BadTable, also when two versions of a tariff overlap."""
    tables: dict[str, list[tuple[Table, str]]] = {}
    for file, text in sorted(texts.items()):
        table = reading.read(file, text)
        tables.setdefault(table.tariff, []).append((table, file))
    for versions in tables.values():
        versions.sort(key=lambda known: known[0].begins)
        for (earlier, first), (later, second) in pairwise(versions):
            if earlier.version == later.version:
                raise BadTable(second, "", f"version: {later.id} is in {first} too")
            if earlier.ends is None or earlier.ends > later.begins:
                raise BadTable(second, "", f"begins: overlaps the period of {first}")
    return Catalogue({tariff: tuple(table for table, _ in versions) for tariff, versions in tables.items()})


def in_force(begins: datetime, ends: datetime | None, at: datetime) -> bool:
    """Whether `at` lies in the half-open period."""
    return begins <= at and (ends is None or at < ends)
