"""How a call joins a queue: where it stands there, what it asks for, and whom it waits for alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from acd import places, steps, wants
from acd.effects import Effect, StartMusic
from acd.facts import Body, CallQueued
from acd.inputs import CallRouted
from acd.model import Call, Floor, Queue
from acd.order import rank
from kernel.moment import after


def joins(floor: Floor, queue: Queue, given: CallRouted, now: datetime) -> CallQueued:
    """Where it will stand and what it will ask for; an agent who is not at work in the queue is not waited for."""
    routing = queue.config.routing
    position = rank(queue.turns, (-given.priority, given.since, given.call)) + 1
    joined = CallQueued(given.call, given.queue, given.priority, given.since, position, given.requirements)
    for agent_id, seconds in ((given.preferred, routing.preferred_for), (given.last_agent, routing.last_agent_for)):
        agent = None if agent_id is None else floor.agents.get(agent_id)
        until = after(given.since, seconds)
        if agent is not None and agent.signed_in and queue.config.id in agent.serves and now < until:
            return replace(joined, preferred=agent.id, preferred_until=until, want=wants.only(agent.id))
    required = (*routing.requirements, *given.requirements)
    return replace(joined, want=steps.asked(queue, required, given.since, now))


def rejoin(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """The call, which had left its queue for a talk that never stood, waits there again as if it had not."""
    queue = None if call.served_by is None else floor.queues.get(call.served_by)
    if queue is None or call.queued is None:
        return
    routed = CallRouted(call.id, queue.config.id, call.joined_with, call.queued, call.requirements)
    yield joins(floor, queue, routed, now)
    yield from steps.catch_up(floor, call, now)
    yield from places.hold(floor, call)
    yield from steps.timer(floor, call)
    caller = None if call.caller_leg is None else floor.legs.get(call.caller_leg)
    if caller is not None:
        yield StartMusic(caller.node, caller.channel, (call.settings or queue.config).music)
