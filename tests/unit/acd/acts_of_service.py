"""What agents, supervisors and outside systems may do to an agent's work in a history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acd import inputs
from acd.model import Wish, Work
from kernel.ids import AgentId, QueueId
from tests.unit.acd.play import NAMES, Play


def _agent(who: int) -> AgentId:
    return AgentId(NAMES[who % 4])


def _sit_down_elsewhere(play: Play, who: int, what: int) -> None:
    """He signs in at a phone that may be somebody else's, or nobody's, and wants calls there."""
    phones = (*NAMES, "no such phone")
    play.world.take(inputs.SignIn(play.command(), _agent(who), phones[what % len(phones)]))
    play.world.take(inputs.SetWish(play.command(), _agent(who), Wish.READY))


def _single_queue(play: Play, who: int, what: int) -> None:
    order = inputs.LeaveQueue if what % 2 else inputs.JoinQueue
    play.world.take(order(play.command(), _agent(who), QueueId(f"q{what % 3}")))


def _wrap_up(play: Play, who: int, what: int) -> None:
    """Somebody who wraps up, when there is such a one, needs longer or is done."""
    at_it = [one.id for one in play.world.floor.agents.values() if one.work is Work.WRAP_UP]
    agent = at_it[who % len(at_it)] if at_it else _agent(who)
    if what % 3:
        play.world.take(inputs.ExtendWrapUp(play.command(), agent))
    else:
        play.world.take(inputs.EndWrapUp(play.command(), agent, forced=bool(what % 2)))


def _reported(play: Play, who: int, what: int) -> None:
    play.world.take(inputs.TellConnectable(play.command(), _agent(who), bool(what % 3)))


def _forced(play: Play, who: int, what: int) -> None:
    match what % 3:
        case 0:
            play.world.take(inputs.SignOut(play.command(), _agent(who), forced=True))
        case 1:
            play.world.take(inputs.SetWish(play.command(), _agent(who), Wish.PAUSED, "meeting", forced=True))
        case _:
            play.world.take(inputs.SetWish(play.command(), _agent(who), Wish.READY, forced=True))


ACTS: Final[dict[str, Callable[[Play, int, int], None]]] = {
    "sit_down_elsewhere": _sit_down_elsewhere,
    "single_queue": _single_queue,
    "wrap_up": _wrap_up,
    "reported": _reported,
    "forced": _forced,
}
WEIGHTS: Final = {"sit_down_elsewhere": 5, "single_queue": 5, "wrap_up": 4, "reported": 5, "forced": 2}
HAT: Final = [act for act in ACTS for _ in range(WEIGHTS.get(act, 1))]
