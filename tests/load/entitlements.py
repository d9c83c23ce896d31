"""What a question about entitlements costs on the call path, in our own processor time."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable

from tariff.rights.entitlement import entitled
from tests.unit.tariff.tables import CATALOGUE, FREEDIAL, MIITEL, NOW, SMACOM

ANEW = "all that three contracts allow, worked out anew"
"""Not on the call path: it is done when contracts change."""
EACH = 100
"""Questions in one sample: a single one is shorter than the clock's step."""


def measure(samples: int) -> dict[str, list[float]]:
    """Seconds of one question, `samples` times each."""
    held = [SMACOM, MIITEL, FREEDIAL]
    given = entitled(CATALOGUE, held, NOW)
    questions: dict[str, Callable[[], object]] = {
        "may it record": lambda: given.may("recording"),
        "how long is it kept": lambda: given.recording,
        "how many waiting places": lambda: given.places,
        "how many named licences": lambda: given.named("full"),
        ANEW: lambda: entitled(CATALOGUE, held, NOW),
    }
    return {
        name: [seconds / EACH for seconds in timeit.repeat(ask, timer=time.process_time, number=EACH, repeat=samples)]
        for name, ask in questions.items()
    }
