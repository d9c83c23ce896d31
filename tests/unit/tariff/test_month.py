"""Months and days of Japan, and exact yen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tariff.counting.month import Month, day_begins, day_of, later, month_of
from tariff.counting.yen import cut, part, percent, tax_within


def test_a_month_is_written_with_its_year_and_knows_its_days() -> None:
    month = Month(2028, 2)
    assert (str(month), month.days, month.first, month.last) == ("2028-02", 29, date(2028, 2, 1), date(2028, 2, 29))
    assert [str(month.plus(months)) for months in (-2, -1, 0, 10, 11)] == [
        "2027-12",
        "2028-01",
        "2028-02",
        "2028-12",
        "2029-01",
    ]


def test_a_day_is_one_of_japan() -> None:
    evening = datetime(2025, 10, 31, 15, tzinfo=UTC)
    assert day_of(evening) == date(2025, 11, 1)
    assert str(month_of(day_of(evening))) == "2025-11"
    assert day_begins(date(2025, 11, 1)) == evening


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [("2025-12-31", 2, "2026-02-28"), ("2025-04-01", 6, "2025-10-01"), ("2027-08-31", 6, "2028-02-29")],
)
def test_the_same_day_of_a_later_month_or_its_last(day: str, months: int, expected: str) -> None:
    assert later(date.fromisoformat(day), months).isoformat() == expected


def test_yen_are_cut_off_and_never_rounded() -> None:
    assert cut(Decimal("59.99")) == 59
    assert part(Decimal(5000), 27, 31) == 4354
    assert part(Decimal("1e12"), 16000 * 10**12, 3) == 16000 * 10**24 // 3
    assert percent(Decimal(191), 10) == 19
    assert tax_within(Decimal(1005), 10) == 91
