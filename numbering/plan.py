"""Japan's numbering plan [電気通信番号計画]: what each national number is, and how long it must be."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers

from numbering.dialled import Kind, Reason

COUNTRY: Final = "+81"
REGION: Final = "JP"

# Directory, line test, faults, busy check, telegram, orders, time, services of one's own line, disaster board (171),
# weather, consumers (188), children (189).
_SERVICE: Final = re.compile(r"104|11[13-7]|122|125|136|14[1-9]|151|157|159|16[125]|171|177|188|189")

# By the digits behind the trunk prefix 0, longest first: (begins so, kind, digits with the 0, next digit may not be 0).
_BLOCKS: Final = (
    ("0800", Kind.FREEPHONE, (11,), False),
    ("0120", Kind.FREEPHONE, (10,), False),
    ("0570", Kind.NAVIDIAL, (10,), False),
    ("0990", Kind.PREMIUM, (10,), False),
    ("0200", Kind.MACHINE, (14,), False),
    ("020", Kind.MACHINE, (11,), True),
    ("050", Kind.IP, (11,), True),
    ("060", Kind.MOBILE, (11,), True),
    ("070", Kind.MOBILE, (11,), True),
    ("080", Kind.MOBILE, (11,), True),
    ("090", Kind.MOBILE, (11,), True),
)
FIXED_DIGITS: Final = 10
"""0AB-J, the 0 included."""


def national(digits: str) -> Kind | Reason:
    """What a number in national form is: digits only, the 0 in front."""
    for begin, kind, lengths, counts in _BLOCKS:
        if digits.startswith(begin):
            wrong = _length(len(digits), lengths)
            if wrong is not None:
                return wrong
            return Reason.NOT_ALLOTTED if counts and digits[len(begin)] == "0" else kind
    return _fixed(digits)


def is_service(digits: str) -> bool:
    """Whether these three digits are a service that networks give; 110, 118 and 119 are found before."""
    return _SERVICE.fullmatch(digits) is not None


def e164(digits: str) -> str:
    """A national form in E.164."""
    return COUNTRY + digits[1:]


def national_form(number: str) -> str:
    """How a number is written inside Japan, for people: `03-1234-5601`; a foreign one as `+1 212-555-0123`.

    What is no E.164 number (`117`, an extension) stays as it is.
    """
    if not number.startswith("+"):
        return number
    read = phonenumbers.parse(number, None)
    inside = number.startswith(COUNTRY)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if inside else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    written = phonenumbers.format_number(read, form)
    # A number that the library does not know yet comes back without its 0.
    return f"0{number.removeprefix(COUNTRY)}" if inside and not written.startswith("0") else written


def _fixed(digits: str) -> Kind | Reason:
    wrong = _length(len(digits), (FIXED_DIGITS,))
    if wrong is not None:
        return wrong
    read = phonenumbers.PhoneNumber(country_code=int(COUNTRY), national_number=int(digits))
    fixed = phonenumbers.number_type(read) == phonenumbers.PhoneNumberType.FIXED_LINE
    return Kind.FIXED if fixed else Reason.NOT_ALLOTTED


def _length(found: int, allowed: tuple[int, ...]) -> Reason | None:
    if found in allowed:
        return None
    return Reason.TOO_SHORT if found < min(allowed) else Reason.TOO_LONG
