"""The calendar is the clock's, unless a file says another moment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from controller.calendar import Calendar
from controller.clock import Clock

NOON = datetime(2026, 5, 6, 3, 0, tzinfo=UTC)


class Stopped(Clock):
    """A clock that stands at noon of Tokyo."""

    def now(self) -> datetime:
        return NOON


def test_without_a_file_it_is_now(tmp_path: Path) -> None:
    assert Calendar(Stopped()).now() == NOON
    assert Calendar(Stopped(), tmp_path / "none").now() == NOON


def test_a_file_is_read_each_time(tmp_path: Path) -> None:
    file = tmp_path / "now"
    calendar = Calendar(Stopped(), file)
    file.write_text("2027-01-01T00:00:00+09:00\n")
    assert calendar.now() == datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    file.write_text("2027-01-02T00:00:00Z")
    assert calendar.now() == datetime(2027, 1, 2, tzinfo=UTC)
    file.write_text("")
    assert calendar.now() == NOON


@pytest.mark.parametrize("text", ["tomorrow", "2027-01-01T00:00:00"])
def test_what_is_no_moment_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "now"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"moment|isoformat"):
        Calendar(Stopped(), file).now()
