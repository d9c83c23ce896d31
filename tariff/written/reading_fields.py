"""Reads one TOML table into the dataclass it is meant for, by its own fields, and says what does not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from kernel.errors import ConfigurationError
from kernel.moment import TOKYO
from tariff.written.rows import Words
from tariff.written.rules import Check, Rule
from tariff.written.vocabulary import unknown

Thing = TypeVar("Thing")

_YEN: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")
CHECKS: Final[Mapping[str, type]] = {_CAPITAL.sub("_", check.__name__).lower(): check for check in get_args(Check)}
"""The named rules: the name a table writes, and what it is read into."""
_AROUND: Final = ("clause", "when", "at_transfer", "refuses")
"""What a rule says besides its check."""


class BadTable(ConfigurationError):
    """A tariff table that cannot be used: in which `file`, at which `row` ("" for the table itself) and why."""

    def __init__(self, file: str, row: str, reason: str) -> None:
        super().__init__(f"{file}: {f'row {row}: ' if row else ''}{reason}")
        self.file = file
        self.row = row
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands: at which row ("" for the table itself), in which field."""

    file: str
    row: str = ""
    field: str = ""

    def at(self, field: str) -> Place:
        """The field of that name, inside this one if there is one."""
        return replace(self, field=f"{self.field}.{field}" if self.field else field)

    def flaw(self, reason: str) -> BadTable:
        """What is wrong here."""
        return BadTable(self.file, self.row, f"{self.field}: {reason}" if self.field else reason)


@cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    """The types of the fields; asking each time is most of the time that reading the tables takes."""
    return get_type_hints(kind)


def filled(kind: type[Thing], given: object, place: Place) -> Thing:
    """A `kind`, with the fields of the TOML table `given`; fields left out have their defaults. Raises BadTable."""
    if not isinstance(given, dict):
        raise place.flaw("not a table")
    hints = _hints(kind)  # type: ignore[arg-type]  # classes are hashable
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]  # only dataclasses come here
    for name in given:
        if name not in known:
            raise place.at(name).flaw("unknown field")
    for name, field in known.items():
        if name not in given and field.default is MISSING and field.default_factory is MISSING:
            raise place.at(name).flaw("missing")
    values = {name: _value(hints[name], found, place.at(name)) for name, found in given.items()}
    for name, value in values.items():
        stray = unknown(kind, name, value)
        if stray is not None:
            raise place.at(name).flaw(f"there is no {stray}")
    return kind(**values)


def _value(hint: Any, found: object, place: Place) -> object:
    if hint == Check:
        return found  # put in by `rule`, which knows which of them is meant
    if get_origin(hint) is UnionType:
        if found is None:
            return None
        return _value(next(one for one in get_args(hint) if one is not type(None)), found, place)
    if get_origin(hint) is tuple:
        return _several(get_args(hint)[0], found, place)
    if hint is Words:
        return _words(found, place)
    if hint is Rule:
        return rule(found, place)
    if is_dataclass(hint) and isinstance(hint, type):
        return filled(hint, found, place)
    return _single(hint, found, place)


def _single(hint: Any, found: object, place: Place) -> object:
    if hint is bool:
        if not isinstance(found, bool):
            raise place.flaw("must be true or false")
        return found
    if hint is int:
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise place.flaw("must be a whole number")
        return found
    if hint is datetime:
        return _day(found, place)
    text = _text(found, place)
    if hint is Decimal:
        if _YEN.fullmatch(text) is None:
            raise place.flaw(f"{text!r} is none")
        return Decimal(text)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        try:
            return hint(text)
        except ValueError:
            raise place.flaw(f"there is no {text!r}") from None
    return text


def _several(hint: Any, found: object, place: Place) -> tuple[object, ...]:
    """A list; of pairs: a table, whose keys are their first halves; of tables: also a single one."""
    if get_origin(hint) is tuple:
        if not isinstance(found, dict):
            raise place.flaw("not a table")
        second = get_args(hint)[1]
        return tuple((name, _value(second, one, place.at(name))) for name, one in found.items())
    if is_dataclass(hint) and isinstance(found, dict):
        found = [found]
    if not isinstance(found, list):
        raise place.flaw("must be a list")
    return tuple(_value(hint, one, place) for one in found)


def rule(found: object, place: Place) -> Rule:
    """What names its kind under `rule`, its clause and when it holds; the rest belongs to the check."""
    if not isinstance(found, dict):
        raise place.flaw("not a table")
    name = _text(found.get("rule"), place.at("rule"))
    check = CHECKS.get(name)
    if check is None:
        raise place.at("rule").flaw(f"there is no {name!r}")
    inside = place.at(name)
    rest = {field: one for field, one in found.items() if field not in ("rule", *_AROUND)}
    around = {field: one for field, one in found.items() if field in _AROUND}
    return replace(filled(Rule, {"check": None, **around}, inside), check=filled(check, rest, inside))


def _text(found: object, place: Place) -> str:
    if found is None:
        raise place.flaw("missing")
    if not isinstance(found, str) or not found:
        raise place.flaw("must be text")
    return found


def _words(found: object, place: Place) -> Words:
    if not isinstance(found, dict) or set(found) != {"ja", "en"}:
        raise place.flaw("needs ja and en")
    if not all(isinstance(word, str) and word for word in found.values()):
        raise place.flaw("needs ja and en")
    return Words(found["ja"], found["en"])


def _day(found: object, place: Place) -> datetime:
    """The first moment of that day in Japan."""
    if not isinstance(found, date) or isinstance(found, datetime):
        raise place.flaw("must be a day")
    return datetime(found.year, found.month, found.day, tzinfo=TOKYO).astimezone(UTC)
