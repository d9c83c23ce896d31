"""What facts do to calls, legs, conversations and the order of waiting (part of `evolve`)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.evolve.agents import spend
from acd.evolve.lines import join, reindex, step_out
from acd.matching.wants import only
from acd.model import Call, Conversation, Direction, Floor, Leg, LegState, Party, Place, Queue
from kernel.ids import LegId
from kernel.moment import after

RECENT: Final = 50
"""Callers over whom a queue's present service level is counted."""
_INBOUND: Final = Direction.INBOUND
_RINGING, _UP = LegState.RINGING, LegState.UP
_CALLER, _CALLEE = Party.CALLER, Party.CALLEE
_FLOW, _DIALLING, _WAITING = Place.FLOW, Place.DIALLING, Place.WAITING
_OVERFLOW, _TALKING, _ENDING = Place.OVERFLOW, Place.TALKING, Place.ENDING
# A member of an enum takes Python 3.11 ten times as long as a name.


def _started(floor: Floor, body: facts.CallStarted, _at: datetime) -> None:
    inbound = body.direction is _INBOUND
    floor.calls[body.call] = Call(
        body.call,
        body.number,
        body.caller,
        body.arrived,
        place=_FLOW if inbound else _DIALLING,
        config=floor.config,
        direction=body.direction,
        mark=body.mark,
    )
    if body.mark:
        floor.callers[body.mark] = floor.callers.get(body.mark, 0) + 1


def _leg_started(floor: Floor, body: facts.LegStarted, _at: datetime) -> None:
    state = _UP if body.up else _RINGING
    answered = body.at if body.up else None
    floor.legs[body.leg] = Leg(
        body.leg, body.call, body.party, body.node, body.channel, body.at, body.agent, state, answered, line=body.line
    )
    if body.line is not None:
        floor.channels[body.line] = floor.channels.get(body.line, 0) + 1
    call = floor.calls[body.call]
    call.legs.add(body.leg)
    floor.node = body.node
    place, party = call.place, body.party
    if party is _CALLEE and (place is _DIALLING or place is _OVERFLOW):
        call.callee_leg = body.leg
        call.tries += 1
    elif place is _DIALLING or party is _CALLER:
        call.caller_leg = body.leg
    if body.agent is None:
        return
    agent = floor.agents.get(body.agent)
    if agent is not None and agent.prepared == body.channel:
        spend(floor, agent)


def _leg_up(floor: Floor, body: facts.LegUp, at: datetime) -> None:
    leg = floor.legs[body.leg]
    leg.state, leg.answered = _UP, at


def _leg_gone(floor: Floor, body: facts.LegGone, at: datetime) -> None:
    leg = floor.legs.pop(body.leg)
    floor.calls[leg.call].legs.discard(leg.id)
    if leg.line is not None:
        floor.channels[leg.line] -= 1
        if not floor.channels[leg.line]:
            del floor.channels[leg.line]
    agent = floor.agents.get(leg.agent) if leg.agent is not None else None
    if agent is not None and leg.id in (agent.leg, agent.aside):
        if agent.leg == leg.id:
            agent.leg = None
        else:
            agent.aside, agent.since = None, at
        reindex(floor, agent)
    floor.listenings.pop(leg.id, None)


def _stepped(floor: Floor, body: facts.FlowStepped, at: datetime) -> None:
    call = floor.calls[body.call]
    call.flow, call.flow_version, call.node = body.flow, body.version, body.node
    call.playback = body.playback
    call.playbacks += 1
    call.stepped, call.attempt = at, body.attempt
    call.keys_within, call.keys_until = body.keys_within, None


def _playback_finished(floor: Floor, body: facts.PlaybackFinished, at: datetime) -> None:
    call = floor.calls[body.call]
    if call.playback == body.playback:
        call.playback = None
        if call.place is _FLOW and call.keys_within is not None:
            call.keys_until = after(at, call.keys_within)


def _queued(floor: Floor, body: facts.CallQueued, at: datetime) -> None:
    call = floor.calls[body.call]
    call.waits_from = at if call.place is _TALKING and body.since < at else None
    call.place, call.queue, call.priority, call.queued = _WAITING, body.queue, body.priority, body.since
    call.served_by, call.joined, call.overflow = body.queue, body.joined or body.since, None
    call.playback = call.keys_within = call.keys_until = None
    call.settings, call.turned_away, call.returns_to = floor.queues[body.queue].config, False, None
    if body.requirements and not call.demand.requirements:
        # Written before demands were facts of their own.
        call.demand = replace(call.demand, requirements=body.requirements)
    call.joined_with, call.want = body.priority, body.want
    call.preferred, call.preferred_until = body.preferred, body.preferred_until
    call.ring_up_to, call.stepped_to, call.rung_since, call.aged_from = 1, None, None, None
    join(floor, call)


def _stepped_on(floor: Floor, body: facts.WaitStepped, at: datetime) -> None:
    call = floor.calls[body.call]
    step_out(floor, call)
    if call.preferred is not None and body.want != only(call.preferred):
        call.preferred = call.preferred_until = None
    call.priority, call.want, call.ring_up_to, call.stepped_to = body.priority, body.want, body.ring_up_to, at
    join(floor, call)


