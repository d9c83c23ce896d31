"""Agents kept for those who are being called back: whoever comes after them in turn cannot have the last ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.model import Callback, Floor, Place, Queue
from kernel.ids import CallId, QueueId

Turn = tuple[int, datetime, CallId]


def rung(floor: Floor, queue: QueueId) -> Iterator[Callback]:
    """Whose telephones ring now, of those who are called before an agent."""
    for one in floor.callbacks.values():
        call = None if one.call is None else floor.calls.get(one.call)
        if one.queue == queue and one.agent is None and call is not None and call.place is Place.DIALLING:
            yield one


def everywhere(floor: Floor) -> Iterator[Callback]:
    """The same over all queues."""
    for queue in {one.queue for one in floor.callbacks.values()}:
        yield from rung(floor, queue)


def to_spare(floor: Floor, queue: Queue) -> bool:
    """Whether an agent of the queue may be given to somebody who comes now."""
    kept = sum(1 for _ in rung(floor, queue.config.id)) if floor.callbacks else 0
    return not kept or len(queue.ready) > kept


def spared(floor: Floor, queue: Queue, turn: Turn) -> bool:
    """Whether an agent of the queue may be given to this turn: none is kept for somebody before it who is being called
    back, or more are free than are kept."""
    if not floor.callbacks:
        return True
    kept = sum(1 for one in rung(floor, queue.config.id) if one.turn < turn)
    return not kept or len(queue.ready) > kept
