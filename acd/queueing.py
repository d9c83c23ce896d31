"""A call that talked goes into a queue: whoever is left in it waits there like a caller."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import conversations, places, prepare, waits
from acd.effects import Effect, StartMusic
from acd.facts import Body, CallQueued, CallTurned
from acd.model import Call, Floor, Leg, Queue
from acd.order import rank


def join(floor: Floor, call: Call, waiting: Leg, queue: Queue, now: datetime) -> Iterator[Body | Effect]:
    """The call's conversation is over; its wait begins now, as the queue is now."""
    own = conversations.own(floor, call)
    if own is not None:
        yield from conversations.end(floor, call, own)
    if call.caller_leg != waiting.id:
        yield CallTurned(call.id, waiting.id)
    position = rank(queue.turns, (-call.priority, now, call.id)) + 1
    yield CallQueued(call.id, queue.config.id, call.priority, now, position)
    yield from places.offer_again(floor, call, now)
    yield StartMusic(waiting.node, waiting.channel, queue.config.music)
    yield from waits.timers(floor, call, now)
    if not call.offered:
        yield from prepare.for_waiting(floor, queue, now)
