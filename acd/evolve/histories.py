"""What facts leave behind for later waits: how long calls kept agents, how wrong estimates were, who may come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.model import Dropped, Floor, dropped_key
from kernel.moment import after, seconds_between

KEPT: Final = 50
"""The last ones of a queue."""
LEAST: Final = 1.0
"""Seconds; of a shorter wait nobody asks how wrong the estimate was by its own length."""


def _accepted(floor: Floor, body: facts.OfferAccepted, at: datetime) -> None:
    queue = floor.calls[body.call].queue
    if queue is not None:
        floor.handling[body.agent] = (queue, at)


def _queued(floor: Floor, body: facts.CallQueued, at: datetime) -> None:
    if not body.called_back:
        return
    call, queue = floor.calls[body.call], floor.queues.get(body.queue)
    leg = None if call.caller_leg is None else floor.legs.get(call.caller_leg)
    if call.queued is None and queue is not None and leg is not None:
        _keep(queue.history.answering, seconds_between(leg.started, at))


def _freed(floor: Floor, body: facts.AgentFreed, at: datetime) -> None:
    queue_id, since = floor.handling.pop(body.agent, (None, at))
    queue = None if queue_id is None else floor.queues.get(queue_id)
    if queue is not None:
        _keep(queue.history.handled, seconds_between(since, at))


def _left(floor: Floor, body: facts.CallLeftQueue, at: datetime) -> None:
    call, queue = floor.calls[body.call], floor.queues.get(body.queue)
    if body.outcome == "answered" and call.estimated is not None and queue is not None:
        seconds, since = call.estimated
        waited = seconds_between(since, at)
        _keep(queue.history.errors, abs(waited - seconds) / max(waited, LEAST))
    within = call.settings.waiting.redial_within if call.settings is not None else 0.0
    if body.outcome == "abandoned" and call.mark and within:
        _forget_old(floor, at)
        key, since = dropped_key(body.queue, call.mark), call.queued or call.arrived
        floor.dropped.pop(key, None)
        floor.dropped[key] = Dropped(call.id, since, call.priority, after(at, within))
    call.estimated = None


def _announced(floor: Floor, body: facts.PositionAnnounced, at: datetime) -> None:
    call = floor.calls[body.call]
    if call.estimated is None and body.estimate is not None:
        call.estimated = (body.estimate, at)


def _known_again(floor: Floor, body: facts.RedialRecognised, _at: datetime) -> None:
    floor.dropped.pop(dropped_key(body.queue, floor.calls[body.call].mark), None)


def _forget_old(floor: Floor, at: datetime) -> None:
    for key in [key for key, dropped in floor.dropped.items() if dropped.until < at]:
        del floor.dropped[key]


def _keep(last: list[float], value: float) -> None:
    last.append(value)
    del last[:-KEPT]


STEPS: Final[dict[type, Callable[[Floor, Any, datetime], None]]] = {
    facts.OfferAccepted: _accepted,
    facts.AgentFreed: _freed,
    facts.CallQueued: _queued,
    facts.CallLeftQueue: _left,
    facts.PositionAnnounced: _announced,
    facts.RedialRecognised: _known_again,
}
"""Applied before the steps of the facts themselves."""
