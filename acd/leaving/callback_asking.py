"""Asking a caller who waits, or may not, whether he wants to be called back [コールバック]; he confirms with a key.

Only who can be called is asked: first it is found out over which of the tenant's lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd.config.waiting import StepKind
from acd.effects import (
    AnswerCaller,
    Effect,
    FindCallbackWay,
    FindWayBack,
    PlayToCaller,
    SetTimer,
    StartMusic,
    StopMusic,
    StopPlayback,
)
from acd.facts import Body, CallbackDeclined, CallbackOffered, CallbackRequested, CallOverflowed
from acd.inputs import CallbackAskTimeEnded, WayBackFound
from acd.leaving import take_back
from acd.model import Asked, Call, Direction, Floor, Leg, LegState, Overflowing, Place
from acd.waiting import places
from kernel.ids import CallbackId, PlaybackId, QueueId, derive
from kernel.moment import after

CALLBACK: Final = "callback"
"""How the wait and the call end of who is to be called back."""
CONFIRM_KEY: Final = "1"
ASKED_FOR: Final = 30.0
"""Seconds, the question included, in which he may confirm."""


def possible(call: Call) -> bool:
    """Whether he can be called back: he has called, and told his number."""
    return call.mark != "" and call.direction is Direction.INBOUND


def ask(floor: Floor, call: Call, came: Overflowing, at: int) -> Iterator[Body | Effect]:
    """Step `at` of his queue's chain is to ask him, if he can be called; if he waits he keeps his place meanwhile."""
    caller = _caller(floor, call)
    if caller is None:
        return
    if call.place is not Place.WAITING:
        kind = StepKind.CALLBACK
        yield CallOverflowed(call.id, came.queue, came.cause, at, kind, came.since, came.priority)
    yield FindWayBack(call.id, caller.node, came.queue, came.cause, at, call.caller, call.number)


def is_to_be_asked(call: Call, given: WayBackFound) -> bool:
    """Whether this is still the step at which he is, and he has not been asked yet."""
    if call.place is Place.WAITING:
        asked = call.asked is not None and (call.asked.cause, call.asked.at) == (given.cause, given.step)
        return call.queue == given.queue and not asked
    way = call.overflow
    there = None if way is None else (way.queue, way.cause, way.at)
    return looks_for_way(call) and there == (given.queue, given.cause, given.step)


def looks_for_way(call: Call) -> bool:
    """Whether he does not wait, and is asked as soon as it is known that he can be called."""
    way = call.overflow if call.place is Place.OVERFLOW else None
    there = way is not None and way.step.kind is StepKind.CALLBACK
    return there and call.asked is None and call.playback is None


def offer(floor: Floor, call: Call, given: WayBackFound, now: datetime) -> Iterator[Body | Effect]:
    """He can be called, and is asked whether he wants to be."""
    caller = _caller(floor, call)
    if caller is None:
        return
    playing = call.playback
    if call.place is not Place.WAITING:
        if caller.state is LegState.RINGING:
            yield AnswerCaller(caller.node, caller.channel)
        yield StopMusic(caller.node, caller.channel)
    playback = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
    until = after(now, ASKED_FOR)
    yield CallbackOffered(call.id, given.queue, given.cause, given.step, playback, until)
    if playing is not None:
        yield StopPlayback(caller.node, playing)
    yield PlayToCaller(call.id, caller.node, caller.channel, playback, ("callback-offer",))
    yield SetTimer(until, CallbackAskTimeEnded(call.id, until))


def heard(floor: Floor, call: Call) -> Iterator[Effect]:
    """Who does not wait has heard the question, and may still confirm it: meanwhile he hears his queue's music."""
    caller, queue = _caller(floor, call), None if call.overflow is None else floor.queues.get(call.overflow.queue)
    if caller is not None and queue is not None:
        yield StartMusic(caller.node, caller.channel, queue.config.music)


def declined(call: Call, queue: QueueId) -> Iterator[Body]:
    """He did not confirm it."""
    yield CallbackDeclined(call.id, queue)


def confirmed(floor: Floor, call: Call, asked: Asked, queue: QueueId, now: datetime) -> Iterator[Body | Effect]:
    """He wants to be called back: his turn is kept, his wait is over if he had one, and so is his call when he has been
    thanked. Who has asked before in this queue, and is not being called yet, has the turn that he had then."""
    caller, way = _caller(floor, call), call.overflow
    if caller is None:
        return
    playing, since, priority = call.playback, call.queued or call.arrived, call.priority
    if call.place is not Place.WAITING and way is not None:
        since, priority = way.since, way.priority
    callback = CallbackId(derive("callback", now, call.id))
    again = _asked_before(floor, call, queue)
    if not again:
        yield CallbackRequested(
            callback, call.id, queue, call.number, call.caller, since, priority, call.demand, call.mark
        )
    if call.place is Place.WAITING:
        yield from take_back.of(floor, call, CALLBACK)
        yield from places.leave(floor, call, queue, CALLBACK, now)
    thanks = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
    yield CallOverflowed(call.id, queue, asked.cause, asked.at, StepKind.CALLBACK, since, priority, thanks)
    if playing is not None:
        yield StopPlayback(caller.node, playing)
    yield StopMusic(caller.node, caller.channel)
    yield PlayToCaller(call.id, caller.node, caller.channel, thanks, ("callback-accepted",))
    if not again:
        yield FindCallbackWay(callback, caller.node, call.caller, call.number)


def _asked_before(floor: Floor, call: Call, queue: QueueId) -> bool:
    mine = (one for one in floor.callbacks.values() if one.queue == queue and one.mark == call.mark)
    return any(one.call is None for one in mine)


def once_more(floor: Floor) -> Iterator[Effect]:
    """Who was to be asked when it was known that he can be called, for a controller that comes back."""
    for call in floor.calls.values():
        caller, way = _caller(floor, call), call.overflow
        if caller is not None and way is not None and looks_for_way(call):
            yield FindWayBack(call.id, caller.node, way.queue, way.cause, way.at, call.caller, call.number)


def timers(call: Call) -> Iterator[SetTimer]:
    """Until when he may confirm, for a controller that comes back."""
    if call.asked is not None:
        yield SetTimer(call.asked.until, CallbackAskTimeEnded(call.id, call.asked.until))


def _caller(floor: Floor, call: Call) -> Leg | None:
    return None if call.caller_leg is None else floor.legs.get(call.caller_leg)
