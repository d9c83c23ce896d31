"""A recording is kept for calendar months of Japan after the end of its call (CSM-F12, reading A10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.moment import parse
from recording.retention import expires

JAPAN = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("ended", "months", "gone"),
    [
        # The published example: available through 28 February.
        ("2025-11-30T12:00:00+09:00", 3, "2026-03-01T00:00:00+09:00"),
        # Month end: 15:00 UTC is midnight in Japan.
        ("2026-04-30T14:59:59+00:00", 3, "2026-07-31T00:00:00+09:00"),
        ("2026-04-30T15:00:00+00:00", 3, "2026-08-02T00:00:00+09:00"),
        ("2026-04-30T15:00:01+00:00", 3, "2026-08-02T00:00:00+09:00"),
        # Year end.
        ("2026-12-31T14:59:59+00:00", 3, "2027-04-01T00:00:00+09:00"),
        ("2026-12-31T15:00:00+00:00", 3, "2027-04-02T00:00:00+09:00"),
        ("2026-12-31T15:00:01+00:00", 3, "2027-04-02T00:00:00+09:00"),
        # Across a year, and into one.
        ("2026-10-31T03:00:00+00:00", 3, "2027-02-01T00:00:00+09:00"),
        ("2026-11-30T03:00:00+00:00", 1, "2026-12-31T00:00:00+09:00"),
        # 29 February: begun on it, reached by it, missed by it.
        ("2028-02-29T14:59:59+00:00", 6, "2028-08-30T00:00:00+09:00"),
        ("2028-02-29T15:00:00+00:00", 6, "2028-09-02T00:00:00+09:00"),
        ("2028-02-29T15:00:01+00:00", 6, "2028-09-02T00:00:00+09:00"),
        ("2028-02-28T15:00:00+00:00", 12, "2029-03-01T00:00:00+09:00"),
        ("2027-11-30T03:00:00+00:00", 3, "2028-03-01T00:00:00+09:00"),
        ("2027-11-29T03:00:00+00:00", 3, "2028-03-01T00:00:00+09:00"),
        # Nothing bought for the time after: through the day itself.
        ("2026-04-30T03:00:00+00:00", 0, "2026-05-01T00:00:00+09:00"),
    ],
)
def test_the_day_counts_in_japan_and_is_clamped_to_the_months_end(ended: str, months: int, gone: str) -> None:
    assert expires(parse(ended), months) == parse(gone)


def test_the_zone_in_which_the_end_is_told_changes_nothing() -> None:
    ended = datetime(2026, 4, 30, 15, 0, tzinfo=UTC)
    assert expires(ended.astimezone(timezone(timedelta(hours=-8))), 3) == expires(ended, 3)
    assert expires(ended, 3).tzinfo is UTC


@given(st.integers(0, 80 * 365 * 24 * 3600), st.integers(0, 60))
def test_it_is_gone_at_a_midnight_of_japan_after_as_many_months(second: int, months: int) -> None:
    """Recounted: the last day on which it is there lies `months` later, or is that month's last."""
    ended = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    gone = expires(ended, months).astimezone(JAPAN)
    last, begun = gone - timedelta(days=1), ended.astimezone(JAPAN)
    assert (gone.hour, gone.minute, gone.second, gone.microsecond) == (0, 0, 0, 0)
    assert (last.year * 12 + last.month) - (begun.year * 12 + begun.month) == months
    assert last.day == begun.day or (last.day < begun.day and gone.day == 1)
