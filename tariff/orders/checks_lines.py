"""Checks of the lines outside the tariff: their channels, their number, the group they belong to."""

from __future__ import annotations

from kernel.refusal import Code
from tariff.holding.held import total
from tariff.orders.change import Broken, Change
from tariff.written.rules import Channels, Group, Lines


def channels(check: Channels, change: Change) -> Broken | None:
    """Each line has at least the least, and each, or all together, at most the most."""
    lines = change.after.facts.lines
    most = total(change.after, check.most)
    for one in lines:
        if one < check.least:
            return Broken(Code.QUANTITY_BELOW, one, check.least)
    for one in (sum(lines),) if check.total else lines:
        if one > most:
            return Broken(Code.QUANTITY_ABOVE, one, most)
    return None


def lines(check: Lines, change: Change) -> Broken | None:
    """There are as many lines as there may be."""
    found = len(change.after.facts.lines)
    if found < check.least:
        return Broken(Code.QUANTITY_BELOW, found, check.least)
    if check.most is not None and found > check.most:
        return Broken(Code.QUANTITY_ABOVE, found, check.most)
    return None


def group(check: Group, change: Change) -> Broken | None:
    """The group is large enough, where its size is told."""
    found = change.after.facts.group_lines
    return Broken(Code.QUANTITY_BELOW, found, check.least) if found is not None and found < check.least else None
