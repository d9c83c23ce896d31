"""The controller's clock: wall time at start plus what has passed since, so that a jumping clock moves no deadline."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Moments that never go back. Reading it costs well under a microsecond."""

    def __init__(self) -> None:
        self._started = datetime.now(UTC)
        self._zero = time.monotonic()

    def now(self) -> datetime:
        return self._started + timedelta(seconds=time.monotonic() - self._zero)
