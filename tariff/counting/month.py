"""Calendar months of Japan time, in which fees are billed."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kernel.moment import TOKYO


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; prints as "2025-11"."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return monthrange(self.year, self.number)[1]

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, self.days)

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return day_begins(self.first)

    def plus(self, months: int) -> Month:
        """The month so many months later."""
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)


def month_of(day: date) -> Month:
    """The month of a day of Japan."""
    return Month(day.year, day.month)


def day_of(moment: datetime) -> date:
    """The day in Japan of an aware moment."""
    return moment.astimezone(TOKYO).date()


def day_begins(day: date) -> datetime:
    """The first moment of a day in Japan."""
    return datetime(day.year, day.month, day.day, tzinfo=TOKYO)


def day_after(day: date) -> date:
    """The next day."""
    return day + timedelta(days=1)


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    month = month_of(day).plus(months)
    return date(month.year, month.number, min(day.day, month.days))
