"""Asking a waiting caller whether he wants to be called back [コールバック] instead; he confirms it with a key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd import places, take_back
from acd.config_of_waiting import Cause, StepKind
from acd.effects import Effect, FindCallbackWay, PlayToCaller, SetTimer, StopMusic, StopPlayback
from acd.facts import Body, CallbackDeclined, CallbackOffered, CallbackRequested, CallOverflowed
from acd.inputs import CallbackAskTimeEnded
from acd.model import Asked, Call, Floor, Leg, Place
from kernel.ids import CallbackId, PlaybackId, QueueId, derive
from kernel.moment import after

CALLBACK: Final = "callback"
"""How the wait and the call end of who is to be called back."""
CONFIRM_KEY: Final = "1"
ASKED_FOR: Final = 30.0
"""Seconds, the question included, in which he may confirm."""


def possible(call: Call) -> bool:
    """Whether he can be called back: he waits, and his number is known."""
    return call.place is Place.WAITING and call.mark != ""


def ask(floor: Floor, call: Call, cause: Cause, at: int, now: datetime) -> Iterator[Body | Effect]:
    """Step `at` of his queue's chain asks him; meanwhile he keeps his place."""
    caller = _caller(floor, call)
    if caller is None or call.queue is None:
        return
    playing = call.playback
    playback = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
    until = after(now, ASKED_FOR)
    yield CallbackOffered(call.id, call.queue, cause, at, playback, until)
    if playing is not None:
        yield StopPlayback(caller.node, playing)
    yield PlayToCaller(call.id, caller.node, caller.channel, playback, ("callback-offer",))
    yield SetTimer(until, CallbackAskTimeEnded(call.id, until))


def declined(call: Call) -> Iterator[Body]:
    """He did not confirm it."""
    if call.queue is not None:
        yield CallbackDeclined(call.id, call.queue)


def confirmed(floor: Floor, call: Call, asked: Asked, queue: QueueId, now: datetime) -> Iterator[Body | Effect]:
    """He wants to be called back: his turn is kept, his wait is over, and so is his call when he has been thanked."""
    caller = _caller(floor, call)
    if caller is None:
        return
    playing, since = call.playback, call.queued or call.arrived
    callback = CallbackId(derive("callback", now, call.id))
    yield CallbackRequested(callback, call.id, queue, call.number, call.caller, since, call.priority, call.demand)
    yield from take_back.of(floor, call, CALLBACK)
    yield from places.leave(floor, call, queue, CALLBACK, now)
    heard = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
    yield CallOverflowed(call.id, queue, asked.cause, asked.at, StepKind.CALLBACK, since, call.priority, heard)
    if playing is not None:
        yield StopPlayback(caller.node, playing)
    yield StopMusic(caller.node, caller.channel)
    yield PlayToCaller(call.id, caller.node, caller.channel, heard, ("callback-accepted",))
    yield FindCallbackWay(callback, caller.node, call.caller, call.number)


def timers(call: Call) -> Iterator[SetTimer]:
    """Until when he may confirm, for a controller that comes back."""
    if call.asked is not None:
        yield SetTimer(call.asked.until, CallbackAskTimeEnded(call.id, call.asked.until))


def _caller(floor: Floor, call: Call) -> Leg | None:
    return None if call.caller_leg is None else floor.legs.get(call.caller_leg)
