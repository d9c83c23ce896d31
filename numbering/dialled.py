"""What a spelling was read as: a number with its kind, or the reason why it is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kernel.refusal import Code, Refused


class Kind(StrEnum):
    """What a number is, by the national numbering plan [電気通信番号計画] or by its country."""

    FIXED = "fixed"
    """0AB-J: a line at an address."""
    MOBILE = "mobile"
    """060, 070, 080, 090."""
    IP = "ip"
    """050."""
    FREEPHONE = "freephone"
    """0120, 0800: the called party pays."""
    NAVIDIAL = "navidial"
    """0570: one number for the whole country, at rates of its own."""
    PREMIUM = "premium"
    """0990 and its like abroad: the caller also pays for what he hears."""
    MACHINE = "machine"
    """020: pagers and machines."""
    SPECIAL = "special"
    """1XX and #XXXX: services such as 117, 171, 188, #8000."""
    EMERGENCY = "emergency"
    """110, 118, 119."""
    INTERNATIONAL = "international"
    SATELLITE = "satellite"
    EXTENSION = "extension"
    """Short digits that no network service has; whether somebody owns them only the tenant knows."""


class Reason(StrEnum):
    """Why a spelling is no number."""

    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    """Holds what no phone can dial, or `+`, `*`, `#` where they mean nothing."""
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_ALLOTTED = "not_allotted"
    """No number begins so: no area code, service, carrier or country has these digits."""
    NO_AREA_CODE = "no_area_code"
    """A local number: it lacks the area code [市外局番], without which calls from elsewhere cannot be placed."""
    ONLY_PREFIX = "only_prefix"
    """184, 186 or a carrier's code with nothing behind it."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """A number that can be dialled.

    `number`: E.164, or as it is dialled for special, emergency and extension (`117`, `#8000`). `withheld`: what the
    caller wishes for his own number, True by 184, False by 186, None when he did not say. `carrier`: the carrier's code
    (00XY) he put before it, "" none.
    """

    number: str
    kind: Kind
    withheld: bool | None = None
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No number, and why."""

    reason: Reason

    @property
    def refused(self) -> Refused:
        """The same, as a rule's no."""
        return Refused(Code.UNREADABLE_NUMBER, params=(("reason", self.reason.value),))
