"""A call from its first leg to its last: arriving, moving through its flow, ending."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd import lines, menus, offers
from acd.effects import (
    ContinueFlow,
    Effect,
    EnterFlow,
    HangUp,
    StartMusic,
    StartRecording,
)
from acd.facts import (
    Body,
    CallEnded,
    CallEnding,
    CallStarted,
    ChannelRefused,
    FlowStepped,
    LegGone,
    LegStarted,
    PlaybackFinished,
    RecordingStarted,
)
from acd.inputs import CallArrived, CallReleased, FlowMoved, LegEnded, PlaybackEnded, RecordingWanted
from acd.model import Call, Direction, Floor, Leg, Party, Place
from acd.waiting import places
from acd.work import agents

_CALLER: Final = Party.CALLER
_FLOW, _WAITING, _ENDING = Place.FLOW, Place.WAITING, Place.ENDING
# A member of an enum takes Python 3.11 ten times as long as a name.

PLATFORM_FAILURE = "platform_failure"
COMPLETED = "completed"
NOT_TAKEN = "not_taken"
"""The outcome of a call that was given away and that nobody took, nor took back."""
TURNED_AWAY = "turned_away"
"""The outcome of a call for which no waiting place was left, whether it heard the guidance to its end or not."""


def arrived(floor: Floor, given: CallArrived, _now: datetime) -> Iterator[Body | Effect]:
    """A new call begins and enters what its number prescribes; the same channel seen twice is the same call."""
    if given.call in floor.calls:
        return
    line = lines.line_of(floor, given.number)
    # Whom the fallback has answered is not told now that the line is busy.
    no = None if line is None or given.returned else lines.refusal(floor, line)
    yield CallStarted(given.call, given.number, given.caller, given.arrived, mark=given.mark)
    takes = line if no is None else None
    yield LegStarted(
        given.leg, given.call, _CALLER, given.node, given.channel, None, given.arrived, up=False, line=takes
    )
    if line is None or no is None:
        yield EnterFlow(given.call, given.number, given.returned)
        return
    yield ChannelRefused(given.call, line, no.used or 0, no.limit or 0, no.clause)
    yield CallEnding(given.call, lines.CHANNELS_EXHAUSTED)
    yield HangUp(given.leg, given.node, given.channel, "busy")


def flow_moved(floor: Floor, given: FlowMoved, _now: datetime) -> Iterator[Body | Effect]:
    """The call's flow stands at another step; told once more, it stands where it stood."""
    call = floor.calls.get(given.call)
    if call is None or call.place is not _FLOW:
        return
    standing = (call.flow, call.flow_version, call.node, call.playback)
    if standing != (given.flow, given.version, given.node, given.playback):
        yield FlowStepped(
            call.id, given.flow, given.version, given.node, given.playback, given.attempt, given.keys_within
        )


def playback_ended(floor: Floor, given: PlaybackEnded, _now: datetime) -> Iterator[Body | Effect]:
    """A prompt is over: the flow goes on, or waits for a key; after an announcement the music goes on."""
    call = floor.calls.get(given.call)
    if call is None or call.playback != given.playback:
        return
    yield PlaybackFinished(call.id, given.playback)
    if call.place is _FLOW and call.keys_until is not None:
        yield from menus.deadline(call)
    elif call.place is _FLOW:
        yield ContinueFlow(call.id)
    elif call.place is _WAITING and call.queue is not None and call.caller_leg in floor.legs:
        caller = floor.legs[call.caller_leg]
        yield StartMusic(caller.node, caller.channel, (call.settings or floor.queues[call.queue].config).music)


def released(floor: Floor, given: CallReleased, _now: datetime) -> Iterator[Body | Effect]:
    call = floor.calls.get(given.call)
    if call is not None and call.place is _FLOW:
        yield from end(floor, call, TURNED_AWAY if call.turned_away and given.why == "released" else given.why)


def recording_wanted(floor: Floor, given: RecordingWanted, _now: datetime) -> Iterator[Body | Effect]:
    """Recording begins on the leg of the party outside and stays with it; inside on that of who began the call."""
    call = floor.calls.get(given.call)
    if call is None or call.place is not Place.TALKING or call.recording is not None:
        return
    recorded = call.callee_leg if call.direction is Direction.OUTBOUND else call.caller_leg
    leg = floor.legs.get(recorded) if recorded is not None else None
    if leg is not None:
        yield RecordingStarted(given.recording, call.id, leg.id, leg.node)
        yield StartRecording(given.recording, leg.node, leg.channel)


def leg_ended(floor: Floor, given: LegEnded, now: datetime) -> Iterator[Body | Effect]:
    """A party of a call that does not talk is gone: so is the call, unless an agent was only being rung."""
    leg = floor.legs.get(given.leg)
    if leg is None:
        return
    call = floor.calls[leg.call]
    served = leg.id == call.caller_leg
    offer = offers.offer_on(floor, leg)
    if offer is not None:
        yield from offers.leg_gone(floor, offer, given.cause, given.why, now)
    yield LegGone(leg.id, call.id, leg.channel, given.cause, given.why)
    if served:
        # An agent may wait in a queue that he serves himself: his wait is over before he is given another call.
        yield from _caller_gone(floor, call, given.why, now)
    yield from agents.leg_gone(floor, leg, call, given.why == PLATFORM_FAILURE, now)
    if served:
        yield from end(floor, call, PLATFORM_FAILURE if given.why == PLATFORM_FAILURE else _outcome(call))
    elif call.place is _WAITING:
        yield from places.offer_again(floor, call, now)
    if not served and not call.legs:
        yield CallEnded(call.id, call.ending)


def _outcome(call: Call) -> str:
    if call.turned_away:
        return TURNED_AWAY
    return "abandoned" if call.queued is not None else "ended_in_flow"


def _caller_gone(floor: Floor, call: Call, why: str, now: datetime) -> Iterator[Body | Effect]:
    if call.place is _WAITING and call.queue is not None:
        yield from offers.withdraw(floor, call, "caller_gone")
        outcome = PLATFORM_FAILURE if why == PLATFORM_FAILURE else "abandoned"
        yield from places.leave(floor, call, call.queue, outcome, now)


def end(floor: Floor, call: Call, outcome: str) -> Iterator[Body | Effect]:
    """Let the call end: hang up what is left of it; with the last leg gone it has ended."""
    if call.place is not _ENDING:
        if call.offers:
            yield from offers.withdraw(floor, call, outcome)
        yield CallEnding(call.id, outcome)
        for leg_id in sorted(call.legs):
            yield _hang_up(floor.legs[leg_id])
    if not call.legs:
        yield CallEnded(call.id, call.ending)


def _hang_up(leg: Leg) -> HangUp:
    return HangUp(leg.id, leg.node, leg.channel)
