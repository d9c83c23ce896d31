"""Sorted lists as orders of turn: put an entry in, cut one out, find its rank; each in O(log n) comparisons."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, TypeVar

Entry = TypeVar("Entry", bound=tuple[Any, ...])


def put(order: list[Entry], entry: Entry) -> None:
    """Insert `entry` at its place; nothing happens when it is there already."""
    if not order or order[-1] < entry:
        # Who comes stands behind all others, most often.
        order.append(entry)
        return
    place = bisect_left(order, entry)
    if order[place] != entry:
        order.insert(place, entry)


def cut(order: list[Entry], entry: Entry) -> None:
    """Remove `entry`; nothing happens when it is not there."""
    place = bisect_left(order, entry)
    if place < len(order) and order[place] == entry:
        del order[place]


def rank(order: list[Entry], entry: Entry) -> int:
    """How many entries stand before the place of `entry`."""
    return bisect_left(order, entry)
