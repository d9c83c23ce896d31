"""What docs/benchmarks.md said of parts that were not measured this time: it stays, with its own date and commit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from tests.load.page_lines import origin
from tests.load.results import Result

_SECTION = re.compile(r"^## ", re.MULTILINE)
_ORIGIN = re.compile(r"^Part `([^`]+)`, measured ", re.MULTILINE)
_ROW = re.compile(r"^\|.*\| (yes|\*\*no\*\*) \|.*\|$")
_MACHINE = "Machine: "


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier page: sections by their part, and rows of a table by its title and their part."""

    sections: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    machine: str = ""

    def rows_of(self, title: str, fresh: Collection[str]) -> Iterator[tuple[str, str]]:
        """(part, row) of a table, but those of parts that are `fresh`."""
        return ((part, row) for part, row in self.rows.get(title, ()) if part not in fresh)


def read(text: str) -> Before:
    """Nothing from an empty text."""
    found = Before(machine=next((line for line in text.splitlines() if line.startswith(_MACHINE)), ""))
    for section in _SECTION.split(text)[1:]:
        title, _, body = section.partition("\n")
        named = _ORIGIN.search(body)
        if named is not None:
            found.sections[named[1]] = f"## {section.rstrip()}"
        for line in body.splitlines():
            if _ROW.match(line):
                found.rows.setdefault(title, []).append((line.split("|")[-2].strip(), line))
    return found


def with_origin(result: Result, lines: Iterator[str]) -> Iterator[str]:
    """A section with the line under its title that says when and on what it was measured."""
    yield from (next(lines), "", origin(result))
    yield from lines
