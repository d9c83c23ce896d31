"""Joining a queue, being told the position, and waiting too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from acd import calls, offers, places, prepare
from acd.config import QueueConfig
from acd.effects import AnnouncePosition, AnswerCaller, Effect, SetTimer, StartMusic
from acd.facts import Body, CallQueued, PositionAnnounced
from acd.inputs import AnnouncementDue, CallRouted, LongestWaitReached
from acd.model import Call, Floor, LegState, Place
from acd.order import rank
from kernel.ids import CallId, PlaybackId, QueueId, derive
from kernel.moment import after, seconds_between


def routed(floor: Floor, given: CallRouted, now: datetime) -> Iterator[Body | Effect]:
    """The call joins the queue; it is offered at once when an agent is ready, else it hears music and waits."""
    call = floor.calls.get(given.call)
    if call is None or call.place is not Place.FLOW:
        return
    queue = floor.queues.get(given.queue)
    if queue is None:
        yield from calls.end(floor, call, "released")
        return
    no = places.refusal(floor, call, queue)
    if no is not None:
        yield from places.turn_away(no)
        return
    position = rank(queue.turns, (-given.priority, given.since, call.id)) + 1
    yield CallQueued(call.id, given.queue, given.priority, given.since, position)
    yield from places.offer_again(floor, call, now)
    caller = floor.legs[call.caller_leg] if call.caller_leg is not None else None
    if caller is not None:
        if caller.state is LegState.RINGING:
            yield AnswerCaller(caller.node, caller.channel)
        yield StartMusic(caller.node, caller.channel, queue.config.music)
    yield from timers(floor, call, now)
    if not call.offered:
        yield from prepare.for_waiting(floor, queue, now)


def timers(floor: Floor, call: Call, now: datetime) -> Iterator[SetTimer]:
    """The deadlines of a waiting call: its longest wait and its next announcement."""
    if call.queue is None or call.queued is None:
        return
    config = _settings(floor, call, call.queue)
    if config.longest_wait:
        yield SetTimer(after(call.queued, config.longest_wait), LongestWaitReached(call.id, call.queue, call.queued))
    if config.announce_every:
        due = _next_announcement(call.queued, config.announce_every, now)
        yield SetTimer(due, AnnouncementDue(call.id, call.queue, call.queued, due))


def _settings(floor: Floor, call: Call, queue: QueueId) -> QueueConfig:
    """The queue as it was when the call joined it: a wait goes on as it began."""
    return call.settings or floor.queues[queue].config


def _next_announcement(queued: datetime, every: float, now: datetime) -> datetime:
    """Announcements fall on whole steps after the start of the wait, so that a timer set twice is the same timer."""
    steps = int(max(0.0, seconds_between(queued, now)) / every) + 1
    return after(queued, steps * every)


def announcement_due(floor: Floor, given: AnnouncementDue, now: datetime) -> Iterator[Body | Effect]:
    """Speak the position, unless an agent is being rung or something is playing; then set the next moment."""
    call = _still_waiting(floor, given.call, given.queue, given.queued)
    if call is None or (call.announced is not None and given.due <= call.announced):
        return
    queue = floor.queues[given.queue]
    every = _settings(floor, call, given.queue).announce_every
    if not every:
        return
    caller = floor.legs[call.caller_leg] if call.caller_leg is not None else None
    if caller is not None and not call.offered and call.playback is None:
        playback = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
        position = rank(queue.turns, call.turn) + 1
        yield PositionAnnounced(call.id, given.queue, playback, position)
        yield AnnouncePosition(call.id, caller.node, caller.channel, playback, position)
    due = _next_announcement(given.queued, every, now)
    yield SetTimer(due, replace(given, due=due))


def longest_wait_reached(floor: Floor, given: LongestWaitReached, now: datetime) -> Iterator[Body | Effect]:
    """The caller has waited as long as his queue allowed when he joined: take back a running offer, release him."""
    call = _still_waiting(floor, given.call, given.queue, given.queued)
    if call is None:
        return
    longest = _settings(floor, call, given.queue).longest_wait
    if not longest or now < after(given.queued, longest):
        return
    yield from offers.withdraw(floor, call, "longest_wait")
    yield from places.leave(floor, call, given.queue, "overflowed", now)
    yield from calls.end(floor, call, "overflowed")


def _still_waiting(floor: Floor, call_id: CallId, queue: QueueId, queued: datetime) -> Call | None:
    call = floor.calls.get(call_id)
    if call is None or call.place is not Place.WAITING or (call.queue, call.queued) != (queue, queued):
        return None
    return call
