"""The search ends at the rate that holds, and tries little beside it."""

from __future__ import annotations

import pytest

from tests.load.search import highest


def tried(limit: float, first: float = 4.0, most: float = 1000.0) -> tuple[float, float, list[float]]:
    found = highest(first, 2.0, most, lambda rate: (rate <= limit, None))
    assert all(good == (rate <= limit) for rate, good, _ in found.steps)
    return found.held, found.broke, [rate for rate, _, _ in found.steps]


def test_faster_until_it_breaks_then_once_between() -> None:
    held, broke, steps = tried(limit=10)
    assert steps == [4, 8, 16, pytest.approx(128**0.5)]
    assert (held, broke) == (8, pytest.approx(128**0.5))


def test_what_holds_between_is_what_is_found() -> None:
    assert tried(limit=12)[:2] == (pytest.approx(128**0.5), 16)


def test_a_first_step_that_breaks_is_divided() -> None:
    assert tried(limit=1.5)[2] == [4, 2, 1, pytest.approx(2**0.5)]
    assert tried(limit=0.1) == (0, 0.5, [4, 2, 1, 0.5])


def test_it_ends_where_the_robots_end() -> None:
    assert tried(limit=1e9, most=20) == (16, 0, [4, 8, 16])


def test_a_first_step_beyond_the_robots_is_where_they_end() -> None:
    assert tried(limit=1e9, first=30, most=20) == (20, 0, [20])
    assert tried(limit=8, first=30, most=20)[2] == [20, 10, 5, pytest.approx(50**0.5)]
