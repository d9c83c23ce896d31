"""The order in which effects are carried out: rings first, clearing up a moment later, everything else as decided."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import pytest

from acd import effects
from acd.effects import Effect
from controller.in_order import InOrder
from kernel.ids import ConversationId, LegId, NodeId
from tests.fakes.virtual_time import in_jumping_time

HOLD: Final = 0.01
NODE: Final = NodeId("node-1")
RING: Final = effects.RingAgent(*(["x"] * 9))  # type: ignore[arg-type]
MUSIC: Final = effects.StartMusic(NODE, "caller", "default")
SILENCE: Final = effects.StopMusic(NODE, "caller")
CONNECT: Final = effects.Connect(ConversationId("conv"), NODE, ("caller", "leg"))
ENDED: Final = effects.HangUp(LegId("leg_old"), NODE, "old")
GONE: Final = effects.Disconnect(ConversationId("old"), NODE)
AHEAD: Final = effects.PrepareLeg(*(["x"] * 4))  # type: ignore[arg-type]


class Doing:
    """What was done, and when, counted from the first decision."""

    def __init__(self, hold: float = HOLD) -> None:
        self.done: list[Effect] = []
        self.later: list[float] = []
        self.order = InOrder(self.done.append, self._later, hold)

    def _later(self, act: Callable[[], None]) -> None:
        self.later.append(round(asyncio.get_running_loop().time(), 3))
        act()

    def decided(self, *todo: Effect) -> None:
        self.order.carry_out(todo, rang=self.order.ring(todo))


@in_jumping_time
async def test_a_ring_comes_first_and_what_is_made_ahead_last() -> None:
    doing = Doing(hold=0.0)
    doing.decided(AHEAD, ENDED, GONE, RING)
    assert doing.done == [RING, ENDED, GONE, AHEAD]


@in_jumping_time
async def test_a_bridge_is_taken_away_when_whoever_was_in_it_is_in_another_one() -> None:
    doing = Doing()
    doing.decided(GONE, ENDED, SILENCE, CONNECT, AHEAD)
    assert doing.done == [ENDED, SILENCE, CONNECT, GONE, AHEAD]
    doing.decided(GONE, MUSIC)
    assert doing.done[-2:] == [GONE, MUSIC]


@in_jumping_time
async def test_a_bridge_that_waits_to_be_taken_away_is_so_when_whoever_was_in_it_is_connected_elsewhere() -> None:
    """He went from a talk to a queue, and whoever is rung for him answers at once."""
    doing = Doing()
    doing.decided(GONE, MUSIC, RING)
    doing.decided(SILENCE, CONNECT)
    assert doing.done == [RING, CONNECT, GONE]


@in_jumping_time
async def test_clearing_up_waits_after_a_ring_through_whatever_needs_nothing_of_asterisk() -> None:
    doing = Doing()
    doing.decided(ENDED, RING)
    await asyncio.sleep(HOLD / 2)
    doing.decided()
    doing.decided(GONE)
    doing.decided(RING)
    assert doing.done == [RING, RING]
    await asyncio.sleep(HOLD)
    assert doing.done == [RING, RING, ENDED, GONE]
    assert doing.later == [HOLD]


@in_jumping_time
async def test_clearing_up_without_a_ring_waits_for_nothing() -> None:
    doing = Doing()
    doing.decided(ENDED, GONE)
    assert doing.done == [ENDED, GONE]


@in_jumping_time
async def test_what_somebody_waits_for_ends_the_waiting() -> None:
    doing = Doing()
    doing.decided(ENDED, RING)
    doing.decided(effects.AnswerCaller(NODE, "new"))
    assert doing.done == [RING, ENDED, effects.AnswerCaller(NODE, "new")]
    await asyncio.sleep(2 * HOLD)
    assert len(doing.done) == 3


@pytest.mark.parametrize(
    ("decided", "done"),
    [
        ((SILENCE, CONNECT), [RING, ENDED, CONNECT]),
        ((SILENCE,), [RING, ENDED, MUSIC, SILENCE]),
        ((effects.StopMusic(NODE, "other"), CONNECT), [RING, ENDED, MUSIC, effects.StopMusic(NODE, "other"), CONNECT]),
    ],
)
def test_music_that_nobody_would_hear_does_not_begin(decided: Sequence[Effect], done: list[Effect]) -> None:
    """A phone that answers at once: the caller is connected before his music was asked for."""

    @in_jumping_time
    async def happen() -> None:
        doing = Doing()
        doing.decided(ENDED, MUSIC, RING)
        doing.decided(*decided)
        await asyncio.sleep(2 * HOLD)
        assert doing.done == done

    happen()
