"""Histories: lists of small steps that hypothesis makes, played on a world with every property checked after each."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fakes.world import ChangedByDecide
from tests.unit.acd import (
    acts_of_callbacks,
    acts_of_dialling,
    acts_of_leaving,
    acts_of_nodes,
    acts_of_oversight,
    acts_of_scenes,
    acts_of_service,
    acts_of_talks,
)
from tests.unit.acd.acts import ACTS, HAT
from tests.unit.acd.invariants import Violation
from tests.unit.acd.mixes import MIXES, Mix
from tests.unit.acd.play import NAMES, Play, begin

Steps = list[tuple[str, int, int]]
ALL: Final = (
    ACTS
    | acts_of_dialling.ACTS
    | acts_of_service.ACTS
    | acts_of_oversight.ACTS
    | acts_of_talks.ACTS
    | acts_of_callbacks.ACTS
    | acts_of_leaving.ACTS
    | acts_of_nodes.ACTS
    | acts_of_scenes.ACTS
)
_BUSY: Final = ("answer", "come_to_work", "deliver")
"""What keeps talks going."""
CALLING_OUT: Final = [*HAT, *acts_of_dialling.HAT]
"""A hat with calls out and inside among all else."""
SERVED: Final = [*HAT, *HAT, *acts_of_dialling.HAT, *acts_of_service.HAT, *acts_of_oversight.HAT]
"""Calls in and out, with all that agents, supervisors and outside systems change beside them."""
AT_WORK: Final = [*HAT, *acts_of_service.HAT, *acts_of_oversight.HAT]
"""A hat with what agents, supervisors and outside systems change beside calls."""
TALKING: Final = [*HAT, *acts_of_dialling.HAT, *acts_of_talks.HAT, *acts_of_nodes.HAT, *_BUSY * 6]
"""A hat in which agents transfer, confer and park as well."""
CALLED_BACK: Final = [*HAT, *acts_of_callbacks.HAT, *acts_of_nodes.HAT, *_BUSY * 6]
"""A hat in which callers are called back instead of waiting."""
LEAVING: Final = [*HAT, *acts_of_dialling.HAT, *acts_of_leaving.HAT, *_BUSY * 6]
"""A hat in which callers may not join, leave or are lost with their node, and times run out."""
EVERYTHING: Final = [
    *SERVED,
    *acts_of_talks.HAT,
    *acts_of_callbacks.HAT,
    *acts_of_leaving.HAT,
    *acts_of_nodes.HAT,
    *acts_of_scenes.HAT * 2,
    *_BUSY * 8,
]
"""All there is, at once."""
HATS: Final = (
    [*SERVED, *acts_of_scenes.HAT],
    EVERYTHING,
    [*TALKING, *acts_of_scenes.HAT],
    LEAVING,
    CALLED_BACK,
    EVERYTHING,
)
"""From which the long histories are drawn by turns."""

HISTORIES: Final = 450
STEPS: Final = 60
LONG: Final = 200
CAREFUL_EVERY: Final = 8
CAREFUL_LONG: Final = 49
"""Every so many histories are played with a copy of the floor compared around each decision, which is slow."""


def play_seed(seed: int, hat: Sequence[str] = ()) -> Play:
    """One long history of the acts in a `hat`, which the seed alone decides as it does the rules and the steps."""
    dice, hat = Random(seed), hat or HATS[seed % len(HATS)]
    mix, staff = dice.choice(MIXES), dice.randrange(len(NAMES) + 1)
    steps = [(dice.choice(hat), dice.randrange(16), dice.randrange(16)) for _ in range(LONG)]
    return play_history(staff, steps, mix, careful=seed % CAREFUL_LONG == 0)


def play_many(hat: Sequence[str] = HAT) -> None:
    """Play short histories of the acts in the `hat`, the same each time, until a property breaks: a tenth of the cost
    of `play_all`, which looks for the shortest one."""
    for seed in range(HISTORIES):
        dice = Random(seed)
        mix, staff = dice.choice(MIXES), dice.randrange(len(NAMES) + 1)
        steps = [(dice.choice(hat), dice.randrange(16), dice.randrange(16)) for _ in range(STEPS)]
        play_history(staff, steps, mix, careful=seed % CAREFUL_EVERY == 0)


def play_all(hat: Sequence[str] = HAT, histories: int = HISTORIES) -> None:
    """Play the same histories each time, of the acts in the `hat`.

    Violation names the property that broke, with the shortest history.
    """
    step = st.tuples(st.sampled_from(hat), st.integers(0, 15), st.integers(0, 15))

    @settings(
        max_examples=histories,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, len(NAMES)), st.sampled_from(MIXES), st.lists(step, min_size=STEPS, max_size=STEPS))
    def play(staff: int, mix: Mix, steps: Steps) -> None:
        play_history(staff, steps, mix, careful=sum(who for _, who, _ in steps) % CAREFUL_EVERY == 0)

    play()


def play_history(staff: int, steps: Steps, mix: Mix = MIXES[0], careful: bool = False) -> Play:
    """Play it; Violation names the property that broke."""
    try:
        play = begin(staff, careful, mix)
        for act, who, what in steps:
            play.step(ALL[act], who, what)
        play.close()
    except ChangedByDecide as changed:
        raise Violation("h", f"decide changed the floor at {changed}") from changed
    except (KeyError, IndexError, AttributeError) as crash:
        raise Violation("x", f"decide or evolve broke: {crash!r}") from crash
    return play
