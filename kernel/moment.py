"""Moments: always aware, kept in UTC; durations in seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

TOKYO: tzinfo = ZoneInfo("Asia/Tokyo")
"""The calendar of a tenant who has not chosen another."""


def seconds_between(earlier: datetime, later: datetime) -> float:
    """Seconds from `earlier` to `later`; negative when they are the other way round."""
    return (later - earlier).total_seconds()


def after(moment: datetime, seconds: float) -> datetime:
    """The moment `seconds` later."""
    return moment + timedelta(seconds=seconds)


def parse(text: str) -> datetime:
    """An aware moment in UTC from RFC 3339 text; ValueError when the text has no offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs an offset: {text!r}")
    return moment.astimezone(UTC)


def day_start(moment: datetime, zone: tzinfo = TOKYO) -> datetime:
    """The first moment of the calendar day of `moment` in `zone`, in UTC."""
    local = moment.astimezone(zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def slot_start(moment: datetime, minutes: int, zone: tzinfo = TOKYO) -> datetime:
    """The start of the running interval of `minutes` (15, 30, 60) that holds `moment`, in UTC."""
    first = day_start(moment, zone)
    past = int(seconds_between(first, moment)) // (minutes * 60)
    return after(first, past * minutes * 60)
