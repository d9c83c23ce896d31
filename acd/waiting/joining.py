"""Joining a queue: the call is offered at once when an agent is ready, else it hears music and its deadlines run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from acd.config import QueueConfig
from acd.demand import Demand, asked_of
from acd.effects import AnswerCaller, Effect, SetTimer, StartMusic
from acd.facts import Body, CallQueued
from acd.inputs import AnnouncementDue, LongestWaitReached
from acd.matching import prepare, steps, wants
from acd.matching.order import rank
from acd.model import Call, Floor, Leg, LegState, Queue
from acd.waiting import places
from kernel.ids import AgentId, QueueId
from kernel.moment import after, seconds_between

_RINGING = LegState.RINGING


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
    joins = queued(floor, queue, call, priority, since, now, began, called_back=called_back)
    yield from let_in(floor, call, queue, joins, now)


def let_in(floor: Floor, call: Call, queue: Queue, joins: CallQueued, now: datetime) -> Iterator[Body | Effect]:
    """The same for who knows already where it will stand: `joins`, made by `queued` on the floor as it is."""
    yield joins
    if queue.config.routing.age_every:
        # What it asks for has just been said; its priority may have grown since its turn counts.
        yield from steps.catch_up(floor, call, now)
    yield from places.offer(floor, call, now)
    caller = floor.legs[call.caller_leg] if call.caller_leg is not None else None
    if caller is not None:
        if caller.state is _RINGING:
            yield AnswerCaller(caller.node, caller.channel)
        yield StartMusic(caller.node, caller.channel, queue.config.music)
    yield from timers(floor, call, now)
    if queue.busy and not call.offers:
        yield from prepare.for_waiting(floor, queue, now)


def queued(
    floor: Floor,
    queue: Queue,
    call: Call,
    priority: int,
    since: datetime,
    now: datetime,
    began: datetime | None,
    demand: Demand | None = None,
    *,
    called_back: bool = False,
) -> CallQueued:
    """Where it will stand and what it will ask for, with its own demand or this one."""
    asks = demand or call.demand
    position = rank(queue.turns, (-priority, since, call.id)) + 1
    preferred, until = (None, None) if asks.of_anybody is asks else _waits_for(floor, queue, asks, since, now)
    if preferred is None:
        want = steps.asked(queue, asked_of(queue.config.routing, asks), since, now)
    else:
        want = wants.only(preferred)
    return CallQueued(
        call.id,
        queue.config.id,
        priority,
        since,
        position,
        began,
        called_back,
        asks.requirements,
        preferred,
        until,
        want,
    )


def _waits_for(
    floor: Floor, queue: Queue, asks: Demand, since: datetime, now: datetime
) -> tuple[AgentId | None, datetime | None]:
    """For which agent alone it waits at first, and until when; nobody waits for one who is not at work in the queue."""
    routing = queue.config.routing
    for agent_id, seconds in ((asks.preferred, routing.preferred_for), (asks.last_agent, routing.last_agent_for)):
        agent = None if agent_id is None else floor.agents.get(agent_id)
        if agent is not None and agent.signed_in and queue.config.id in agent.serves:
            until = after(since, seconds)
            if now < until:
                return agent.id, until
    return None, None


def want_in(
    floor: Floor, queue: Queue, call: Call, since: datetime, now: datetime, demand: Demand | None = None
) -> str:
    """What the call would ask for in this queue if it went there now, with a wait that counts from `since`; None: with
    the demand that it has."""
    return queued(floor, queue, call, call.priority, since, now, None, demand).want


def rejoin(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """The call, which had left its queue for a talk that never stood, waits there again as if it had not; who is rung
    for it is left to whoever asks."""
    queue = None if call.served_by is None else floor.queues.get(call.served_by)
    if queue is None or call.queued is None:
        return
    called_back = call.callback is not None
    yield queued(floor, queue, call, call.joined_with, call.queued, now, None, called_back=called_back)
    yield from timers(floor, call, now)
    caller = None if call.caller_leg is None else floor.legs.get(call.caller_leg)
    if caller is not None:
        yield StartMusic(caller.node, caller.channel, settings(floor, call, queue.config.id).music)


@dataclass(frozen=True, slots=True)
class OldTurn:
    """Where somebody who talked waited before, or asked to be `called_back`, and what decides his turn there."""

    queue: Queue
    leg: Leg
    priority: int
    since: datetime
    called_back: bool


def old_turn(floor: Floor, call: Call) -> OldTurn | None:
    """That of whom the call is about; None: he came from no queue, or is gone. Who was called back has the queue and
    the turn of his callback, whoever was called first."""
    back = None if call.callback is None else floor.callbacks.get(call.callback)
    called = back is not None and back.agent is not None
    whose, name = call.callee_leg if called else call.caller_leg, call.served_by
    priority, since = call.joined_with, call.queued or call.arrived
    if back is not None and call.queued is None:
        name, priority, since = back.queue, back.priority, back.since
    queue = None if name is None else floor.queues.get(name)
    leg = None if whose is None else floor.legs.get(whose)
    return None if queue is None or leg is None else OldTurn(queue, leg, priority, since, back is not None)


def timers(floor: Floor, call: Call, now: datetime) -> Iterator[SetTimer]:
    """The deadlines of a waiting call: its next step, its longest wait and its next announcement."""
    yield from steps.timer(floor, call)
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
