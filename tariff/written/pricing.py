"""How a price row counts: when something is due once, how many are billed each month, which calls it rates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tariff.written.rules import ALWAYS, When


class Happening(StrEnum):
    """What makes a row of kind `once` due."""

    START = "start"
    QUANTITY_CHANGED = "quantity_changed"
    FEATURE_CHANGED = "feature_changed"
    TIER_CHANGED = "tier_changed"
    SETTING_CHANGED = "setting_changed"
    TYPE_CHANGED = "type_changed"
    ADDED = "added"
    SMALL = "small"
    ORDERED = "ordered"


@dataclass(frozen=True, slots=True)
class Due:
    """When a row of kind `once` is due, and how often.

    `rows`: the rows it is about (empty: any other). START: at the start of the contract, or, with `together`, when
    the first of those is had; once, or `each` unit of `rows`, `above` so many. ADDED: for each unit more than
    before (when one of `together` was had before), of those `above` so many. QUANTITY_CHANGED: once per order that
    changes `rows`; `crossing`: only when the resource class changes and none of `without` is had, and then instead
    of the row that does not say so. FEATURE_CHANGED and TIER_CHANGED: once per row touched by an order after the
    start, or, with `at_start`, once per row had from the start. SETTING_CHANGED: setting `setting` of `rows`.
    TYPE_CHANGED: the contract's type. SMALL: once, when the sum of `rows` is at most `most` at the start or within
    `months` after it. ORDERED: only when bought.
    """

    on: Happening
    rows: tuple[str, ...] = ()
    each: bool = False
    above: int = 0
    together: tuple[str, ...] = ()
    crossing: bool = False
    at_start: bool = False
    without: tuple[str, ...] = ()
    setting: str = ""
    most: int = 0
    months: int = 0
    when: When = ALWAYS


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of a recurring price row are billed, once its feature is had; without it, the quantity of the feature.
    Of several, the first whose `when` holds counts; when none holds, the row is not billed.

    `rows`: the sum of these instead. Of what is counted, only those `above` so many. `flat`: one. `excess`: what was
    used beyond the quantity of the feature, the highest of the month; `used`: that and the quantity together. `step`
    and `klass`: the row prices that tier (in that resource class). `term_months`: billed once at the start of each
    such term; under the reading storage_billing = monthly, an equal part of it in each month.
    """

    rows: tuple[str, ...] = ()
    above: int = 0
    flat: bool = False
    excess: bool = False
    used: bool = False
    step: str = ""
    klass: int | None = None
    term_months: int | None = None
    when: When = ALWAYS


PLAINLY: Final = (Counted(),)


@dataclass(frozen=True, slots=True)
class Rated:
    """Which calls a row of kind `per_call` prices, per started `seconds` (None: each call, whatever its length)."""

    direction: str
    numbers: tuple[str, ...]
    others: tuple[str, ...]
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """On a row that can be had: the contractor pays for calls on such own `numbers` instead of the caller.

    `others`: only calls from these kinds of lines (empty: all). `rerouted`: only calls re-routed in one of these ways
    (empty: all). `whole`: all of the charge, otherwise what exceeds the reference charge, which the caller pays.
    """

    numbers: tuple[str, ...]
    others: tuple[str, ...] = ()
    rerouted: tuple[str, ...] = ()
    whole: bool = False
