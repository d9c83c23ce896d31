"""What a question about entitlements costs on the call path: `python -m tests.load.entitlements`."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable
from statistics import quantiles

from tariff.entitlement import entitled
from tests.unit.tariff.tables import CATALOGUE, FREEDIAL, MIITEL, NOW, SMACOM

ROUNDS = 200
EACH = 100
BAR = 50.0
"""Microseconds that a question may take."""


def main() -> None:
    """Print each question's median and 99th percentile in microseconds of our own processor time."""
    held = [SMACOM, MIITEL, FREEDIAL]
    given = entitled(CATALOGUE, held, NOW)
    questions: dict[str, Callable[[], object]] = {
        "all that three contracts allow, anew": lambda: entitled(CATALOGUE, held, NOW),
        "may it record": lambda: given.may("recording"),
        "how long is it kept": lambda: given.recording,
        "how many waiting places": lambda: given.places,
        "how many named licences": lambda: given.named("full"),
    }
    print(f"| question | median µs | p99 µs | below {BAR:.0f} |\n|---|---|---|---|")
    for name, ask in questions.items():
        times = [
            seconds / EACH * 1e6 for seconds in timeit.repeat(ask, timer=time.process_time, number=EACH, repeat=ROUNDS)
        ]
        cuts = quantiles(times, n=100)
        print(f"| {name} | {cuts[49]:.2f} | {cuts[98]:.2f} | {cuts[98] < BAR} |")


if __name__ == "__main__":
    main()
