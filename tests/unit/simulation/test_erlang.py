"""The formulas, against figures computed elsewhere and against what can be reckoned by hand."""

from __future__ import annotations

import math

import pytest

from simulation.erlang import Load, erlang_a, erlang_b, erlang_c, erlang_c_level, expected
from tests.unit.simulation.table import ROWS, Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_row_of_the_table(row: Row) -> None:
    found = expected(Load(row.per_hour / 3600, row.handling, row.agents, row.patience))
    assert (found.waiting, found.abandoned) == pytest.approx((row.waiting, row.abandoned), abs=6e-6)
    assert found.wait == pytest.approx(row.wait, rel=5e-4)


def test_one_agent_half_busy_lets_half_of_them_wait_a_whole_call() -> None:
    found = erlang_c(Load(1 / 120, 60, 1))
    assert (found.waiting, found.wait, found.occupancy) == pytest.approx((0.5, 60, 0.5))
    assert erlang_c_level(Load(1 / 120, 60, 1), 20) == pytest.approx(1 - 0.5 * math.exp(-1 / 6))


def test_nobody_may_wait() -> None:
    assert erlang_b(1, 1) == pytest.approx(1 / 2)
    assert erlang_b(2, 2) == pytest.approx(2 / 5)


def test_patience_equal_to_handling_makes_the_centre_a_poisson_number_of_people() -> None:
    # Leaving is as fast from the queue as from the desk: as many people are there as in M/M/infinity.
    fewer = sum(math.exp(-10) * 10**n / math.factorial(n) for n in range(10))
    assert erlang_a(Load(10 / 180, 180, 10, 180)).waiting == pytest.approx(1 - fewer)


def test_who_gives_up_is_who_has_waited() -> None:
    found = erlang_a(Load(0.3, 180, 50, 90))
    assert found.abandoned == pytest.approx(found.wait / 90)
    assert found.occupancy == pytest.approx(0.3 * (1 - found.abandoned) * 180 / 50)


def test_too_much_work_for_the_agents_is_said() -> None:
    with pytest.raises(ValueError, match="grow for ever"):
        erlang_c(Load(1, 60, 60))
    with pytest.raises(ValueError, match="Erlang C"):
        erlang_a(Load(1, 60, 60))
