"""Says in a line what a row of a tariff table, one of its rules or one of its terms holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Any, Final

from api.texts import label
from kernel.moment import TOKYO
from tariff.written.pricing import PLAINLY
from tariff.written.reading_fields import CHECKS
from tariff.written.rows import Row, Table
from tariff.written.rules import ALWAYS, Rule
from tariff.written.terms import Terms

_NAMES: Final = {check: name for name, check in CHECKS.items()}
_APART: Final = frozenset(
    {"id", "feature", "name", "kind", "unit", "clause", "price", "rules", "basis", "scope", "gives"}
)
"""What a row says in columns of their own."""


def day(moment: datetime) -> str:
    """The day in Japan."""
    return f"{moment.astimezone(TOKYO):%Y-%m-%d}"


def rule(said: Rule, language: str) -> str:
    """A rule with its details, when it holds, and its clause."""
    parts = [label("rule", _NAMES[type(said.check)], language), details(said.check)]
    if said.when != ALWAYS:
        parts.append(f"({label('tariff', 'when', language)} {details(said.when)})")
    parts.append(f"[{said.clause}]")
    return " ".join(part for part in parts if part)


def rules(row: Row | Table, language: str) -> tuple[str, ...]:
    """Every rule of a row, or of the whole table."""
    return tuple(rule(one, language) for one in row.rules)


def particulars(row: Row) -> str:
    """What a row says besides its columns and rules."""
    return details(row, apart=_APART)


def terms(said: Terms) -> Iterator[tuple[str, str]]:
    """Each part of the terms that the table has, and what it says; of readings one by one."""
    for field in fields(said):
        found = getattr(said, field.name)
        if field.name == "readings":
            yield from ((f"readings.{one.name}", f"{' | '.join(one.values)} [{one.clause}]") for one in found)
        elif found is not None and (text := details(found)):
            yield field.name, text


def details(thing: Any, apart: frozenset[str] = frozenset()) -> str:
    """The fields of a dataclass that are not what they are when nothing is said."""
    said = []
    for field in fields(thing):
        found = getattr(thing, field.name)
        plain = field.default if field.default is not MISSING else None
        if field.name in apart or found == plain or found in ((), PLAINLY, ALWAYS):
            continue
        said.append(field.name if found is True else f"{field.name} {_value(found)}")
    return "; ".join(said)


def _value(found: Any) -> str:
    if is_dataclass(found):
        return f"({details(found)})"
    if isinstance(found, tuple):
        return ", ".join(f"{one[0]} = {_value(one[1])}" if isinstance(one, tuple) else _value(one) for one in found)
    return str(found)
