"""Waiting places over time, out of the floor's facts: which call had one from when to when, and how many at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from acd.facts import WaitingPlaceReturned, WaitingPlaceTaken, WaitRefused
from kernel.fact import Fact
from kernel.ids import CallId
from reports import highest
from reports.highest import Day, Point

PLACE_FACTS: Final = (WaitingPlaceTaken, WaitingPlaceReturned, WaitRefused)


@dataclass(frozen=True, slots=True)
class PlaceUse:
    """A call had a waiting place of a number from `taken` to `returned` (None: it waits still)."""

    call: CallId
    number: str
    taken: datetime
    returned: datetime | None = None


def uses(facts: Iterable[Fact[object]], since: datetime, until: datetime) -> tuple[PlaceUse, ...]:
    """Every wait that reaches into the time from `since` to before `until`, whole; the earliest first."""
    waiting: dict[CallId, PlaceUse] = {}
    over: list[PlaceUse] = []
    for fact in facts:
        match fact.body:
            case WaitingPlaceTaken(call, number):
                waiting[call] = PlaceUse(call, number, fact.at)
            case WaitingPlaceReturned(call) if call in waiting:
                over.append(replace(waiting.pop(call), returned=fact.at))
            case _:
                continue
    found = (*over, *waiting.values())
    within = [use for use in found if use.taken < until and (use.returned is None or use.returned >= since)]
    return tuple(sorted(within, key=lambda use: (use.taken, use.call)))


def days(facts: Iterable[Fact[object]], since: datetime, until: datetime, zone: tzinfo) -> tuple[Day, ...]:
    """The days of each called number."""
    return highest.days(_points(facts), since, until, zone)


def _points(facts: Iterable[Fact[object]]) -> Iterator[Point]:
    for fact in facts:
        match fact.body:
            case WaitingPlaceTaken(_, number, used, limit) | WaitingPlaceReturned(_, number, used, limit):
                yield Point(fact.at, number, used, limit)
            case WaitRefused(_, _, number, used, limit):
                yield Point(fact.at, number, used, limit, refused=True)
            case _:
                continue
