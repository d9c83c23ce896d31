"""Single values of a case: days, moments, yen, quantities, settings; each has been found to fit before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kernel.moment import TOKYO
from tariff.holding.history import PriceList, Quantity, Settings
from tariff.quote.fitting import moment

Given = Mapping[str, Any]
"""An object of the case."""


def when(text: str) -> datetime:
    """A moment in Japan time; a text without an offset is in it, a day is its 00:00."""
    read = moment(text)
    return read.replace(tzinfo=TOKYO) if read.tzinfo is None else read.astimezone(TOKYO)


def day(given: Given, name: str) -> date | None:
    """The day of that name, if there is one."""
    text = given.get(name)
    return None if text is None else date.fromisoformat(text)


def yen(value: Any) -> Decimal:
    """An exact amount."""
    return Decimal(value)


def quantities(given: Mapping[str, Any]) -> dict[str, Quantity]:
    """Counts as integers; a step that is no number ("400-1000") stays a text."""
    return {row: _quantity(value) for row, value in given.items()}


def settings(given: Mapping[str, Mapping[str, Any]]) -> Settings:
    """Settings by row, their whole numbers as integers."""
    return {row: {name: _plain(value) for name, value in named.items()} for row, named in given.items()}


def facts(given: Given) -> dict[str, object]:
    """The facts that are given, as the fields of tariff.holding.history.Facts."""
    return {name: _fact(name, value) for name, value in given.items()}


def prices(given: Mapping[str, Any]) -> PriceList:
    """Unit prices by row, earliest first."""
    return {row: _price(value) for row, value in given.items()}


def _quantity(value: Any) -> Quantity:
    return value if isinstance(value, str) and not value.isdecimal() else int(value)


def _plain(value: Any) -> object:
    match value:
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case Mapping():
            return {name: _plain(inner) for name, inner in value.items()}
        case list():
            return tuple(_plain(inner) for inner in value)
        case _:
            return value


def _fact(name: str, value: Any) -> object:
    if name == "lines":
        return tuple(int(line["channels"]) for line in value)
    return tuple(value) if isinstance(value, list) else _plain(value)


def _price(value: Any) -> tuple[tuple[date | None, Decimal], ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ((None, yen(value)),)
    dated = sorted((date.fromisoformat(one["from"]), yen(one["yen"])) for one in value)
    return tuple(dated)
