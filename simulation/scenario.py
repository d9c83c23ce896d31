"""What is simulated: who comes, how long it takes, how many agents there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from acd.config.routing import Strategy
from kernel.records import quick


class Chance(Protocol):
    """Where chance comes from; `random.Random` is one. The same seed gives the same day."""

    def expovariate(self, lambd: float) -> float:
        """An exponential time in seconds with the mean 1 / `lambd`."""
        ...


@quick
@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls `at` so many seconds after the beginning, gives up after `patience` seconds (None: never) and
    keeps an agent busy for `handling` seconds."""

    at: float
    handling: float
    patience: float | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Poisson arrivals of `per_hour`, exponential `handling` and `patience` (seconds, means), `agents` always there, of
    whom `strategy` says who gets a call.

    `settled`: at the beginning as many talk as do on average, so that the first hour is like any other.
    """

    per_hour: float
    handling: float
    agents: int
    patience: float | None = None
    settled: bool = True
    strategy: Strategy = Strategy.LONGEST_IDLE

    @property
    def rate(self) -> float:
        """Calls a second."""
        return self.per_hour / 3600


def callers(scenario: Scenario, chance: Chance) -> Iterator[Caller]:
    """For ever, in the order of their coming."""
    at = 0.0
    if scenario.settled:
        for _ in range(min(scenario.agents, round(scenario.rate * scenario.handling))):
            yield Caller(0.0, chance.expovariate(1 / scenario.handling))
    while True:
        at += chance.expovariate(scenario.rate)
        handling = chance.expovariate(1 / scenario.handling)
        patience = None if scenario.patience is None else chance.expovariate(1 / scenario.patience)
        yield Caller(at, handling, patience)
