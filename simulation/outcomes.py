"""What became of the callers, as figures with the interval in which the truth lies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev
from typing import Final

from kernel.records import quick

BATCHES: Final = 20
_QUANTILES: Final = {0.95: 2.093, 0.99: 2.861, 0.999: 3.883}
"""Student's t for 19 degrees of freedom, both sides."""


@quick
@dataclass(frozen=True, slots=True)
class Wait:
    """One caller: when he came (seconds from the beginning), how long he waited, and whether somebody answered."""

    came: float
    seconds: float
    answered: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and half the width of its interval."""

    mean: float
    half: float

    def holds(self, truth: float) -> bool:
        """Whether `truth` lies inside."""
        return abs(self.mean - truth) <= self.half


@dataclass(frozen=True, slots=True)
class Measured:
    """A simulated time. `wait`: of all callers; `answer`: of those answered (ASA); `occupancy`: of the agents;
    `calls_each`: how many calls the agent with the fewest had, and the one with the most."""

    callers: int
    waiting: Estimate
    abandoned: Estimate
    wait: Estimate
    answer: Estimate
    level: Estimate
    occupancy: float
    calls_each: tuple[int, int] = (0, 0)


def measure(
    waits: Sequence[Wait],
    within: float,
    occupancy: float,
    confidence: float = 0.95,
    calls_each: tuple[int, int] = (0, 0),
) -> Measured:
    """Figures over all callers, with intervals from batch means: waits of neighbours are alike, those of batches
    hardly. `within`: seconds of the service level. Raises ValueError for fewer callers than batches."""
    if len(waits) < BATCHES:
        raise ValueError(f"{len(waits)} callers are too few for {BATCHES} batches")
    size = len(waits) // BATCHES
    batches = [waits[number * size : (number + 1) * size] for number in range(BATCHES)]

    def over(value: Callable[[Wait], float], who: Callable[[Wait], bool] = lambda _one: True) -> Estimate:
        return _estimate([_mean(value(one) for one in batch if who(one)) for batch in batches], confidence)

    return Measured(
        callers=len(waits),
        waiting=over(lambda one: one.seconds > 0),
        abandoned=over(lambda one: not one.answered),
        wait=over(lambda one: one.seconds),
        answer=over(lambda one: one.seconds, lambda one: one.answered),
        level=over(lambda one: one.answered and one.seconds <= within),
        occupancy=occupancy,
        calls_each=calls_each,
    )


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return mean(found) if found else 0.0


def _estimate(means: Sequence[float], confidence: float) -> Estimate:
    return Estimate(mean(means), _QUANTILES[confidence] * stdev(means) / sqrt(len(means)))
