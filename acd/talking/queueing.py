"""A call that talked goes into a queue: whoever is left in it waits there like a caller."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.effects import Effect
from acd.facts import Body, CallTurned
from acd.model import Call, Floor, Leg, Queue
from acd.talking import conversations
from acd.waiting import joining


def join(
    floor: Floor,
    call: Call,
    waiting: Leg,
    queue: Queue,
    now: datetime,
    priority: int | None = None,
) -> Iterator[Body | Effect]:
    """The call's conversation is over; its wait begins now, as the queue is now."""
    own = conversations.own(floor, call)
    if own is not None:
        yield from conversations.end(floor, call, own)
    if call.caller_leg != waiting.id:
        yield CallTurned(call.id, waiting.id)
    priority = call.priority if priority is None else priority
    yield from joining.join(floor, call, queue, priority, now, now)
