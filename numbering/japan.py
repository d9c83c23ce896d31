"""Reads what somebody in Japan dialled or typed: the number, what kind it is, and what he wishes for his own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from numbering import abroad, plan, spelling
from numbering.dialled import Dialled, Kind, Reason, Unreadable
from numbering.emergency import emergency

_WISH: Final = {"184": True, "186": False}
"""184 withholds one's own number for this call, 186 shows it."""
_INTO_JAPAN: Final = re.compile(r"(?:\+81|0081|01081)0?")
_OUT_OF_JAPAN: Final = re.compile(r"(?:\+|010)")
# 00XY of a carrier, 0091XY of the later ones, 001 of KDDI; behind it stands a whole number.
_CARRIER: Final = re.compile(r"(0091\d\d|00[2-8]\d|001(?=010))(?=0)")
_SHORT_CODE: Final = re.compile(r"#\d{4}")
_LOCAL_DIGITS: Final = range(7, 10)
_EXTENSION_DIGITS: Final = range(2, 7)


def read(text: str) -> Dialled | Unreadable:
    """The number that `text` means to somebody in Japan.

    Full-width digits, every kind of hyphen, brackets, spaces and a leading `tel:` are only clothing. 184 and 186 may
    stand in front, then a carrier's code, then the number: +81, 0081 or 010-81, national, international or special.
    An emergency number is found in any spelling, before everything else.
    """
    service = emergency(text)
    if service is not None:
        return Dialled(service.value, Kind.EMERGENCY)
    digits = spelling.digits(text)
    if digits is None:
        return Unreadable(Reason.NOT_DIGITS)
    if not digits:
        return Unreadable(Reason.EMPTY)
    withheld = _WISH.get(digits[:3])
    if withheld is None:
        return _with_carrier(digits)
    found = _with_carrier(digits[3:]) if digits[3:] else Unreadable(Reason.ONLY_PREFIX)
    return replace(found, withheld=withheld) if isinstance(found, Dialled) else found


def _with_carrier(digits: str) -> Dialled | Unreadable:
    carrier = None if digits.startswith("0081") else _CARRIER.match(digits)
    if carrier is None:
        return _number(digits)
    found = _number(digits[carrier.end() :])
    return replace(found, carrier=carrier.group(1)) if isinstance(found, Dialled) else found


def _number(digits: str) -> Dialled | Unreadable:
    if _SHORT_CODE.fullmatch(digits):
        return Dialled(digits, Kind.SPECIAL)
    if "*" in digits or "#" in digits or "+" in digits[1:]:
        return Unreadable(Reason.NOT_DIGITS)
    into_japan = _INTO_JAPAN.match(digits)
    if into_japan is not None:
        return _national("0" + digits[into_japan.end() :])
    out_of_japan = _OUT_OF_JAPAN.match(digits)
    if out_of_japan is not None:
        return abroad.read(digits[out_of_japan.end() :])
    return _national(digits) if digits.startswith("0") else _short(digits)


def _national(digits: str) -> Dialled | Unreadable:
    if digits == "0":
        return Unreadable(Reason.TOO_SHORT)
    if digits.startswith("00"):
        return Unreadable(Reason.ONLY_PREFIX if len(digits) <= len("0077") else Reason.NOT_ALLOTTED)
    found = plan.national(digits)
    return Unreadable(found) if isinstance(found, Reason) else Dialled(plan.e164(digits), found)


def _short(digits: str) -> Dialled | Unreadable:
    if plan.is_service(digits):
        return Dialled(digits, Kind.SPECIAL)
    if len(digits) in _EXTENSION_DIGITS:
        return Dialled(digits, Kind.EXTENSION)
    if len(digits) in _LOCAL_DIGITS:
        return Unreadable(Reason.NO_AREA_CODE)
    return Unreadable(Reason.TOO_SHORT if len(digits) < _EXTENSION_DIGITS.start else Reason.TOO_LONG)