def _place_taken(floor: Floor, body: facts.WaitingPlaceTaken, _at: datetime) -> None:
    floor.places.setdefault(body.number, set()).add(body.call)


def _place_returned(floor: Floor, body: facts.WaitingPlaceReturned, _at: datetime) -> None:
    floor.places[body.number].discard(body.call)
    if not floor.places[body.number]:
        del floor.places[body.number]


def _wait_refused(floor: Floor, body: facts.WaitRefused, _at: datetime) -> None:
    floor.calls[body.call].turned_away = True


def _channel_refused(_floor: Floor, _body: facts.ChannelRefused, _at: datetime) -> None:
    """The call that it is about ends at once; nothing else changes."""


def _announced(floor: Floor, body: facts.PositionAnnounced, at: datetime) -> None:
    call = floor.calls[body.call]
    call.playback, call.announced = body.playback, at
    call.playbacks += 1


def _left_queue(floor: Floor, body: facts.CallLeftQueue, _at: datetime) -> None:
    call = floor.calls[body.call]
    step_out(floor, call)
    queue = floor.queues.get(body.queue)
    if queue is not None:
        _count_service(queue, body)
    call.queue = call.joined = call.asked = None
    call.playback = None


def _count_service(queue: Queue, body: facts.CallLeftQueue) -> None:
    """Who gave up sooner than `short_abandon` counts neither way, as in the service level of the reports."""
    if body.outcome == "answered":
        queue.recent.append(int(body.waited <= queue.config.answer_within))
    elif body.waited > queue.config.short_abandon:
        queue.recent.append(0)
    if len(queue.recent) > RECENT:
        del queue.recent[0]


def _conversation_started(floor: Floor, body: facts.ConversationStarted, at: datetime) -> None:
    floor.conversations[body.conversation] = Conversation(body.conversation, body.call, at)
    call = floor.calls[body.call]
    call.place = _TALKING
    call.conversations.append(body.conversation)


def _joined(floor: Floor, body: facts.LegJoined, _at: datetime) -> None:
    legs = floor.conversations[body.conversation].legs
    _others_for(floor, {body.leg, *legs} if len(legs) == 1 else {body.leg})
    floor.legs[body.leg].conversation = body.conversation
    legs.add(body.leg)


def _others_for(floor: Floor, legs: Collection[LegId]) -> None:
    """Whom these legs hear has changed: who listens to them has to hear it as well."""
    for listening in floor.listenings.values():
        if listening.to in legs:
            listening.outdated = True


def _left(floor: Floor, body: facts.LegLeft, _at: datetime) -> None:
    leg = floor.legs[body.leg]
    leg.conversation = leg.held = None
    leg.held_by_order = False
    legs = floor.conversations[body.conversation].legs
    legs.discard(body.leg)
    if len(legs) > 1:
        _others_for(floor, legs)


def _conversation_ended(floor: Floor, body: facts.ConversationEnded, _at: datetime) -> None:
    del floor.conversations[body.conversation]
    floor.calls[body.call].conversations.remove(body.conversation)


def _recording_started(floor: Floor, body: facts.RecordingStarted, _at: datetime) -> None:
    call = floor.calls[body.call]
    call.recording, call.recorded_leg = body.recording, body.leg


def _recording_ended(floor: Floor, body: facts.RecordingEnded, _at: datetime) -> None:
    call = floor.calls[body.call]
    call.recording = call.recorded_leg = None


def _ending(floor: Floor, body: facts.CallEnding, _at: datetime) -> None:
    call = floor.calls[body.call]
    call.place, call.ending = _ENDING, body.outcome


def _ended(floor: Floor, body: facts.CallEnded, _at: datetime) -> None:
    call = floor.calls.pop(body.call)
    if call.mark:
        floor.callers[call.mark] -= 1
        if not floor.callers[call.mark]:
            del floor.callers[call.mark]
    if call.callback in floor.callbacks:
        floor.callbacks[call.callback].reached_out |= call.tries > 0


STEPS: Final[dict[type, Callable[[Floor, Any, datetime], None]]] = {
    facts.CallStarted: _started,
    facts.LegStarted: _leg_started,
    facts.LegUp: _leg_up,
    facts.LegGone: _leg_gone,
    facts.FlowStepped: _stepped,
    facts.PlaybackFinished: _playback_finished,
    facts.CallQueued: _queued,
    facts.WaitStepped: _stepped_on,
    facts.PositionAnnounced: _announced,
    facts.CallLeftQueue: _left_queue,
    facts.WaitingPlaceTaken: _place_taken,
    facts.WaitingPlaceReturned: _place_returned,
    facts.WaitRefused: _wait_refused,
    facts.ChannelRefused: _channel_refused,
    facts.ConversationStarted: _conversation_started,
    facts.LegJoined: _joined,
    facts.LegLeft: _left,
    facts.ConversationEnded: _conversation_ended,
    facts.RecordingStarted: _recording_started,
    facts.RecordingEnded: _recording_ended,
    facts.CallEnding: _ending,
    facts.CallEnded: _ended,
}
