"""Waiting: being let into a queue or sent elsewhere, told the position, and waiting too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from acd import calls
from acd.config.waiting import Cause
from acd.demand import NOTHING, Demand
from acd.effects import AnnouncePosition, Effect, SetTimer
from acd.facts import Body, CallDemanded, CallQueued, PositionAnnounced, RedialRecognised
from acd.inputs import AnnouncementDue, CallRouted, LongestWaitReached
from acd.leaving import overflow
from acd.matching.order import rank
from acd.model import Call, Dropped, Floor, Place, Queue
from acd.waiting import admission, estimate, joining, places, redial
from acd.waiting.estimate import Estimated
from acd.waiting.joining import settings
from kernel.ids import CallId, PlaybackId, QueueId, derive
from kernel.moment import after

_FLOW = Place.FLOW


def routed(floor: Floor, given: CallRouted, now: datetime) -> Iterator[Body | Effect]:
    """The call joins the queue, or goes the way of its overflow chain; without one its flow says where it goes."""
    call = floor.calls.get(given.call)
    if call is None or call.place is not _FLOW:
        return
    queue = floor.queues.get(given.queue)
    if queue is None:
        yield from calls.end(floor, call, "released")
        return
    demand = _demand(given)
    if demand is not call.demand and demand != call.demand:
        yield CallDemanded(call.id, demand)
    joins = joining.queued(floor, queue, call, given.priority, given.since, now, None)
    no = admission.refusal(floor, call, queue, joins.want)
    if no is None:
        yield from _let_in(floor, call, queue, given, joins, now)
        return
    cause = admission.cause_of(no)
    if overflow.has_way(queue.config, cause):
        yield no
        yield from overflow.not_joined(floor, call, queue.config, cause, given, now)
    else:
        yield from places.turn_away(no)


def _let_in(
    floor: Floor, call: Call, queue: Queue, given: CallRouted, joins: CallQueued, now: datetime
) -> Iterator[Body | Effect]:
    kept = redial.place(floor, call, given.queue, now)
    if kept is None:
        return joining.let_in(floor, call, queue, joins, now)
    return _back_in_his_place(floor, call, queue, given, kept, now)


def _back_in_his_place(
    floor: Floor, call: Call, queue: Queue, given: CallRouted, kept: Dropped, now: datetime
) -> Iterator[Body | Effect]:
    yield RedialRecognised(call.id, given.queue, kept.call, kept.since)
    priority = max(given.priority, kept.priority)
    since = min(kept.since, given.since)
    yield from joining.join(floor, call, queue, priority, since, now, given.since)


def _demand(given: CallRouted) -> Demand:
    if given.requirements or given.replaces or given.preferred or given.last_agent:
        return Demand(given.requirements, given.replaces, given.preferred, given.last_agent)
    return NOTHING


def announcement_due(floor: Floor, given: AnnouncementDue, now: datetime) -> Iterator[Body | Effect]:
    """Speak the position, unless an agent is being rung or something is playing; then set the next moment."""
    call = _still_waiting(floor, given.call, given.queue, given.queued)
    if call is None or (call.announced is not None and given.due <= call.announced):
        return
    queue = floor.queues[given.queue]
    every = settings(floor, call, given.queue).announce_every
    if not every:
        return
    caller = floor.legs[call.caller_leg] if call.caller_leg is not None else None
    if caller is not None and not call.offered and call.playback is None and call.asked is None:
        playback = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
        position = rank(queue.turns, call.turn) + 1
        told = Estimated(None)
        if settings(floor, call, given.queue).waiting.tells_estimate:
            told = estimate.of(floor, queue, call)
        yield PositionAnnounced(call.id, given.queue, playback, position, told.seconds, told.silent, told.error)
        spoken = None if told.silent else told.seconds
        yield AnnouncePosition(call.id, caller.node, caller.channel, playback, position, spoken)
    due = joining.next_announcement(given.queued, every, now)
    yield SetTimer(due, replace(given, due=due))


def longest_wait_reached(floor: Floor, given: LongestWaitReached, now: datetime) -> Iterator[Body | Effect]:
    """The caller has waited as long as his queue allowed when he joined: he goes the way of its overflow chain."""
    call = _still_waiting(floor, given.call, given.queue, given.queued)
    if call is None:
        return
    longest = settings(floor, call, given.queue).longest_wait
    if longest and now >= after(given.queued, longest):
        yield from overflow.waits_no_longer(floor, call, Cause.LONGEST_WAIT, now)


def _still_waiting(floor: Floor, call_id: CallId, queue: QueueId, joined: datetime) -> Call | None:
    call = floor.calls.get(call_id)
    if call is None or call.place is not Place.WAITING or (call.queue, call.joined) != (queue, joined):
        return None
    return call
