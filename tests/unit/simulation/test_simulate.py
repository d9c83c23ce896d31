"""The product's floor in virtual time does what theory says of such a queue, and the same day is the same day."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from acd.config.routing import Strategy
from simulation.centre import Centre
from simulation.day import simulate
from simulation.outcomes import Estimate, Wait, measure
from simulation.scenario import Caller, Scenario
from tests.unit.simulation.table import ROWS, Row

SMALL = [row for row in ROWS if row.agents <= 60]
"""The rows of 2,000 agents need a million calls: `make theory`."""
CALLS = 8_000
SURE = 0.999


def scenario(row: Row) -> Scenario:
    return Scenario(row.per_hour, row.handling, row.agents, row.patience)


@pytest.mark.parametrize("row", SMALL, ids=lambda row: row.name)
def test_the_floor_does_what_theory_says(row: Row) -> None:
    found = simulate(scenario(row), CALLS, Random(7), confidence=SURE)
    assert found.callers == CALLS
    assert found.waiting.holds(row.waiting)
    assert found.abandoned.holds(row.abandoned)
    assert found.wait.holds(row.wait)


def test_the_same_seed_is_the_same_day_and_another_is_another() -> None:
    days = [simulate(scenario(ROWS[10]), 500, Random(seed)) for seed in (1, 1, 2)]
    assert days[0] == days[1] != days[2]


@pytest.mark.parametrize("strategy", Strategy)
def test_every_strategy_serves_the_same_callers_as_soon(strategy: Strategy) -> None:
    """Agents who can do the same, and answer at once: whoever is rung, the callers wait no longer."""
    usual = simulate(scenario(ROWS[1]), 300, Random(3))
    found = simulate(replace(scenario(ROWS[1]), strategy=strategy), 300, Random(3))
    assert (found.wait.mean, found.level.mean) == (pytest.approx(usual.wait.mean), usual.level.mean)


def test_by_the_fewest_calls_all_have_as_many_and_in_line_the_first_has_most() -> None:
    day = scenario(ROWS[3])
    fair, line = (
        simulate(replace(day, strategy=one), 400, Random(3)).calls_each
        for one in (Strategy.FEWEST_CALLS, Strategy.LINEAR)
    )
    assert line[1] - line[0] > 2 * (fair[1] - fair[0])


def test_callers_are_answered_in_the_order_of_their_coming() -> None:
    centre = Centre(1)
    for second in range(5):
        centre.comes(Caller(float(second), handling=10))
    centre.to_the_end()
    assert [(wait.came, wait.seconds) for wait in centre.waits] == [(0, 0), (1, 9), (2, 18), (3, 27), (4, 36)]
    assert centre.busy == 50


def test_who_gives_up_is_gone_and_who_talks_does_not_give_up() -> None:
    centre = Centre(1)
    centre.comes(Caller(0.0, handling=10))
    centre.comes(Caller(1.0, handling=5, patience=3))
    centre.comes(Caller(2.0, handling=5, patience=10))
    centre.to_the_end()
    assert centre.waits == [Wait(0.0, 0.0, True), Wait(1.0, 3.0, False), Wait(2.0, 8.0, True)]
    assert centre.busy == 15


def test_the_interval_is_that_of_the_batches() -> None:
    waits = [Wait(float(n), float(n // 10), n % 4 > 0) for n in range(200)]
    found = measure(waits, within=4.0, occupancy=0.5)
    assert found.wait.mean == pytest.approx(9.5)
    assert found.wait.half == pytest.approx(2.093 * 5.916 / 20**0.5, rel=1e-3)
    assert found.abandoned == Estimate(pytest.approx(0.25), pytest.approx(0.0247, abs=2e-3))
    assert found.level.mean == pytest.approx(37 / 200)
    with pytest.raises(ValueError, match="too few"):
        measure(waits[:19], 4.0, 0.5)
