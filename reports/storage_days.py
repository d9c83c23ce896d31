"""How many hours of sound were kept at the end of each day of a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Stored:
    """One recording: so many `seconds`, kept from when it began to before it was `gone` (None: it is there)."""

    started: datetime
    seconds: float
    gone: datetime | None


@dataclass(frozen=True, slots=True)
class StorageDay:
    """What was kept at the end of a day."""

    day: date
    hours: Decimal
    recordings: int


def days(stored: Sequence[Stored], since: datetime, until: datetime, zone: tzinfo) -> Iterator[StorageDay]:
    """Every day from `since` to before `until`; of one that is not over, what is kept at `until`."""
    day = since.astimezone(zone).date()
    while datetime(day.year, day.month, day.day, tzinfo=zone) < until:
        following = day + timedelta(days=1)
        end = min(until, datetime(following.year, following.month, following.day, tzinfo=zone))
        there = [one for one in stored if one.started < end and (one.gone is None or one.gone > end)]
        yield StorageDay(day, hours(sum(one.seconds for one in there)), len(there))
        day = following


def hours(seconds: float) -> Decimal:
    """Hours to the thousandth."""
    return (Decimal(str(round(seconds, 3))) / 3600).quantize(Decimal("0.001"))
