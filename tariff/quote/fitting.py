"""Whether a case fits the schema of the door, and where it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, cast

from jsonschema import Draft202012Validator, TypeChecker
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

_DIGITS: Final = 24
"""A number with more digits before or after its point is nothing that anybody counts or pays."""
_YEARS: Final = range(1000, 3000)
"""Days outside these are beyond what any tariff is valid for: nobody waits until thousands of years are counted."""
_SHOWN: Final = 120
_DECIMAL: Final = re.compile(r"Decimal\('([^']*)'\)")
_DAYS: Final = {"date": "day", "moment": "moment", "month": "month"}


@dataclass(frozen=True, slots=True)
class Misfit:
    """Where a case does not fit (a JSON pointer into it, RFC 6901) and why."""

    path: str
    message: str


class Unreadable(ValueError):
    """A text is no JSON."""


def parse(text: str) -> object:
    """The JSON value of a text, its fractions as exact decimals. Raises Unreadable."""
    try:
        return json.loads(text, parse_float=Decimal, parse_int=_whole, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error) or type(error).__name__) from None


class Fitting:
    """The schema of one case, ready to be asked."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        checker = Draft202012Validator.TYPE_CHECKER.redefine_many({"integer": _is_whole, "number": _is_number})
        kind = extend(  # type: ignore[no-untyped-call]
            Draft202012Validator,
            validators={"$ref": _reference(Draft202012Validator.VALIDATORS["$ref"]), "pattern": _pattern},
            type_checker=cast(TypeChecker, checker),
        )
        self._case = kind({"$ref": "#/$defs/case", "$defs": schema["$defs"]})

    def misfit(self, case: object) -> Misfit | None:
        """The first thing about the case that does not fit; None when it does."""
        error = best_match(self._case.iter_errors(case))
        return None if error is None else Misfit(pointer(_place(error)), _reason(error))


def pointer(parts: Iterable[str | int]) -> str:
    """The JSON pointer of these steps."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def moment(text: str) -> datetime:
    """The time that a text of the schema's moment names, as it was written. Raises ValueError when there is none."""
    return datetime.fromisoformat(text)


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= _DIGITS else Decimal(text)


def _constant(text: str) -> object:
    raise ValueError(f"{text} is no number of JSON")


def _is_number(_: TypeChecker, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    exponent = Decimal(value).as_tuple().exponent
    return Decimal(value).adjusted() < _DIGITS and isinstance(exponent, int) and exponent > -_DIGITS


def _is_whole(checker: TypeChecker, value: object) -> bool:
    return _is_number(checker, value) and value == Decimal(cast(Decimal, value)).to_integral_value()


def _reference(follow: Any) -> Any:
    """Following a reference, also asks whether there is such a day: a pattern cannot tell."""

    def check(validator: Any, reference: str, instance: object, schema: object) -> Iterator[ValidationError]:
        yield from follow(validator, reference, instance, schema)
        name = reference.rpartition("/")[2]
        if name in _DAYS and isinstance(instance, str) and not _there_is(name, instance):
            yield ValidationError(f"there is no such {_DAYS[name]}: {instance[:_SHOWN]!r}")
        if name == "quantity" and isinstance(instance, str) and len(instance) > _DIGITS:
            yield ValidationError(f"nobody can have so many: {instance[:_SHOWN]!r}")
        if name == "yen" and isinstance(instance, str) and len(instance) > _DIGITS:
            yield ValidationError(f"nobody pays so much: {instance[:_SHOWN]!r}")

    return check


def _pattern(_: Any, pattern: str, instance: object, schema: object) -> Iterator[ValidationError]:
    """A pattern as JSON Schema means it: digits are ASCII, and its end is the end, not the line before it."""
    exact = pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(exact, instance, re.ASCII):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _there_is(name: str, text: str) -> bool:
    try:
        day = date.fromisoformat(f"{text}-01" if name == "month" else text[:10])
        if name == "moment":
            moment(text)
    except ValueError:
        return False
    return day.year in _YEARS


def _place(error: ValidationError) -> list[str | int]:
    place = list(error.absolute_path)
    if "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str):
        return [*place, error.instance]
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
        return [*place, *[name for name in error.instance if name not in known][:1]]
    return place


def _reason(error: ValidationError) -> str:
    message = _DECIMAL.sub(r"\1", error.message)
    return message if len(message) <= _SHOWN * 2 else f"{message[:_SHOWN]} … {message[-_SHOWN:]}"
