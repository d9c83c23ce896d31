"""Bugs planted into calls back, each with the letters of the properties that must notice it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from acd import inputs
from acd.config.waiting import First
from acd.matching import callback_turns, choose, kept
from acd.matching.choose import Turn
from acd.matching.steps import asked
from acd.model import Callback, Floor, Queue
from acd.waiting import joining
from tests.unit.acd.plants import Items, Patch, Plant, _decided, _replaced


def _all_of(floor: Floor, queue: Queue, turn: Turn | None) -> list[str]:
    mine = [one for one in floor.callbacks.values() if one.queue == queue.config.id and one.rule.first is First.CALLER]
    return [asked(queue, one.required, one.since, one.due) for one in mine if turn is None or one.turn < turn]


def _although_called(floor: Floor, callback: Callback, now: datetime) -> bool:
    there = floor.open and callback.destination is not None
    return there and callback.rule.first is First.AGENT and now >= callback.due


def _swallowed(_floor: Floor, _given: Any, _items: Items) -> Items:
    yield from ()


def _behind_everybody(patch: Patch) -> None:
    right = joining.join

    def wrong(*given: Any, called_back: bool = False, **more: Any) -> Items:
        floor, call, queue, priority, since, now, *rest = given
        since = now if called_back else since
        return right(floor, call, queue, priority, since, now, *rest, called_back=called_back, **more)

    patch.setattr(joining, "join", wrong)


CALLBACK_PLANTS: Final = (
    Plant("nobody is kept for who is being called back", "p", _replaced(choose, "kept_from", lambda *_: frozenset())),
    Plant("an agent is kept for who is not being called back yet", "cdmp", _replaced(kept, "promised", _all_of)),
    Plant("a callback that is due waits for something else", "ju", _decided(inputs.CallbackDue, _swallowed)),
    Plant(
        "who is being called back is called once more",
        "u",
        _replaced(callback_turns, "may_begin", _although_called),
    ),
    Plant("who is called back has lost his turn", "u", _behind_everybody),
)
