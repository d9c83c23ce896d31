"""Who is called back first is served at once when he answers, and nobody who asked is forgotten."""

from __future__ import annotations

from random import Random

import pytest

from simulation.calling_back import Habits, simulate
from simulation.scenario import Scenario

LATE = 5.0
MOST_LATE = 0.02
"""Of those who were called back may wait longer than LATE after they have answered."""
BUSY = Scenario(per_hour=180.0, handling=180.0, agents=10, patience=None)
SMALL = Scenario(per_hour=34.0, handling=180.0, agents=2, patience=None)


@pytest.mark.parametrize("scenario", [BUSY, SMALL], ids=["ten agents", "two agents"])
def test_hardly_anybody_waits_who_has_been_called_back(scenario: Scenario) -> None:
    centre = simulate(scenario, 12.0, 0.98, Random(7), Habits())
    late = sum(1 for waited in centre.served if waited > LATE)
    assert len(centre.served) > 20
    assert late <= MOST_LATE * len(centre.served)
    assert not centre.floor.callbacks
    assert set(centre.outcomes) <= {"reached", "unreached"}


def test_less_certainty_lets_them_wait() -> None:
    hasty = simulate(BUSY, 12.0, 0.05, Random(7), Habits())
    assert sum(1 for waited in hasty.served if waited > LATE) > MOST_LATE * len(hasty.served)
