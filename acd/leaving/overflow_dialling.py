"""Putting a caller through to a number outside who is not to wait any longer: by the tenant's lines, one trunk after
another; whoever answers talks with him."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import attempts, calls, lines
from acd.config.waiting import StepKind
from acd.effects import Connect, DialOut, Effect, FindWay, HangUp, SetTimer, StopRinging
from acd.facts import (
    Body,
    ConversationStarted,
    DialFailed,
    DialPlanned,
    DialTried,
    LegGone,
    LegJoined,
    LegStarted,
    LegUp,
    OverflowFailed,
)
from acd.inputs import DialTimeEnded, LegAnswered, LegEnded, OverflowWayFound
from acd.leaving import callback_asking, messages, overflow
from acd.model import Call, Floor, Leg, LegState, Party, Place
from acd.work import agents
from kernel.ids import ConversationId, LegId, PersonalId, derive
from kernel.moment import after
from kernel.refusal import Refused


def way_found(floor: Floor, given: OverflowWayFound, now: datetime) -> Iterator[Body | Effect]:
    """The number can be reached over a line, or a rule says no: then the next step is taken."""
    call = floor.calls.get(given.call)
    if call is None or not _dials(call, given.step) or _callee(floor, call) is not None:
        return
    no = given.destination if isinstance(given.destination, Refused) else lines.refusal(floor, given.destination.line)
    if no is not None or isinstance(given.destination, Refused):
        yield from _failed(floor, call, "" if no is None else str(no.code), now)
        return
    yield DialPlanned(call.id, given.destination)
    yield from _try(floor, call, now)


def leg_answered(floor: Floor, given: LegAnswered, now: datetime) -> Iterator[Body | Effect]:
    """Whoever was called answered: both talk."""
    leg = floor.legs[given.leg]
    call = floor.calls[leg.call]
    caller = _caller(floor, call)
    if leg.state is LegState.UP or caller is None or leg.party is Party.AGENT:
        # An agent who answers now was rung before, and is told to stop.
        return
    yield LegUp(leg.id, call.id)
    if not _is_called(call, leg):
        return
    conversation = ConversationId(derive("conv", now, call.id, "overflow", call.tries))
    yield ConversationStarted(conversation, call.id)
    yield LegJoined(caller.id, conversation, call.id)
    yield LegJoined(leg.id, conversation, call.id)
    yield StopRinging(caller.node, caller.channel)
    yield Connect(conversation, caller.node, (caller.channel, leg.channel))


def leg_ended(floor: Floor, given: LegEnded, now: datetime) -> Iterator[Body | Effect]:
    """The caller has had enough, and his call is over; or a try has failed, and the next trunk or step is taken."""
    leg = floor.legs[given.leg]
    call = floor.calls[leg.call]
    if leg.party is Party.AGENT:
        yield from calls.leg_ended(floor, given, now)
        return
    broken = given.why == calls.PLATFORM_FAILURE
    if _is_called(call, leg):
        yield DialFailed(call.id, leg.id, given.cause, given.sip)
    else:
        yield from messages.kept(floor, call)
    yield LegGone(leg.id, call.id, leg.channel, given.cause, given.why)
    if not _is_called(call, leg):
        # A colleague who was called may have been given to the queue.
        yield from agents.leg_gone(floor, leg, call, broken, now)
        yield from calls.end(floor, call, calls.PLATFORM_FAILURE if broken else outcome(call))
    elif given.elsewhere and call.tries < len(call.destination.trunks):
        yield from _try(floor, call, now)
    else:
        yield from _failed(floor, call, attempts.failure(given.cause, given.sip), now)


def outcome(call: Call) -> str:
    """What becomes of a call whose caller hangs up on the chain."""
    kind = None if call.overflow is None else call.overflow.step.kind
    if kind is StepKind.CALLBACK and call.asked is None and not callback_asking.looks_for_way(call):
        return callback_asking.CALLBACK
    return messages.VOICEMAIL if messages.speaks(call) else overflow.OVERFLOWED


def time_ended(floor: Floor, given: DialTimeEnded, now: datetime) -> Iterator[Body | Effect]:
    """It has rung long enough: the next step is taken when the telephone is quiet."""
    leg = floor.legs[given.leg]
    if _is_called(floor.calls[leg.call], leg) and leg.state is LegState.RINGING:
        yield HangUp(leg.id, leg.node, leg.channel, "no_answer")


def timers(floor: Floor, call: Call) -> Iterator[SetTimer]:
    """Until when it may ring, for a controller that comes back."""
    leg = _callee(floor, call)
    if leg is not None and leg.state is LegState.RINGING:
        yield SetTimer(after(leg.started, attempts.RING_LIMIT), DialTimeEnded(leg.id))


def once_more(floor: Floor) -> Iterator[Effect]:
    """The ways that were asked for and not found yet, for a controller that comes back."""
    for call in floor.calls.values():
        way = call.overflow
        caller = _caller(floor, call)
        if way is not None and caller is not None and _dials(call, way.at) and _callee(floor, call) is None:
            yield FindWay(call.id, caller.node, way.at, way.step.number, call.number)


def to(call: Call, step: int) -> PersonalId:
    """What points to the number of that step while the call lives; the number itself stands in the configuration."""
    return PersonalId(derive("person", call.arrived, call.id, "overflow", step))


def _try(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    caller, way = _caller(floor, call), call.destination
    if caller is None or call.overflow is None or way.line is None or call.tries >= len(way.trunks):
        return
    leg = LegId(derive("leg", now, call.id, "callee", call.overflow.at, call.tries + 1))
    trunk = way.trunks[call.tries]
    yield DialTried(call.id, leg, way.line, trunk, call.number, way.kind)
    yield LegStarted(leg, call.id, Party.CALLEE, caller.node, leg, None, now, up=False, line=way.line)
    target = to(call, call.overflow.at)
    yield DialOut(call.id, leg, caller.node, trunk, leg, target, call.number, way.withheld, caller.channel)
    yield SetTimer(after(now, attempts.RING_LIMIT), DialTimeEnded(leg))


def _failed(floor: Floor, call: Call, why: str, now: datetime) -> Iterator[Body | Effect]:
    caller = _caller(floor, call)
    if call.overflow is None or caller is None:
        return
    yield OverflowFailed(call.id, call.overflow.queue, call.overflow.at, why)
    yield StopRinging(caller.node, caller.channel)
    yield from overflow.next_step(floor, call, now)


def _is_called(call: Call, leg: Leg) -> bool:
    """Whether the chain calls him; who was called by an agent and handed to a queue has become the caller."""
    return leg.party is Party.CALLEE and leg.id != call.caller_leg


def _dials(call: Call, step: int) -> bool:
    way = call.overflow if call.place is Place.OVERFLOW else None
    return way is not None and way.at == step and way.step.kind is StepKind.NUMBER


def _callee(floor: Floor, call: Call) -> Leg | None:
    return None if call.callee_leg is None else floor.legs.get(call.callee_leg)


def _caller(floor: Floor, call: Call) -> Leg | None:
    return None if call.caller_leg is None else floor.legs.get(call.caller_leg)
