"""How many of something were in use at most on each day, out of a ledger that says so after each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Point:
    """From `at` on so many are `used`, of `limit` (None: not limited); `refused`: nothing changed, one was refused."""

    at: datetime
    name: str
    used: int
    limit: int | None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """The most in use at the same time on a day, the limit at its end, and how many were refused."""

    day: date
    name: str
    highest: int
    limit: int | None
    refused: int


def days(points: Iterable[Point], since: datetime, until: datetime, zone: tzinfo) -> tuple[Day, ...]:
    """Each day from `since` to before `until` on which something was in use or happened; by name, then day.

    `points` in their order, also those before `since`: they say how many were in use then.
    """
    told = tuple(point for point in points if point.at < until)
    return tuple(
        day
        for name in sorted({point.name for point in told})
        for day in _of([point for point in told if point.name == name], since, until, zone)
    )


def _of(points: Sequence[Point], since: datetime, until: datetime, zone: tzinfo) -> Iterator[Day]:
    used, limit, seen = 0, None, 0
    day = since.astimezone(zone).date()
    while (begins := _midnight(day, zone)) < until:
        while seen < len(points) and points[seen].at < begins:
            used, limit, seen = points[seen].used, points[seen].limit, seen + 1
        first, highest, refused = seen, used, 0
        while seen < len(points) and points[seen].at < _midnight(day + timedelta(days=1), zone):
            used, limit = points[seen].used, points[seen].limit
            highest, refused, seen = max(highest, used), refused + points[seen].refused, seen + 1
        if highest or seen > first:
            yield Day(day, points[0].name, highest, limit, refused)
        day += timedelta(days=1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
