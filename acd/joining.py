"""Joining a queue: the call is offered at once when an agent is ready, else it hears music and its deadlines run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import places, prepare
from acd.config import QueueConfig
from acd.effects import AnswerCaller, Effect, SetTimer, StartMusic
from acd.facts import Body, CallQueued
from acd.inputs import AnnouncementDue, LongestWaitReached
from acd.model import Call, Floor, LegState, Queue
from acd.order import rank
from kernel.ids import QueueId
from kernel.moment import after, seconds_between


def join(
    floor: Floor,
    call: Call,
    queue: Queue,
    priority: int,
    since: datetime,
    now: datetime,
    began: datetime | None = None,
    *,
    called_back: bool = False,
) -> Iterator[Body | Effect]:
    """The call waits in `queue` from now on; its turn counts from `since`, its longest wait from `began` or `since`."""
    position = rank(queue.turns, (-priority, since, call.id)) + 1
    yield CallQueued(call.id, queue.config.id, priority, since, position, began, called_back)
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
    if call.queue is None or call.joined is None:
        return
    config = settings(floor, call, call.queue)
    if config.longest_wait:
        yield SetTimer(after(call.joined, config.longest_wait), LongestWaitReached(call.id, call.queue, call.joined))
    if config.announce_every:
        due = next_announcement(call.joined, config.announce_every, now)
        yield SetTimer(due, AnnouncementDue(call.id, call.queue, call.joined, due))


def settings(floor: Floor, call: Call, queue: QueueId) -> QueueConfig:
    """The queue as it was when the call joined it: a wait goes on as it began."""
    return call.settings or floor.queues[queue].config


def next_announcement(joined: datetime, every: float, now: datetime) -> datetime:
    """Announcements fall on whole steps after the start of the wait, so that a timer set twice is the same timer."""
    steps = int(max(0.0, seconds_between(joined, now)) / every) + 1
    return after(joined, steps * every)
