"""A call that talked goes into a queue: whoever is left in it waits there like a caller."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.effects import Effect, Separate
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
    yield from _leave_talk(floor, call, waiting)
    yield from joining.join(floor, call, queue, call.priority if priority is None else priority, now, now)


def rejoin(floor: Floor, call: Call, waiting: Leg, queue: Queue, now: datetime) -> Iterator[Body | Effect]:
    """The same where nobody took whoever is left: in the turn that he had, if he came from this queue. How long he may
    wait counts anew."""
    old = joining.old_turn(floor, call)
    if old is None or old.leg is not waiting or old.queue is not queue:
        yield from join(floor, call, waiting, queue, now)
        return
    yield from _leave_talk(floor, call, waiting)
    yield from joining.join(floor, call, queue, old.priority, old.since, now, now, called_back=old.called_back)


def _leave_talk(floor: Floor, call: Call, waiting: Leg) -> Iterator[Body | Effect]:
    own = conversations.own(floor, call)
    if own is not None:
        # Taken away together with its bridge, he may be found in neither by whoever answers at once
        # (docs/asterisk-facts.md).
        yield Separate(own.id, waiting.node, (waiting.channel,))
        yield from conversations.end(floor, call, own)
    if call.caller_leg != waiting.id:
        yield CallTurned(call.id, waiting.id)
