"""Moments are aware, kept in UTC, and cut into the tenant's calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.moment import TOKYO, after, day_start, parse, seconds_between, slot_start

AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
# hypothesis wants its bounds naive.
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_text_with_an_offset_becomes_utc() -> None:
    assert parse("2026-04-01T09:00:00+09:00") == datetime(2026, 4, 1, tzinfo=UTC)
    assert parse("2026-04-01T00:00:00Z").tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-04-01T09:00:00", "2026-04-01", "yesterday", ""])
def test_text_without_an_offset_or_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|Invalid isoformat"):
        parse(text)


@given(moments, st.integers(-(10**8), 10**8))
def test_seconds_after_and_between_undo_each_other(moment: datetime, seconds: int) -> None:
    assert seconds_between(moment, after(moment, seconds)) == seconds


def test_a_day_in_tokyo_begins_at_fifteen_utc() -> None:
    assert day_start(datetime(2026, 4, 1, 14, 59, 59, tzinfo=UTC)) == datetime(2026, 3, 31, 15, tzinfo=UTC)
    assert day_start(datetime(2026, 4, 1, 15, tzinfo=UTC)) == datetime(2026, 4, 1, 15, tzinfo=UTC)


def test_another_calendar_may_be_asked_for() -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert day_start(summer, ZoneInfo("Europe/Berlin")) == datetime(2026, 6, 30, 22, tzinfo=UTC)


@given(moments)
def test_every_moment_lies_in_its_own_day(moment: datetime) -> None:
    first = day_start(moment)
    assert first <= moment < first + timedelta(days=1)
    assert day_start(first) == first
    assert first.astimezone(TOKYO).hour == 0


@given(moments, st.sampled_from([15, 30, 60]))
def test_every_moment_lies_in_its_own_interval(moment: datetime, minutes: int) -> None:
    start = slot_start(moment, minutes)
    assert start <= moment < start + timedelta(minutes=minutes)
    assert slot_start(start, minutes) == start
    assert start.minute % minutes == 0
    assert (start.second, start.microsecond, start.tzinfo) == (0, 0, UTC)
