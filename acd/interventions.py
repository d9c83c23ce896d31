"""Live actions on waiting calls: a supervisor moves, prioritises or withdraws one, or somebody picks it for himself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd import calls, offers
from acd.config.waiting import Cause
from acd.effects import AnswerCaller, Effect, HangUp, SayPrompt, SetTimer, StopMusic, StopPlayback
from acd.facts import (
    Body,
    CallEnding,
    CallLeftQueue,
    CommandDone,
    CommandRefused,
    FarewellStarted,
    PlaybackFinished,
    PriorityChanged,
)
from acd.inputs import CallCommand, MoveCall, PickCall, PlaybackEnded, PrioritiseCall, WithdrawCall
from acd.leaving import overflow
from acd.matching import match, steps
from acd.matching.order import rank
from acd.model import Agent, Call, Floor, Leg, LegState, Line, OfferKind, Place, Work
from acd.waiting import joining, places
from kernel.ids import PlaybackId, derive
from kernel.moment import after, seconds_between
from kernel.refusal import Code, Refused

MOVED: Final = "moved"
WITHDRAWN: Final = "withdrawn"
PICKED: Final = "picked"
FRONT: Final = 2_000_000
"""The least priority of who has been put in front: more than can be asked for, or than others grow to."""
FAREWELL_LIMIT: Final = 60.0
"""Seconds after which a caller has heard enough, whatever is still playing."""


def move(floor: Floor, given: MoveCall, now: datetime) -> Iterator[Body | Effect]:
    """The call keeps its waiting place and the beginning of its wait, and is offered there like any other."""
    call, target = _waiting(floor, given), floor.queues.get(given.to)
    if isinstance(call, Refused):
        yield _refused(given, call)
    elif target is None:
        yield _refused(given, Refused(Code.UNKNOWN_QUEUE, params=(("queue", given.to),)))
    elif given.to == given.queue:
        yield _refused(given, Refused(Code.ALREADY_THERE, params=(("queue", given.to),)))
    else:
        priority = call.joined_with if given.priority is None else given.priority
        since = call.queued or call.arrived
        yield from _leave(floor, call, MOVED, now)
        yield CommandDone(given.command, None, call.id)
        yield from joining.join(floor, call, target, priority, since, now, now)


def prioritise(floor: Floor, given: PrioritiseCall, now: datetime) -> Iterator[Body | Effect]:
    """The call's turn comes sooner, or later; who is rung for another one already is not taken away from it. Without a
    priority it is the first from now on, whoever comes or grows, until another one is put in front."""
    call = _waiting(floor, given)
    if isinstance(call, Refused):
        yield _refused(given, call)
        return
    priority = _front(floor, call) if given.priority is None else given.priority
    if priority != call.priority:
        turns = [turn for turn in floor.queues[given.queue].turns if turn != call.turn]
        position = rank(turns, (-priority, call.queued or call.arrived, call.id)) + 1
        yield PriorityChanged(call.id, given.queue, priority, position)
    yield CommandDone(given.command, None, call.id)
    yield from steps.timer(floor, call)
    yield from places.offer_again(floor, call, now)


def pick(floor: Floor, given: PickCall, now: datetime) -> Iterator[Body | Effect]:
    """The agent is rung for this call, also while he is paused; when he does not take it, it goes on as it was."""
    call, agent = _waiting(floor, given), floor.agents.get(given.agent)
    if isinstance(call, Refused):
        yield _refused(given, call)
    elif agent is None or not _can_pick(floor, agent, call):
        code = Code.UNKNOWN_AGENT if agent is None else Code.AGENT_NOT_FREE
        yield _refused(given, Refused(code, params=(("agent", given.agent),)))
    else:
        yield from _take_back(floor, call, PICKED)
        yield CommandDone(given.command, agent.id, call.id)
        yield from match.offer_to(floor, floor.queues[given.queue], call, agent, now, OfferKind.DIRECT)


def withdraw(floor: Floor, given: WithdrawCall, now: datetime) -> Iterator[Body | Effect]:
    """The caller goes the way of the queue's overflow chain, or is released, with an announcement if one is named."""
    call = _waiting(floor, given)
    if isinstance(call, Refused):
        yield _refused(given, call)
        return
    if given.overflow:
        yield CommandDone(given.command, None, call.id)
        yield from overflow.waits_no_longer(floor, call, Cause.WITHDRAWN, now)
        return
    caller = _caller(floor, call)
    yield from _leave(floor, call, WITHDRAWN, now, gives_place_back=True)
    yield CommandDone(given.command, None, call.id)
    if not given.prompt or caller is None:
        yield from calls.end(floor, call, WITHDRAWN)
        return
    playback = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
    yield CallEnding(call.id, WITHDRAWN)
    yield FarewellStarted(call.id, playback, given.prompt)
    if caller.state is LegState.RINGING:
        yield AnswerCaller(caller.node, caller.channel)
    yield StopMusic(caller.node, caller.channel)
    yield SayPrompt(call.id, caller.node, caller.channel, playback, given.prompt)
    yield SetTimer(after(now, FAREWELL_LIMIT), PlaybackEnded(call.id, playback))


