"""How long a recording is kept: whole calendar months, or days, of Japan after the end of its call."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from kernel.moment import TOKYO

_MONTHS_A_YEAR: Final = 12


def expires(ended: datetime, months: int, days: int = 0) -> datetime:
    """The first moment (UTC) at which the recording of a call that ended at `ended` is no longer to be had.

    The end of the call in Japan time plus `months` calendar months, the day clamped to the month's last; available
    through that date, gone from 00:00 Japan time of the next day: a call of 2025-11-30 kept three months is there
    through 2026-02-28 (reading A10 of CSM-F12). `days` are added as they are (ACC-F05, reading A10).
    """
    last = _months_later(ended.astimezone(TOKYO).date(), months) + timedelta(days=days)
    return datetime.combine(last + timedelta(days=1), time(), TOKYO).astimezone(UTC)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, _MONTHS_A_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
