"""What facts of supervisors do to calls (part of `evolve`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.model import Floor
from acd.order import cut, put


def _priority_changed(floor: Floor, body: facts.PriorityChanged, _at: datetime) -> None:
    call, queue = floor.calls[body.call], floor.queues[body.queue]
    cut(queue.turns, call.turn)
    cut(queue.open_turns, call.turn)
    call.priority = body.priority
    put(queue.turns, call.turn)
    if not call.offered:
        put(queue.open_turns, call.turn)


def _farewell(floor: Floor, body: facts.FarewellStarted, _at: datetime) -> None:
    call = floor.calls[body.call]
    call.playback = body.playback
    call.playbacks += 1


STEPS: Final[dict[type, Callable[[Floor, Any, datetime], None]]] = {
    facts.PriorityChanged: _priority_changed,
    facts.FarewellStarted: _farewell,
}
