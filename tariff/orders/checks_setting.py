"""Checks of settings of rows: within their range, list or contracted count, and with what they need."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from kernel.refusal import Code
from tariff.holding.held import count, has
from tariff.holding.history import Holding
from tariff.orders.change import Broken, Change, Subject
from tariff.written.rules import Setting, SettingExcludes, SettingNeeds

_DIGITS: Final = 30
"""No setting has more digits; a number with an exponent of millions is not written out."""


def setting(check: Setting, subject: Subject, change: Change) -> Broken | None:
    """The setting is a whole number within its range, or one of the values there are."""
    found = change.after.settings.get(subject.id, {}).get(check.name)
    had = has(change.after, subject.id, change.head)
    if found is None:
        return Broken(Code.NEEDS, params=(("needed", check.name),)) if check.required and had else None
    if not had and not check.most_quantity:
        return Broken(Code.NOT_LICENSED)
    if check.one_of:
        if _text(found) in check.one_of:
            return None
        return Broken(Code.LIMIT_EXCEEDED, _text(found), " / ".join(check.one_of))
    given = tuple(found.values()) if check.each and isinstance(found, Mapping) else (found,)
    most, least = _most(check, subject, change), check.least or 0
    broken = [one for one in given if _whole(one) is None]
    if broken:
        return Broken(Code.LIMIT_EXCEEDED, _text(broken[0]), most)
    whole = [one for one in map(_whole, given) if one is not None]
    used = sum(whole)
    if any(one < least for one in whole):
        return Broken(Code.LIMIT_EXCEEDED, min(whole), least)
    return None if most is None or used <= most else Broken(Code.LIMIT_EXCEEDED, used, most)


def _most(check: Setting, subject: Subject, change: Change) -> int | None:
    after = change.after
    if check.most_quantity:
        return count(after, subject.id)
    discounts = after.facts.discounts
    selected = check.most_selected if after.facts.discount_lines > 1 else ()
    found = [most for row, most in check.most_by if has(after, row, change.head)]
    found += [most for plan, most in (*check.most_discount, *selected) if plan in discounts]
    return max(found, default=check.most)


def setting_needs(check: SettingNeeds, subject: Subject, change: Change) -> Broken | None:
    """What the chosen setting asks for is there."""
    if _text(_set(change.after, subject.id, check.name)) != check.value:
        return None
    for row in check.rows:
        if not has(change.after, row, change.head):
            return Broken(Code.NEEDS, params=(("needed", row),))
    missing = [city for city in check.cities if city not in change.after.facts.cities]
    if missing:
        there = len(check.cities) - len(missing)
        return Broken(Code.NEEDS, there, len(check.cities), (("needed", " + ".join(missing)),))
    return None


def setting_excludes(check: SettingExcludes, subject: Subject, change: Change) -> Broken | None:
    """Nothing is had beside which the chosen setting cannot be."""
    if _text(_set(change.after, subject.id, check.name)) != check.value:
        return None
    beside = next((row for row in check.rows if has(change.after, row, change.head)), None)
    return None if beside is None else Broken(Code.EXCLUDED_BY, params=(("others", beside),))


def _set(holding: Holding, row: str, name: str) -> object:
    return holding.settings.get(row, {}).get(name)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    whole = _whole(value)
    return str(value) if whole is None else str(whole)


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return None
    small = exact.is_finite() and exact.adjusted() < _DIGITS
    return int(exact) if small and exact == exact.to_integral_value() else None
