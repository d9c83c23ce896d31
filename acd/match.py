"""Who rings whom: the waiting call and the ready agent that belong together at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import prepare
from acd.effects import Effect, RingAgent, SetTimer, StopPlayback
from acd.facts import Body, LegStarted, OfferMade
from acd.inputs import RingTimeEnded
from acd.model import Agent, Call, Floor, Party, Queue
from kernel.ids import LegId, OfferId, derive
from kernel.moment import after


def for_call(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """Offer a waiting call to the agent of its queue who has been idle longest, if there is one."""
    if not floor.open or call.queue is None or call.offer is not None:
        return
    queue = floor.queues[call.queue]
    if queue.ready:
        yield from _offer(floor, queue, call, floor.agents[queue.ready[0][1]], now)


def for_agent(floor: Floor, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    """Offer a ready agent the first turn over all his queues: highest priority, then the longest wait."""
    if not floor.open or not agent.matchable:
        return
    heads = [
        queue.open_turns[0]
        for queue in (floor.queues.get(queue_id) for queue_id in agent.queues)
        if queue is not None and queue.open_turns
    ]
    if heads:
        call = floor.calls[min(heads)[2]]
        if call.queue is not None:
            yield from _offer(floor, floor.queues[call.queue], call, agent, now)
    else:
        yield from prepare.rest(agent, now)
        yield from prepare.heads(floor, agent.queues, now)


def for_everyone(floor: Floor, now: datetime) -> Iterator[Body | Effect]:
    """After a time without matching: give each waiting call, in the order of turns over all queues, its agent."""
    for turn in sorted(turn for queue in floor.queues.values() for turn in queue.open_turns):
        yield from for_call(floor, floor.calls[turn[2]], now)
    yield from prepare.heads(floor, sorted(floor.queues), now)


def _offer(floor: Floor, queue: Queue, call: Call, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    caller = floor.legs[call.caller_leg] if call.caller_leg is not None else None
    if caller is None or caller.id not in call.legs:
        return
    number = call.offers + 1
    offer = OfferId(derive("offer", now, call.id, number))
    leg = LegId(derive("leg", now, call.id, "agent", number))
    ring_until = after(now, (call.settings or queue.config).ring_time)
    announcing = call.playback
    prepared = agent.prepared if agent.prepared_up and agent.prepared_on == caller.node else None
    channel = prepared or leg
    yield OfferMade(offer, call.id, queue.config.id, agent.id, leg, ring_until, len(queue.open_turns), len(queue.ready))
    yield LegStarted(leg, call.id, Party.AGENT, caller.node, channel, agent.id, now, up=False)
    yield RingAgent(
        offer,
        call.id,
        agent.id,
        leg,
        caller.node,
        agent.endpoint,
        channel,
        prepared is not None,
        caller.channel,
    )
    if announcing is not None:
        yield StopPlayback(caller.node, announcing)
    yield SetTimer(ring_until, RingTimeEnded(offer))
    yield from prepare.heads(floor, agent.queues, now)
