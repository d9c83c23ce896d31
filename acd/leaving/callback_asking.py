"""Asking a caller who waits, or may not, whether he wants to be called back [コールバック]; he confirms with a key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd.config.waiting import StepKind
from acd.effects import (
    AnswerCaller,
    Effect,
    FindCallbackWay,
    PlayToCaller,
    SetTimer,
    StartMusic,
    StopMusic,
    StopPlayback,
)
from acd.facts import Body, CallbackDeclined, CallbackOffered, CallbackRequested, CallOverflowed
from acd.inputs import CallbackAskTimeEnded
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


def ask(floor: Floor, call: Call, came: Overflowing, at: int, now: datetime) -> Iterator[Body | Effect]:
    """Step `at` of his queue's chain asks him; if he waits he keeps his place meanwhile."""
    caller = _caller(floor, call)
    if caller is None:
        return
    playing = call.playback
    if call.place is not Place.WAITING:
        kind = StepKind.CALLBACK
        yield CallOverflowed(call.id, came.queue, came.cause, at, kind, came.since, came.priority)
        if caller.state is LegState.RINGING:
            yield AnswerCaller(caller.node, caller.channel)
        yield StopMusic(caller.node, caller.channel)
    playback = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
    until = after(now, ASKED_FOR)
    yield CallbackOffered(call.id, came.queue, came.cause, at, playback, until)
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
    thanked."""
    caller, way = _caller(floor, call), call.overflow
    if caller is None:
        return
    playing, since, priority = call.playback, call.queued or call.arrived, call.priority
    if call.place is not Place.WAITING and way is not None:
        since, priority = way.since, way.priority
    callback = CallbackId(derive("callback", now, call.id))
    yield CallbackRequested(callback, call.id, queue, call.number, call.caller, since, priority, call.demand, call.mark)
    if call.place is Place.WAITING:
        yield from take_back.of(floor, call, CALLBACK)
        yield from places.leave(floor, call, queue, CALLBACK, now)
    thanks = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
    yield CallOverflowed(call.id, queue, asked.cause, asked.at, StepKind.CALLBACK, since, priority, thanks)
    if playing is not None:
        yield StopPlayback(caller.node, playing)
    yield StopMusic(caller.node, caller.channel)
    yield PlayToCaller(call.id, caller.node, caller.channel, thanks, ("callback-accepted",))
    yield FindCallbackWay(callback, caller.node, call.caller, call.number)


def timers(call: Call) -> Iterator[SetTimer]:
    """Until when he may confirm, for a controller that comes back."""
    if call.asked is not None:
        yield SetTimer(call.asked.until, CallbackAskTimeEnded(call.id, call.asked.until))


def _caller(floor: Floor, call: Call) -> Leg | None:
    return None if call.caller_leg is None else floor.legs.get(call.caller_leg)
