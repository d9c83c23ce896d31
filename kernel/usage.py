"""What a call consumed, for charging, in words that stay when the number itself has been erased."""

from __future__ import annotations

from enum import StrEnum


class LineKind(StrEnum):
    """The kind of the other party's line, as tariffs price calls; known when the call takes place.

    `other`: one that no tariff prices. `unknown`: the number was withheld, or could not be read.
    """

    FIXED = "fixed"
    MOBILE = "mobile"
    IP_PHONE = "ip_phone"
    NAVIDIAL = "0570"
    INTERNATIONAL = "international"
    SATELLITE = "satellite"
    OTHER = "other"
    UNKNOWN = "unknown"
