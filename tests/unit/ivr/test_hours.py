"""Opening hours: the week, Japan's holidays with their substitutes, days of one's own, nights, and other zones."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import hours
from ivr.hours import DAYS, HoursRefused, OpeningHours, Span, is_open, read
from kernel.ids import HoursId

ID = HoursId("office")
TOKYO = ZoneInfo("Asia/Tokyo")
WORKDAYS = {day: ["09:00-12:00", "13:00-18:00"] for day in DAYS[:5]}


def opening(week: Any = None, zone: ZoneInfo = TOKYO, **more: Any) -> OpeningHours:
    """Monday to Friday 9 to 12 and 13 to 18, closed on holidays, unless told."""
    return read(ID, 1, json.dumps({"week": WORKDAYS if week is None else week, **more}), zone)


OFFICE = opening()
YEAR_END = opening(days={"12-29": ["09:00-12:00"], "12-30": [], "12-31": [], "01-02": [], "01-03": [],
                         "2026-12-30": ["10:00-11:00"], "2026-07-20": ["09:00-12:00"]})  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2026-11-20 08:59", False),
        ("2026-11-20 09:00", True),
        ("2026-11-20 11:59", True),
        ("2026-11-20 12:00", False),
        ("2026-11-20 12:59", False),
        ("2026-11-20 13:00", True),
        ("2026-11-20 17:59", True),
        ("2026-11-20 18:00", False),
        ("2026-11-21 10:00", False),  # Saturday
        ("2026-11-22 10:00", False),  # Sunday
    ],
)
def test_the_week_has_its_hours_to_the_minute(moment: str, opened: bool) -> None:
    assert is_open(OFFICE, at(moment)) is opened


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2025-01-01", "元日"),
        ("2025-01-13", "成人の日"),
        ("2025-02-11", "建国記念の日"),
        ("2025-02-24", "振替休日"),
        ("2025-05-05", "こどもの日"),
        ("2025-05-06", "振替休日"),
        ("2025-07-21", "海の日"),
        ("2025-10-13", "スポーツの日"),
        ("2025-11-24", "振替休日"),
        ("2026-02-23", "天皇誕生日"),
        ("2026-03-20", "春分の日"),
        ("2026-05-06", "振替休日"),
        ("2026-09-21", "敬老の日"),
        ("2026-09-22", "国民の休日"),
        ("2026-09-23", "秋分の日"),
        ("2026-11-03", "文化の日"),
        ("2027-01-11", "成人の日"),
        ("2027-03-22", "振替休日"),
        ("2027-08-11", "山の日"),
        ("2027-09-23", "秋分の日"),
        ("2027-11-23", "勤労感謝の日"),
    ],
)
def test_a_holiday_on_a_workday_is_closed(day: str, name: str) -> None:
    assert hours.holiday(date.fromisoformat(day)) == name
    assert date.fromisoformat(day).weekday() < 5
    assert not is_open(OFFICE, at(f"{day} 10:00"))
    assert is_open(opening(holidays="as_usual"), at(f"{day} 10:00"))
    short = opening(holidays=["09:30-10:30"])
    assert [is_open(short, at(f"{day} {time}")) for time in ("09:29", "09:30", "10:29", "10:30")] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["2025-02-25", "2025-12-31", "2026-01-02", "2026-05-07", "2026-09-24", "2027-03-23"])
def test_a_workday_beside_a_holiday_is_open(day: str) -> None:
    assert hours.holiday(date.fromisoformat(day)) is None
    assert is_open(OFFICE, at(f"{day} 10:00"))


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_holidays_of_a_year_are_those_another_library_knows(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    ours = {day for day in days if hours.holiday(day) is not None}
    assert ours == {day for day in days if jpholiday.is_holiday(day)}
    assert len(ours) >= 16


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2025-12-29 11:59", True),
        ("2025-12-29 13:00", False),
        ("2025-12-30 10:00", False),
        ("2025-12-31 10:00", False),
        ("2026-01-01 10:00", False),
        ("2026-01-02 10:00", False),
        ("2026-01-05 10:00", True),
        ("2026-12-30 10:30", True),  # a date comes before the day of every year
        ("2026-12-30 11:00", False),
        ("2026-07-20 10:00", True),  # 海の日: the tenant's own day comes before the holiday
        ("2026-07-20 13:00", False),
        ("2027-07-19 10:00", False),  # 海の日
    ],
)
def test_the_turn_of_the_year_and_days_of_ones_own(moment: str, opened: bool) -> None:
    assert is_open(YEAR_END, at(moment)) is opened


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    bar = opening({"fri": ["22:00-02:30"], "sat": ["20:00-24:00"]}, days={"2026-11-27": []})
    told = ("2026-11-20 21:59", "2026-11-20 22:00", "2026-11-21 02:29", "2026-11-21 02:30", "2026-11-21 23:59")
    assert [is_open(bar, at(moment)) for moment in told] == [False, True, True, False, True]
    assert not is_open(bar, at("2026-11-22 00:00"))
    assert not is_open(bar, at("2026-11-28 01:00"))


def test_the_whole_day_is_from_0_to_24() -> None:
    always = opening({day: ["00:00-24:00"] for day in DAYS}, holidays="as_usual")
    assert always.week[0] == (Span(0, 1440),)
    assert all(is_open(always, at("2026-01-01 00:00") + timedelta(minutes=17 * n)) for n in range(200))


def test_hours_are_those_of_the_tenants_zone() -> None:
    nine_in_tokyo = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    assert is_open(OFFICE, nine_in_tokyo)
    assert not is_open(OFFICE, nine_in_tokyo - timedelta(seconds=1))
    assert not is_open(opening(zone=ZoneInfo("Europe/Berlin")), nine_in_tokyo)
    assert is_open(opening(zone=ZoneInfo("Europe/Berlin")), nine_in_tokyo + timedelta(hours=8))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("", ""),
        ("", "{"),
        ("", "[]"),
        ("", "[" * 100_000),
        ("week", "{}"),
        ("week", '{"week": []}'),
        ("week", '{"week": {"monday": []}}'),
        ("", '{"week": {}, "weeks": {}}'),
        ("week.mon", '{"week": {"mon": "09:00-18:00"}}'),
        ("week.mon", '{"week": {"mon": ["9:00-18:00"]}}'),
        ("week.mon", '{"week": {"mon": ["09:00-24:30"]}}'),
        ("week.mon", '{"week": {"mon": ["24:00-25:00"]}}'),
        ("week.mon", '{"week": {"mon": ["09:00-09:00"]}}'),
        ("week.mon", '{"week": {"mon": [9]}}'),
        ("week.mon", '{"week": {"mon": ["０９:00-18:00"]}}'),
        ("week.mon", '{"week": {"mon": ["09:00-12:00", "11:00-13:00"]}}'),
        ("holidays", '{"week": {}, "holidays": "open"}'),
        ("days", '{"week": {}, "days": []}'),
        ("days.2026-02-30", '{"week": {}, "days": {"2026-02-30": []}}'),
        ("days.13-01", '{"week": {}, "days": {"13-01": []}}'),
        ("days.tomorrow", '{"week": {}, "days": {"tomorrow": []}}'),
        ("days.12-31", '{"week": {}, "days": {"12-31": "closed"}}'),
    ],
)
def test_what_are_no_hours_is_refused_with_its_field(field: str, text: str) -> None:
    with pytest.raises(HoursRefused) as why:
        read(ID, 1, text)
    assert why.value.field == field
    assert "office" in str(why.value)


@settings(deadline=None)
@given(st.integers(0, 90 * 366 * 24 * 60))
def test_every_moment_is_judged_as_the_day_and_the_day_before_say(minutes: int) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = moment.astimezone(TOKYO)
    minute = local.hour * 60 + local.minute
    nights = opening({"mon": ["18:00-06:00"], "wed": ["00:00-24:00"]})
    today, before = hours.spans_of(nights, local.date()), hours.spans_of(nights, local.date() - timedelta(days=1))
    covered = any(span.opens <= minute < span.closes for span in today)
    assert is_open(nights, moment) is (covered or any(span.closes - 1440 > minute for span in before))


def at(moment: str) -> datetime:
    """A moment of Tokyo's wall clock."""
    return datetime.fromisoformat(moment).replace(tzinfo=TOKYO)
