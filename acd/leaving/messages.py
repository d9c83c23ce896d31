"""A message [伝言] that a caller leaves instead of waiting: he speaks after a greeting, and a recording keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd import calls
from acd.effects import Effect, SetTimer, StartRecording, StopRecording
from acd.facts import Body, MessageStarted, RecordingEnded, RecordingStarted
from acd.inputs import MessageTimeEnded, RecordingWanted
from acd.model import Call, Floor, Place
from kernel.moment import after

VOICEMAIL: Final = "voicemail"
END_KEY: Final = "#"


def begin(call: Call, now: datetime) -> Iterator[Body | Effect]:
    """The greeting has been heard: he may speak."""
    if call.overflow is not None:
        until = after(now, call.overflow.step.seconds)
        yield MessageStarted(call.id, call.overflow.queue, until)
        yield SetTimer(until, MessageTimeEnded(call.id, until))


def speaks(call: Call) -> bool:
    """Whether he leaves a message now."""
    return call.place is Place.OVERFLOW and call.overflow is not None and call.overflow.until is not None


def recording_wanted(floor: Floor, given: RecordingWanted, _now: datetime) -> Iterator[Body | Effect]:
    """What he says is recorded on his own leg."""
    call = floor.calls[given.call]
    leg = None if call.caller_leg is None else floor.legs.get(call.caller_leg)
    if leg is not None and call.recording is None:
        yield RecordingStarted(given.recording, call.id, leg.id, leg.node)
        yield StartRecording(given.recording, leg.node, leg.channel)


def time_ended(floor: Floor, given: MessageTimeEnded, _now: datetime) -> Iterator[Body | Effect]:
    """He has spoken long enough; the end of an older time changes nothing."""
    call = floor.calls.get(given.call)
    if call is not None and speaks(call) and call.overflow is not None and call.overflow.until == given.until:
        yield from end(floor, call)


def end(floor: Floor, call: Call) -> Iterator[Body | Effect]:
    """The message is whole: the call is over."""
    yield from kept(floor, call)
    yield from calls.end(floor, call, VOICEMAIL)


def kept(floor: Floor, call: Call) -> Iterator[Body | Effect]:
    """Its recording ends."""
    if call.recording is None:
        return
    recording, leg = call.recording, floor.legs.get(call.recorded_leg) if call.recorded_leg is not None else None
    yield RecordingEnded(recording, call.id)
    if leg is not None:
        yield StopRecording(recording, leg.node, leg.channel)


def timers(call: Call) -> Iterator[SetTimer]:
    """Until when a message may last, for a controller that comes back."""
    if call.overflow is not None and call.overflow.until is not None:
        yield SetTimer(call.overflow.until, MessageTimeEnded(call.id, call.overflow.until))
