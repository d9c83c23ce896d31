"""What supervisors do to calls in a history, waiting or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acd import inputs
from acd.model import Place
from kernel.ids import AgentId, CallId, QueueId
from tests.unit.acd.play import NAMES, Play


def _waiting(play: Play, who: int) -> tuple[CallId, QueueId] | None:
    """A call that waits; now and then one that does not."""
    calls = [one for one in play.world.floor.calls.values() if one.place is Place.WAITING or who % 7 == 0]
    if not calls:
        return None
    call = calls[who % len(calls)]
    return call.id, call.queue or QueueId("q1")


def _move(play: Play, who: int, what: int) -> None:
    found = _waiting(play, who)
    if found is not None:
        to, priority = QueueId(f"q{what % 4}"), (None, None, 3)[what % 3]
        play.world.take(inputs.MoveCall(play.command(), *found, to, priority))


def _prioritise(play: Play, who: int, what: int) -> None:
    found = _waiting(play, who)
    if found is not None:
        play.world.take(inputs.PrioritiseCall(play.command(), *found, (None, None, 0, 9)[what % 4]))


def _pick(play: Play, who: int, what: int) -> None:
    found = _waiting(play, who)
    if found is not None:
        play.world.take(inputs.PickCall(play.command(), *found, AgentId(NAMES[what % 4])))


def _withdraw(play: Play, who: int, what: int) -> None:
    found = _waiting(play, who)
    if found is not None:
        play.world.take(inputs.WithdrawCall(play.command(), *found, ("", "closed")[what % 2]))


ACTS: Final[dict[str, Callable[[Play, int, int], None]]] = {
    "move": _move,
    "prioritise": _prioritise,
    "pick": _pick,
    "withdraw": _withdraw,
}
WEIGHTS: Final = {"move": 5, "prioritise": 5, "pick": 6, "withdraw": 3}
HAT: Final = [act for act in ACTS for _ in range(WEIGHTS.get(act, 1))]