def farewell_heard(floor: Floor, given: PlaybackEnded, _now: datetime) -> Iterator[Body | Effect]:
    """He has heard why; nothing is left to be said."""
    call = floor.calls[given.call]
    if call.playback == given.playback:
        yield PlaybackFinished(call.id, given.playback)
        yield from (_hang_up(floor.legs[leg]) for leg in sorted(call.legs))


def _waiting(floor: Floor, given: CallCommand) -> Call | Refused:
    """The call of an order that only one in this queue can be given."""
    call = floor.calls.get(given.call)
    if call is None or call.place is not Place.WAITING or call.queue != given.queue:
        return Refused(Code.CALL_NOT_WAITING, params=(("call", given.call), ("queue", given.queue)))
    return call


def _can_pick(floor: Floor, agent: Agent, call: Call) -> bool:
    """Signed in with a phone that can be rung and nothing on it; his wish does not matter, nor what is reported."""
    free = agent.work is Work.FREE and agent.leg is None and agent.aside is None and not agent.leaving
    return agent.signed_in and free and agent.line is Line.UP and floor.reaches(call)


def _front(floor: Floor, call: Call) -> int:
    """The priority with which the call is the first of its queue and stays it."""
    turns = [] if call.queue is None else floor.queues[call.queue].turns
    passed = [-turn[0] for turn in turns[:1] if turn != call.turn]
    return max(FRONT, call.priority, *(priority + 1 for priority in passed))


def _leave(
    floor: Floor, call: Call, why: str, now: datetime, *, gives_place_back: bool = False
) -> Iterator[Body | Effect]:
    """The call is in its queue no more: nobody is rung for it, nothing is told about its place."""
    caller, playing, queue = _caller(floor, call), call.playback, call.queue
    if queue is None:
        return
    yield from _take_back(floor, call, why)
    if gives_place_back:
        yield from places.leave(floor, call, queue, why, now)
    else:
        yield CallLeftQueue(call.id, queue, why, seconds_between(call.waiting_since, now))
    if caller is not None and playing is not None:
        yield StopPlayback(caller.node, playing)


def _take_back(floor: Floor, call: Call, why: str) -> Iterator[Body | Effect]:
    """Whoever rings for the call rings no more, and is free when his phone is quiet."""
    rung = [floor.legs[offer.leg] for offer in offers.offers_of(floor, call) if offer.leg in floor.legs]
    yield from offers.withdraw(floor, call, why)
    yield from map(_hang_up, rung)


def _hang_up(leg: Leg) -> HangUp:
    return HangUp(leg.id, leg.node, leg.channel)


def _caller(floor: Floor, call: Call) -> Leg | None:
    return None if call.caller_leg is None else floor.legs.get(call.caller_leg)


def _refused(given: CallCommand, no: Refused) -> CommandRefused:
    agent = given.agent if isinstance(given, PickCall) else None
    return CommandRefused(given.command, agent, no.code, no.clause, no.used, no.limit, no.params, given.call)
