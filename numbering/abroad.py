"""Numbers outside Japan: which country, and whether they are satellite or premium-rate numbers."""

from __future__ import annotations

from typing import Final

import phonenumbers

from numbering.dialled import Dialled, Kind, Reason, Unreadable

_SATELLITES: Final = frozenset({870, 881, 882, 883})
"""Inmarsat, the global satellite systems, and the international networks among which Thuraya's numbers lie."""
_PREMIUM: Final = frozenset({phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST})
_INTERNATIONAL_PREMIUM: Final = 979


def read(digits: str) -> Dialled | Unreadable:
    """The number with country code `digits` (E.164 without the `+`), which is not Japan's.

    Whether a country allots a number is its own affair and changes: what has a possible length for its country is a
    number. Whether it may be called is asked elsewhere (`numbering.permission`).
    """
    number = f"+{digits}"
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return Unreadable(Reason.TOO_SHORT if len(digits) < 4 else Reason.NOT_ALLOTTED)
    match phonenumbers.is_possible_number_with_reason(parsed):
        case phonenumbers.ValidationResult.TOO_LONG:
            return Unreadable(Reason.TOO_LONG)
        case phonenumbers.ValidationResult.TOO_SHORT:
            return Unreadable(Reason.TOO_SHORT)
        case phonenumbers.ValidationResult.IS_POSSIBLE:
            pass
        case _:
            return Unreadable(Reason.NOT_ALLOTTED)
    code = parsed.country_code
    if code in _SATELLITES:
        return Dialled(number, Kind.SATELLITE)
    if code == _INTERNATIONAL_PREMIUM or phonenumbers.number_type(parsed) in _PREMIUM:
        return Dialled(number, Kind.PREMIUM)
    return Dialled(number, Kind.INTERNATIONAL)


def region(number: str) -> tuple[int, str | None]:
    """Country code of an E.164 number, and the region inside it where that is known (`(1, "CA")`)."""
    parsed = phonenumbers.parse(number, None)
    return parsed.country_code or 0, phonenumbers.region_code_for_number(parsed)
