"""What facts of supervisors do to calls (part of `evolve`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.evolve_lines import join, step_out
from acd.model import Floor


def _priority_changed(floor: Floor, body: facts.PriorityChanged, at: datetime) -> None:
    call = floor.calls[body.call]
    step_out(floor, call)
    call.priority = call.joined_with = body.priority
    call.aged_from = at
    join(floor, call)


def _farewell(floor: Floor, body: facts.FarewellStarted, _at: datetime) -> None:
    call = floor.calls[body.call]
    call.playback = body.playback
    call.playbacks += 1


STEPS: Final[dict[type, Callable[[Floor, Any, datetime], None]]] = {
    facts.PriorityChanged: _priority_changed,
    facts.FarewellStarted: _farewell,
}
