"""Opening hours: a week in the tenant's zone, the holidays of Japan, and days of the tenant's own; open or not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from itertools import pairwise
from typing import Any, Final

from holidays.countries.japan import Japan

from kernel.errors import ConfigurationError
from kernel.ids import HoursId
from kernel.moment import TOKYO

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The fields of a week, in the order of datetime.weekday."""
_DAY: Final = 24 * 60
_SPAN: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_EVERY_YEAR: Final = re.compile(r"\d\d-\d\d", re.ASCII)
_ONCE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LEAP: Final = 2000
"""A year that has every day."""


@dataclass(frozen=True, slots=True)
class Span:
    """Open from minute `opens` of a day until before minute `closes`, which may lie in the day after (over 1440)."""

    opens: int
    closes: int


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Opening hours in one version.

    `week` begins with Monday. `holidays` are the hours of Japan's holidays; None: they are days like any other.
    `days` are days of the tenant's own, by date or, for every year, by (month, day); they come before all else, and a
    date before a day of every year.
    """

    id: HoursId
    version: int
    week: tuple[Spans, ...]
    holidays: Spans | None = ()
    days: Mapping[date, Spans] = field(default_factory=dict)
    every_year: Mapping[tuple[int, int], Spans] = field(default_factory=dict)
    zone: tzinfo = TOKYO


class HoursRefused(ConfigurationError):
    """These opening hours cannot be used: `reason`, at `field`."""

    def __init__(self, hours: HoursId, field: str, reason: str) -> None:
        super().__init__(f"hours {hours}, {field}: {reason}" if field else f"hours {hours}: {reason}")
        self.hours = hours
        self.field = field
        self.reason = reason


def is_open(hours: OpeningHours, moment: datetime) -> bool:
    """Whether they are open at this moment; what opened the day before may still be."""
    local = moment.astimezone(hours.zone)
    minute = local.hour * 60 + local.minute
    today = local.date()
    return _covers(spans_of(hours, today), minute) or _covers(spans_of(hours, today - timedelta(days=1)), minute + _DAY)


def spans_of(hours: OpeningHours, day: date) -> Spans:
    """When they are open on this day; () all day closed."""
    if day in hours.days:
        return hours.days[day]
    yearly = hours.every_year.get((day.month, day.day))
    if yearly is not None:
        return yearly
    if hours.holidays is not None and holiday(day) is not None:
        return hours.holidays
    return hours.week[day.weekday()]


def holiday(day: date) -> str | None:
    """The Japanese name of a holiday of Japan (substitute days among them); None when it is none."""
    return _holidays_of(day.year).get(day)


@cache
def _holidays_of(year: int) -> Mapping[date, str]:
    return dict(Japan(years=year, language="ja").items())


def _covers(spans: Spans, minute: int) -> bool:
    return any(span.opens <= minute < span.closes for span in spans)


def read(hours: HoursId, version: int, document: str, zone: tzinfo = TOKYO) -> OpeningHours:
    """The opening hours of a JSON document, in the tenant's zone. Raises HoursRefused.

    {"week": {"mon": ["09:00-12:00", "13:00-18:00"], "fri": ["22:00-02:00"]},
     "holidays": "closed", or "as_usual", or their own hours as a list,
     "days": {"2026-12-28": ["09:00-12:00"], "12-31": [], "01-01": []}}

    A day that is not named is closed. 24:00 is the end of a day; who closes before he opens closes on the day after.
    """
    try:
        data = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise HoursRefused(hours, "", "not a JSON document") from error
    return _Reader(hours).read(data, version, zone)


@dataclass(frozen=True, slots=True)
class _Reader:
    hours: HoursId

    def read(self, data: Any, version: int, zone: tzinfo) -> OpeningHours:
        fields = self._object(data, "")
        self._only(fields, "", ("week", "holidays", "days"))
        week = self._object(fields.get("week"), "week")
        self._only(week, "week", DAYS)
        days = self._object(fields.get("days", {}), "days")
        return OpeningHours(
            self.hours,
            version,
            tuple(self._spans(week.get(day, []), f"week.{day}") for day in DAYS),
            self._holidays(fields.get("holidays", "closed")),
            {self._date(day): self._spans(told, f"days.{day}") for day, told in days.items() if _ONCE.fullmatch(day)},
            {
                self._day(day): self._spans(told, f"days.{day}")
                for day, told in days.items()
                if not _ONCE.fullmatch(day)
            },
            zone,
        )

    def _holidays(self, told: Any) -> Spans | None:
        match told:
            case "closed":
                return ()
            case "as_usual":
                return None
            case _:
                return self._spans(told, "holidays")

    def _spans(self, told: Any, field: str) -> Spans:
        if not isinstance(told, list):
            raise HoursRefused(self.hours, field, 'hours are a list such as ["09:00-18:00"]; [] is closed')
        spans = sorted((self._span(one, field) for one in told), key=lambda span: span.opens)
        for earlier, later in pairwise(spans):
            if later.opens < earlier.closes:
                raise HoursRefused(self.hours, field, "two spans overlap")
        return tuple(spans)

    def _span(self, told: Any, field: str) -> Span:
        found = _SPAN.fullmatch(told) if isinstance(told, str) else None
        if found is None:
            raise HoursRefused(self.hours, field, f'{told!r} is no span such as "09:00-18:00"')
        opens, closes = (int(found[hour]) * 60 + int(found[hour + 1]) for hour in (1, 3))
        if closes > _DAY or opens == closes:
            raise HoursRefused(self.hours, field, f'{told!r} is no span such as "09:00-18:00"')
        return Span(opens, closes if closes > opens else closes + _DAY)

    def _date(self, day: str, year: str = "") -> date:
        try:
            return date.fromisoformat(year + day)
        except ValueError as error:
            raise HoursRefused(self.hours, f"days.{day}", "there is no such day") from error

    def _day(self, day: str) -> tuple[int, int]:
        if not _EVERY_YEAR.fullmatch(day):
            raise HoursRefused(self.hours, f"days.{day}", "a day is YYYY-MM-DD, or MM-DD for every year")
        found = self._date(day, f"{_LEAP}-")
        return found.month, found.day

    def _object(self, told: Any, field: str) -> dict[str, Any]:
        if not isinstance(told, dict):
            raise HoursRefused(self.hours, field, "must be an object")
        return told

    def _only(self, told: Mapping[str, Any], field: str, known: tuple[str, ...]) -> None:
        for name in told:
            if name not in known:
                raise HoursRefused(self.hours, field, f"`{name}` is no field here; use {', '.join(known)}")
