"""Which destinations a tenant may dial: what costs more than a call inside Japan is denied until he is given it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from kernel.refusal import Code, Refused
from numbering import abroad
from numbering.dialled import Dialled, Kind

FREE: Final = frozenset(
    {Kind.FIXED, Kind.MOBILE, Kind.IP, Kind.FREEPHONE, Kind.SPECIAL, Kind.EMERGENCY, Kind.EXTENSION}
)
"""What every tenant may dial. Emergency calls are in it so that nobody can ever forbid them."""
_BY_COUNTRY: Final = frozenset({Kind.INTERNATIONAL, Kind.SATELLITE})
"""What a bare country code on the list allows; everything else wants a prefix that goes into the country's numbers."""
_CLAUSE: Final = "dial-permission:default-deny"
_PREFIX: Final = re.compile(r"\+[1-9][0-9]{0,14}")
_NORTH_AMERICA: Final = 1
_MEANT_BY_1: Final = frozenset({"US", "CA", None})


def is_prefix(text: str) -> bool:
    """Whether `text` may stand on a tenant's list: `+` and the first digits of E.164, the country at least."""
    return _PREFIX.fullmatch(text) is not None


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
