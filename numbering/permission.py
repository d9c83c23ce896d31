"""Which destinations a tenant may dial: what costs more than a call inside Japan is denied until he is given it."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Final

import phonenumbers

from kernel.refusal import Code, Refused
from numbering import abroad, plan, spelling
from numbering.dialled import Dialled, Kind

FREE: Final = frozenset(
    {Kind.FIXED, Kind.MOBILE, Kind.IP, Kind.FREEPHONE, Kind.SPECIAL, Kind.EMERGENCY, Kind.EXTENSION}
)
"""What every tenant may dial. Emergency calls are in it so that nobody can ever forbid them."""
_BY_COUNTRY: Final = frozenset({Kind.INTERNATIONAL, Kind.SATELLITE})
"""What a bare country code on the list allows; everything else wants a prefix that goes into the country's numbers."""
_CLAUSE: Final = "dial-permission:default-deny"
_PREFIX: Final = re.compile(r"\+[1-9][0-9]{0,14}")
_AS_DIALLED: Final = (("+", "+"), ("010", "+"), ("0", plan.COUNTRY))
"""How a prefix may be written: in E.164, behind the prefix for calls abroad, or as it is dialled inside Japan."""
_DEAR_IN_JAPAN: Final = ("+81990", "+81570", "+8120")
"""0990, 0570 and 020: what inside Japan is not everybody's."""
_COUNTRIES: Final = frozenset(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
_NORTH_AMERICA: Final = 1
_MEANT_BY_1: Final = frozenset({"US", "CA", None})


class Unfit(StrEnum):
    """Why something cannot stand on a tenant's list of prefixes."""

    NOT_A_PREFIX = "not_a_prefix"
    """No beginning of a number: other characters, nothing at all, or longer than any number."""
    NO_COUNTRY = "no_country"
    """Does not name a whole country code: it would let several countries through."""
    NEEDLESS = "needless"
    """Calls inside Japan that everybody may make, or so short that it would cover them."""


def is_prefix(text: str) -> bool:
    """Whether `text` may stand on a tenant's list: `+` and the first digits of E.164, the country at least."""
    return _PREFIX.fullmatch(text) is not None


def prefix(text: str) -> str | Unfit:
    """What somebody wrote for a list, as it stands there: `+44`, `010-44`, `0990`, `０５７０`; or why it cannot."""
    written = spelling.digits(text) or ""
    for spelled, meant in _AS_DIALLED:
        if written.startswith(spelled):
            written = meant + written.removeprefix(spelled)
            break
    if not is_prefix(written):
        return Unfit.NOT_A_PREFIX
    if written.startswith(plan.COUNTRY):
        return written if written.startswith(_DEAR_IN_JAPAN) else Unfit.NEEDLESS
    return written if any(written[1:].startswith(code) for code in _COUNTRIES) else Unfit.NO_COUNTRY


def permitted(dialled: Dialled, allowed: Collection[str]) -> Refused | None:
    """None when the tenant with the list `allowed` of prefixes may dial it, else the rule's no.

    `+1` alone means the United States and Canada, not the islands that share the code and cost many times as much
    (`+1876` is given by itself); premium numbers and 0570 are never in a bare country code.
    """
    if dialled.kind in FREE or any(_lets(prefix, dialled) for prefix in allowed if is_prefix(prefix)):
        return None
    return Refused(Code.DESTINATION_NOT_ALLOWED, _CLAUSE, params=(("kind", dialled.kind.value),))


def _lets(prefix: str, dialled: Dialled) -> bool:
    if not dialled.number.startswith(prefix):
        return False
    country, region = abroad.region(dialled.number)
    if len(prefix) > len(f"+{country}"):
        return True
    # A prefix shorter than the country code would let several countries through.
    whole = prefix == f"+{country}" and dialled.kind in _BY_COUNTRY
    return whole and (country != _NORTH_AMERICA or region in _MEANT_BY_1)
