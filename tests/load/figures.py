"""The arithmetic of a measurement: means, quantiles, ratios with bootstrap intervals, histograms; nothing random of
its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2000
_PIECE = 200
"""Rounds drawn at a time, so that large samples do not need gigabytes."""

Samples = NDArray[np.float64]
Statistic = Callable[[Samples], Samples]
"""From a table of samples, one row per resampling, to one value per row."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A sample in five numbers, in the unit of the sample."""

    count: int
    mean: float
    median: float
    p95: float
    p99: float
    max: float
    error: float
    """Standard error of the mean."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio and the interval it lies in with the confidence asked for."""

    value: float
    low: float
    high: float

    def contains(self, value: float) -> bool:
        """Whether the interval has this value in it."""
        return self.low <= value <= self.high


def mean(table: Samples) -> Samples:
    """The mean of each row."""
    return np.asarray(table.mean(axis=-1))


def p99(table: Samples) -> Samples:
    """The 99th percentile of each row."""
    return np.asarray(np.percentile(table, 99, axis=-1))


def median(table: Samples) -> Samples:
    """The median of each row."""
    return np.asarray(np.median(table, axis=-1))


def summary(values: Sequence[float]) -> Summary:
    """ValueError when there is nothing to sum up."""
    if not values:
        raise ValueError("no samples")
    table = np.asarray(values, dtype=np.float64)
    middle, high, highest = (float(value) for value in np.percentile(table, [50, 95, 99]))
    spread = float(table.std(ddof=1)) if len(table) > 1 else float("inf")
    return Summary(
        len(table), float(table.mean()), middle, high, highest, float(table.max()), spread / float(len(table)) ** 0.5
    )


def ratio(ours: Sequence[float], theirs: Sequence[float], of: Statistic, seed: int, level: float = 0.95) -> Ratio:
    """`of(ours) / of(theirs)`, both resampled independently; the same seed gives the same interval."""
    above, below = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    if not len(above) or not len(below):
        raise ValueError("no samples")
    chance = np.random.default_rng(seed)
    pieces = [_resampled(above, of, chance) / _resampled(below, of, chance) for _ in range(ROUNDS // _PIECE)]
    tail = (1 - level) / 2 * 100
    low, high = np.percentile(np.concatenate(pieces), [tail, 100 - tail])
    return Ratio(float(of(above) / of(below)), float(low), float(high))


def _resampled(values: Samples, of: Statistic, chance: np.random.Generator) -> Samples:
    return of(values[chance.integers(0, len(values), size=(_PIECE, len(values)))])


def histogram(values: Sequence[float], edges: Sequence[float], width: int = 40) -> list[str]:
    """One line per class, the last one open: what lies under each edge, and a bar."""
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[int(np.searchsorted(edges, value, side="right"))] += 1
    most = max(counts) or 1
    names = [f"< {edge:g}" for edge in edges] + [f"≥ {edges[-1]:g}"]
    return [
        f"{name:>8} {count:6d} {'█' * round(count / most * width)}" for name, count in zip(names, counts, strict=True)
    ]
