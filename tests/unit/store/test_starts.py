"""A replay that begins at a start kept as bytes tells the same as one from the first fact, over random histories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import pytest

from acd.evolve import evolve
from acd.explaining.explain import OfferReason, direct_reason, offer_reason
from acd.facts import Body, OfferMade
from acd.model import Floor, OfferKind
from kernel.fact import Fact
from reports.interval import Grain, Intervals, fold
from store.codec import dump_floor, dump_runs, load_floor, load_runs
from tests.fakes.world import TENANT, Watch
from tests.stories import go_ready
from tests.unit.acd.histories import ALL, CALLED_BACK, EVERYTHING, LONG, TALKING
from tests.unit.acd.mixes import MIXES
from tests.unit.acd.play import CONFIGS, NAMES, begin, use

SEEDS: Final = range(40)
EVERY: Final = 23
"""Facts from one start to the next; a prime, so that starts come between facts of one decision too."""
Facts = Sequence[Fact[Body]]
HATS = pytest.mark.parametrize("hat", [EVERYTHING, TALKING, CALLED_BACK], ids=["everything", "talking", "called back"])


def history(seed: int, hat: Sequence[str]) -> Facts:
    """What 200 steps lead to when everybody is at work and no limit of seats is in the way."""
    dice = Random(seed)
    mix = dice.choice(MIXES)
    play = begin(len(NAMES), careful=False, mix=mix)
    play.world.watch = Watch()
    play.world.take(use(CONFIGS[3], mix, 1))
    for name in NAMES:
        go_ready(play.world, name)
    for _ in range(LONG):
        ALL[dice.choice(hat)](play, dice.randrange(16), dice.randrange(16))
    return play.world.facts


def floors(facts: Facts, every: int) -> Iterator[tuple[Floor, Fact[Body]]]:
    """Each fact with the floor before it, which has gone through bytes after `every` so many facts; 0: never."""
    floor = Floor(TENANT)
    for fact in facts:
        yield floor, fact
        evolve(floor, fact)
        if every and fact.seq % every == 0:
            floor = load_floor(dump_floor(floor))


def reasons(facts: Facts, every: int) -> dict[int, OfferReason | None]:
    """What is told of each offer, by the seq of its fact."""
    return {fact.seq: reason(floor, fact.body) for floor, fact in floors(facts, every) if type(fact.body) is OfferMade}


def reason(floor: Floor, made: OfferMade) -> OfferReason | None:
    by_queue = made.kind is OfferKind.QUEUE
    return offer_reason(floor, made.call) if by_queue else direct_reason(floor, made.call, made.agent)


def grains(facts: Facts, every: int) -> list[list[Grain]]:
    """What each fact adds to the intervals, in the same way."""
    intervals, found = Intervals(TENANT), []
    for fact in facts:
        found.append(fold(intervals, fact))
        if every and fact.seq % every == 0:
            kept = dump_floor(intervals.floor), dump_runs(intervals.runs)
            intervals = Intervals.resumed(load_floor(kept[0]), load_runs(kept[1]))
    return found


@HATS
def test_an_offer_is_explained_from_a_start_as_from_the_first_fact(hat: Sequence[str]) -> None:
    choices = 0
    for seed in SEEDS:
        facts = history(seed, hat)
        told = reasons(facts, EVERY)
        assert told == reasons(facts, 0)
        made = {fact.seq: fact.body.agent for fact in facts if isinstance(fact.body, OfferMade)}
        assert {seq: one.winner.agent for seq, one in told.items() if one is not None} == made
        choices += sum(one is not None and bool(one.runners_up) for one in told.values())
    assert choices > len(SEEDS), "too few offers with a choice: nothing was shown"


@HATS
def test_intervals_are_counted_from_a_start_as_from_the_first_fact(hat: Sequence[str]) -> None:
    for seed in SEEDS:
        facts = history(seed, hat)
        assert grains(facts, EVERY) == grains(facts, 0)
