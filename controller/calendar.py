"""The moment by which opening hours are judged: that of the clock, or, for tests and rehearsals, one from a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from controller.clock import Clock
from kernel import moment


class Calendar:
    """`file` may hold an RFC 3339 moment and is read each time; with none, or none in it, it is now."""

    def __init__(self, clock: Clock, file: Path | None = None) -> None:
        self._clock = clock
        self._file = file

    def now(self) -> datetime:
        """The moment to judge by. ValueError when the file holds something else than a moment."""
        told = _read(self._file) if self._file is not None else ""
        return moment.parse(told) if told else self._clock.now()


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
