"""The arithmetic under every published figure."""

from __future__ import annotations

import random

import pytest

from tests.load import figures


def exponential(count: int, scale: float, seed: int) -> list[float]:
    chance = random.Random(seed)
    return [chance.expovariate(1 / scale) for _ in range(count)]


def test_a_summary_has_the_known_values_of_one_to_a_hundred() -> None:
    found = figures.summary([float(value) for value in range(1, 101)])
    assert (found.count, found.mean, found.median, found.max) == (100, 50.5, 50.5, 100.0)
    assert found.p95 == pytest.approx(95.05)
    assert found.p99 == pytest.approx(99.01)
    assert found.error == pytest.approx(29.0115 / 10, rel=1e-4)


def test_nothing_cannot_be_summed_up() -> None:
    with pytest.raises(ValueError, match="no samples"):
        figures.summary([])
    with pytest.raises(ValueError, match="no samples"):
        figures.ratio([], [1.0], figures.mean, 1)


def test_the_interval_of_a_ratio_holds_the_true_ratio_of_means() -> None:
    found = figures.ratio(exponential(1000, 5, 1), exponential(1000, 500, 2), figures.mean, 3)
    assert found.contains(0.01)
    assert found.low < found.value < found.high
    assert found.high / found.low < 1.3


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    held = sum(
        figures.ratio(exponential(150, 2, 2 * run), exponential(150, 1, 2 * run + 1), figures.mean, run).contains(2)
        for run in range(60)
    )
    assert 50 <= held < 60


def test_the_same_seed_gives_the_same_interval() -> None:
    ours, theirs = exponential(100, 1, 1), exponential(100, 2, 2)
    assert figures.ratio(ours, theirs, figures.p99, 9) == figures.ratio(ours, theirs, figures.p99, 9)


def test_a_histogram_counts_every_value_once() -> None:
    lines = figures.histogram([0.5, 1.0, 1.5, 2.0, 99.0], [1, 2])
    assert [line.split()[2] for line in lines] == ["1", "2", "2"]
