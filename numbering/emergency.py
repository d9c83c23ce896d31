"""Emergency calls [緊急通報]: 110, 118 and 119 are found in whatever spelling they are dialled."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from numbering import spelling


class Service(StrEnum):
    """Whom an emergency call reaches."""

    POLICE = "110"
    COAST_GUARD = "118"
    FIRE_AND_AMBULANCE = "119"


# Whoever dials in need may put before it what he puts before every number: the country, an outside line's 0, a wish
# about his number, a carrier. `#` at the end is the send key of many phones.
_COUNTRY: Final = r"(?:(?:\+|010|00)81)"
_WISH: Final = r"(?:184|186)"
_CARRIER: Final = r"(?:0091\d\d|00[1-8]\d)"
_BEFORE: Final = rf"0?{_WISH}{{0,2}}{_CARRIER}?{_WISH}?{_COUNTRY}?{_WISH}{{0,2}}0?"
_NUMBER: Final = re.compile(rf"{_BEFORE}(110|118|119)#?")
_PAUSES: Final = str.maketrans("", "", ",;/，；／、")


def emergency(text: str) -> Service | None:
    """The service that `text` calls, None when it is no emergency call.

    Asked before every other rule: no spelling that a person could mean as 110, 118 or 119 may be read as another
    number, be forbidden by a tariff or wait. A code with `*` or `#` before it (`#9110`) is another number.
    """
    dialled = spelling.digits(text.translate(_PAUSES).removesuffix("番"))
    if dialled is None:
        return None
    found = _NUMBER.fullmatch(dialled)
    return None if found is None else Service(found.group(1))
