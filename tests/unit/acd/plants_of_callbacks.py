"""Bugs planted into calls back, each with the letters of the properties that must notice it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from acd import inputs, lines
from acd.config.waiting import First
from acd.matching import callback_turns, choose, kept, match
from acd.matching.choose import Entry, Turn
from acd.matching.steps import asked
from acd.model import Callback, Floor, Queue
from acd.waiting import joining
from tests.unit.acd.plants import Items, Patch, Plant, _decided, _nothing, _replaced


def _all_of(floor: Floor, turn: Turn | None) -> list[tuple[Queue, str]]:
    mine = [one for one in floor.callbacks.values() if one.rule.first is First.CALLER and one.queue in floor.queues]
    before = [(floor.queues[one.queue], one) for one in mine if turn is None or one.turn < turn]
    return [(queue, asked(queue, one.required, one.since, one.due)) for queue, one in before]


def _of_his_queue_alone(floor: Floor, queue: Queue, want: str, turn: Turn | None) -> list[Entry]:
    mine = [choose.in_line(floor, queue, word) for one, word in kept.promised(floor, turn) if one is queue]
    names = kept.last_ones(mine)
    return [entry for entry in choose.in_line(floor, queue, want) if entry[3] not in names]


def _although_called(floor: Floor, callback: Callback, now: datetime) -> bool:
    there = floor.open and callback.destination is not None
    return there and callback.rule.first is First.AGENT and now >= callback.due


def _on_the_telephone(floor: Floor, callback: Callback, now: datetime) -> bool:
    way = callback.destination
    if way is None or callback.call is not None or now < callback.due:
        return False
    return lines.refusal(floor, way.line) is None


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
    Plant(
        "who is being called back in another queue is forgotten",
        "p",
        _replaced(choose, "to_spare", _of_his_queue_alone),
    ),
    Plant("who is kept no more is given to nobody", "cu", _replaced(match, "spare", _nothing)),
    Plant("a callback that is due waits for something else", "ju", _decided(inputs.CallbackDue, _swallowed)),
    Plant(
        "who is being called back is called once more",
        "u",
        _replaced(callback_turns, "may_begin", _although_called),
    ),
    Plant(
        "who is on the telephone already is called back",
        "u",
        _replaced(callback_turns, "may_be_called", _on_the_telephone),
    ),
    Plant("who is called back has lost his turn", "u", _behind_everybody),
)
