"""Whatever happens, in whatever order, under whatever rules, the properties of the floor hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest

from tests.unit.acd.acts import HAT
from tests.unit.acd.histories import AT_WORK, CALLED_BACK, CALLING_OUT, TALKING, play_all, play_seed
from tests.unit.acd.invariants import Violation

SEEDS: Final = 500
AT_ONCE: Final = 25
CALLING_BACK: Final = 100


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_property_holds_after_every_step_of_long_histories(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        try:
            play_seed(seed)
        except Violation as broken:
            raise AssertionError(f"play_seed({seed}): {broken}") from broken


@pytest.mark.parametrize("first", range(0, CALLING_BACK, AT_ONCE))
def test_every_property_holds_in_long_histories_of_calls_back(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        try:
            play_seed(seed, CALLED_BACK)
        except Violation as broken:
            raise AssertionError(f"play_seed({seed}, CALLED_BACK): {broken}") from broken


def test_a_seed_plays_the_same_history_again() -> None:
    """So a failing one can be looked at."""
    assert [play_seed(7).facts, play_seed(8).facts] == [play_seed(7).facts, play_seed(8).facts]


@pytest.mark.parametrize(
    "hat",
    [HAT, CALLING_OUT, AT_WORK, TALKING, CALLED_BACK],
    ids=["calls in", "calls out too", "supervisors too", "transfers too", "callbacks too"],
)
def test_what_breaks_is_shown_by_its_shortest_history(hat: Sequence[str]) -> None:
    """The same properties over short histories, which hypothesis shortens when one fails."""
    play_all(hat=hat, histories=100)
