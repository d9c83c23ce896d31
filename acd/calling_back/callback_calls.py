"""Calling back a caller before an agent: when it is nearly certain that one is free as he answers; he then goes first.

While his telephone rings, an agent who is free is kept for him: no call with a later turn is given the last one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from acd import attempts, calls, lines
from acd.calling_back import callback_pacing, rivals
from acd.config.waiting import First
from acd.effects import DialOut, Effect, HangUp, SetTimer
from acd.facts import (
    Body,
    CallbackTried,
    CallStarted,
    DialFailed,
    DialPlanned,
    DialTried,
    LegGone,
    LegStarted,
    LegUp,
)
from acd.inputs import DialTimeEnded, LegAnswered, LegEnded
from acd.matching import callback_turns, match
from acd.model import Call, Callback, Direction, Floor, Party, Place, Queue
from acd.waiting import admission, estimate, joining
from kernel.ids import CallId, LegId, LineId, NodeId, QueueId, derive
from kernel.moment import after, seconds_between


def is_rung(floor: Floor, call: Call) -> bool:
    """Whether this call calls somebody back who is called first, and who does not wait in the queue yet."""
    if call.callback is None:
        return False
    callback = floor.callbacks.get(call.callback)
    rings = call.queued is None and call.place in (Place.DIALLING, Place.ENDING)
    return rings and callback is not None and callback.agent is None


def look_around(floor: Floor, changed: Collection[QueueId], now: datetime) -> Iterator[Body | Effect]:
    """The same of these queues and of all whose agents serve one of them too."""
    idle = {one.queue for one in floor.callbacks.values() if one.rule.first is First.CALLER and one.call is None}
    near = set(changed)
    if not idle <= near:
        for agent in floor.agents.values():
            if not agent.serves.keys().isdisjoint(changed):
                near.update(agent.serves)
    for queue_id in sorted(idle & near):
        queue = floor.queues.get(queue_id)
        if queue is not None:
            yield from look(floor, queue, now)


def look(floor: Floor, queue: Queue, now: datetime) -> Iterator[Body | Effect]:
    """Call those of the queue, in their turns, for whom it is certain enough; where it is not, it is so for nobody who
    comes later and asks for the same."""
    idle = sorted((one for one in floor.callbacks.values() if _may_be_called(floor, queue, one, now)), key=_turn)
    too_soon: set[str] = set()
    for callback in idle:
        want = callback_turns.want(floor, callback, now)
        # The last channel of his line may have been taken by the one before him.
        if want in too_soon or not _may_be_called(floor, queue, callback, now):
            continue
        if certainty(floor, queue, callback, now) < callback.rule.certainty:
            too_soon.add(want)
        else:
            yield from _call(floor, callback, now)


def certainty(floor: Floor, queue: Queue, callback: Callback, now: datetime) -> float:
    """How probable it is that an agent is free for him when he answers, if he is called now."""
    crew = [
        agent
        for agent in admission.members(floor, queue.config.id)
        if admission.takes_calls(agent) and callback_turns.able(floor, callback, agent, now)
    ]
    free = [agent for agent in crew if agent.matchable]
    history, usual = queue.history, estimate.handling_time(queue)
    by = after(now, max(history.answering or callback_pacing.USUAL_ANSWERING))
    before = rivals.to_be_called(floor, callback, crew, by)
    if not before and len(free) > rivals.rung(floor, free) + rivals.waiting(floor, callback, free, by):
        return 1.0
    before += rivals.rung(floor, crew) + rivals.waiting(floor, callback, crew, by)
    ages = [seconds_between(floor.handling[one.id][1], now) for one in crew if one.id in floor.handling]
    return callback_pacing.certainty(len(free), ages, before, history.handled, usual, history.answering)


def _may_be_called(floor: Floor, queue: Queue, callback: Callback, now: datetime) -> bool:
    his = callback.queue == queue.config.id and callback.rule.first is First.CALLER
    return his and floor.open and callback_turns.may_be_called(floor, callback, now)


def _call(floor: Floor, callback: Callback, now: datetime) -> Iterator[Body | Effect]:
    way = callback.destination
    if way is None or way.line is None or not way.trunks:
        return
    call = CallId(derive("call", now, callback.id, callback.begun + 1))
    yield CallStarted(call, callback.number, callback.to, now, Direction.OUTBOUND, callback.mark)
    yield CallbackTried(callback.id, callback.queue, call, None)
    yield DialPlanned(call, way)
    yield from _ring(callback, call, way.line, callback_turns.node(floor), now)


def _ring(callback: Callback, call: CallId, line: LineId, at: NodeId, now: datetime) -> Iterator[Body | Effect]:
    """Over the next trunk of the line."""
    way = callback.destination
    if way is None:
        return
    trunk = way.trunks[callback.trunks]
    leg = LegId(derive("leg", now, call, "caller", callback.trunks + 1))
    yield DialTried(call, leg, line, trunk, callback.number, way.kind)
    yield LegStarted(leg, call, Party.CALLER, at, leg, None, now, up=False, line=line)
    yield DialOut(call, leg, at, trunk, leg, callback.to, callback.number, way.withheld, "")
    yield SetTimer(after(now, callback.rule.ring_time), DialTimeEnded(leg))


def leg_answered(floor: Floor, given: LegAnswered, now: datetime) -> Iterator[Body | Effect]:
    """He answers: he is in the queue, in the turn that he had."""
    leg = floor.legs[given.leg]
    call = floor.calls[leg.call]
    callback = None if call.callback is None else floor.callbacks.get(call.callback)
    if callback is None or leg.id != call.caller_leg or call.place is not Place.DIALLING:
        return
    yield LegUp(leg.id, call.id)
    queue = floor.queues.get(callback.queue)
    if queue is None:
        yield from calls.end(floor, call, "released")
    else:
        yield from joining.join(floor, call, queue, callback.priority, callback.since, now, now, called_back=True)
        # The agent who was kept may not be able to take him.
        yield from match.spare(floor, now)


def leg_ended(floor: Floor, given: LegEnded, now: datetime) -> Iterator[Body | Effect]:
    """He was not reached: over this trunk, or at all."""
    leg = floor.legs[given.leg]
    call = floor.calls[leg.call]
    yield DialFailed(call.id, leg.id, given.cause, given.sip)
    yield LegGone(leg.id, call.id, leg.channel, given.cause, given.why)
    callback = None if call.callback is None else floor.callbacks.get(call.callback)
    rang_out = callback is not None and seconds_between(leg.started, now) >= callback.rule.ring_time
    if callback is not None and leg.line is not None and not rang_out and _goes_elsewhere(floor, callback, call, given):
        yield from _ring(callback, call.id, leg.line, leg.node, now)
        return
    why = attempts.Failure.NO_ANSWER if rang_out else attempts.failure(given.cause, given.sip)
    yield from calls.end(floor, call, given.why if given.why == calls.PLATFORM_FAILURE else why)


def _goes_elsewhere(floor: Floor, callback: Callback, call: Call, given: LegEnded) -> bool:
    """Whether the trunk is at fault, and the line has another one that can be used."""
    way = callback.destination
    left = way is not None and callback.trunks < len(way.trunks) and lines.refusal(floor, way.line) is None
    fault = given.elsewhere and given.why != calls.PLATFORM_FAILURE
    return left and fault and call.place is Place.DIALLING


def time_ended(floor: Floor, given: DialTimeEnded, now: datetime) -> Iterator[Body | Effect]:
    """It has rung long enough."""
    leg = floor.legs[given.leg]
    call = floor.calls[leg.call]
    if call.place is Place.DIALLING:
        yield HangUp(leg.id, leg.node, leg.channel, "no_answer")


def _turn(callback: Callback) -> tuple[int, datetime, CallId]:
    return callback.turn
