"""Exact yen: cutting off what is under one, and the tax that is in or on an amount."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Context, Decimal, Inexact
from typing import Final

NOTHING: Final = Decimal(0)
EXACT: Final = Context(prec=60, traps=[Inexact])
"""For products and sums that must not lose a digit."""
_WIDE: Final = Context(prec=60)


def cut(yen: Decimal) -> Decimal:
    """Without what is under one yen."""
    return yen.to_integral_value(ROUND_FLOOR)


def part(yen: Decimal, of: int, whole: int) -> Decimal:
    """yen × of ÷ whole, cut off; exact, since the product is made first."""
    return cut(_WIDE.divide_int(EXACT.multiply(yen, Decimal(of)), Decimal(whole)))


def percent(yen: Decimal, rate: int) -> Decimal:
    """So many percent, cut off."""
    return part(yen, rate, 100)


def tax_within(yen: Decimal, rate: int) -> Decimal:
    """The tax that is in an amount entered with it, cut off."""
    return part(yen, rate, 100 + rate)
