"""Five deaths within a minute are too many; the clock is the test's."""

from __future__ import annotations

import pytest

from denwaban.deaths import Deaths


def told(*moments: float) -> list[bool]:
    deaths = Deaths()
    return [deaths.too_many(moment) for moment in moments]


@pytest.mark.parametrize(
    ("moments", "stays_down"),
    [
        ((0, 1, 2, 3), False),
        ((0, 1, 2, 3, 4), True),
        ((0, 1, 2, 3, 59.9), True),
        ((0, 1, 2, 3, 60), False),
        ((0, 15, 30, 45, 60, 75, 90), False),
        ((0, 50, 51, 52, 60.5, 61), True),
    ],
)
def test_only_five_within_a_minute_keep_a_child_down(moments: tuple[float, ...], stays_down: bool) -> None:
    *before, last = told(*moments)
    assert not any(before)
    assert last is stays_down
