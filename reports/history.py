"""How far back the historical reports go: by the days that a contract keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kernel.moment import TOKYO, day_start

HISTORY: Final = "historical_report"
"""What a tariff says how many days it is kept."""


def kept_from(now: datetime, days: int) -> datetime:
    """The first moment that is kept: the day of the making is not counted, and the last one is kept whole, by the days
    of Japan (Arcstar T1-2-1-2 n.3)."""
    return day_start(now, TOKYO) - timedelta(days=days)
