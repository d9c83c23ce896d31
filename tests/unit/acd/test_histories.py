"""Whatever happens, in whatever order, under whatever rules, the properties of the floor hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, get_args

import pytest

from acd.facts import Body
from acd.inputs import Input
from kernel.fact import Fact
from tests.unit.acd.acts import HAT
from tests.unit.acd.histories import AT_WORK, CALLED_BACK, CALLING_OUT, TALKING, play_all, play_seed
from tests.unit.acd.invariants import Violation

SEEDS: Final = 500
AT_ONCE: Final = 25
OFTEN_ENOUGH: Final = 5
Heeded = dict[int, Counter[type[Input]]]


@pytest.fixture(scope="module")
def heeded() -> Heeded:
    """How often something followed from each kind of input, by the seed of the history."""
    return {}


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_property_holds_after_every_step_of_long_histories(first: int, heeded: Heeded) -> None:
    for seed in range(first, first + AT_ONCE):
        try:
            heeded[seed] = play_seed(seed).ledger.heeded
        except Violation as broken:
            raise AssertionError(f"play_seed({seed}): {broken}") from broken


def test_from_every_kind_of_input_something_follows_in_these_histories(heeded: Heeded) -> None:
    """What is never heeded is never checked."""
    for seed in set(range(SEEDS)) - set(heeded):
        heeded[seed] = play_seed(seed).ledger.heeded
    followed = sum(heeded.values(), Counter())
    seldom = {kind.__name__: followed[kind] for kind in every_kind(Input) if followed[kind] < OFTEN_ENOUGH}
    assert not seldom


def every_kind(union: Any) -> Iterator[type]:
    """The classes of a union of unions."""
    for one in get_args(union):
        yield from every_kind(one) if get_args(one) else (one,)


def test_a_seed_plays_the_same_history_again() -> None:
    """So a failing one can be looked at."""
    assert [_facts(7), _facts(8), _facts(9)] == [_facts(7), _facts(8), _facts(9)]


def _facts(seed: int) -> list[Fact[Body]]:
    return play_seed(seed).world.facts


@pytest.mark.parametrize(
    "hat",
    [HAT, CALLING_OUT, AT_WORK, TALKING, CALLED_BACK],
    ids=["calls in", "calls out too", "supervisors too", "transfers too", "callbacks too"],
)
def test_what_breaks_is_shown_by_its_shortest_history(hat: Sequence[str]) -> None:
    """The same properties over short histories, which hypothesis shortens when one fails."""
    play_all(hat=hat, histories=100)
