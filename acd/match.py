"""Who rings whom: the waiting call and the ready agent that belong together at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd import callback_turns, prepare
from acd.effects import Effect, RingAgent, SetTimer, StopPlayback
from acd.facts import Body, LegStarted, OfferMade
from acd.inputs import RingTimeEnded
from acd.model import Agent, Call, Floor, OfferKind, Party, Queue
from kernel.ids import LegId, OfferId, derive
from kernel.moment import after

RING_TIME: Final = 20.0
"""Seconds for which an agent is rung for a call that waits in no queue."""


def for_call(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """Offer a waiting call to the agent of its queue who has been idle longest, if there is one."""
    if call.queue is None or call.offered or not floor.reaches(call):
        return
    queue = floor.queues[call.queue]
    if queue.ready and callback_turns.spared(floor, queue, call.turn):
        yield from offer_to(floor, queue, call, floor.agents[queue.ready[0][1]], now)


def for_agent(floor: Floor, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    """Offer a ready agent the first turn over all his queues: highest priority, then the longest wait."""
    if not floor.open or not agent.matchable:
        return
    queues = (floor.queues.get(queue_id) for queue_id in agent.queues)
    heads = [head for queue in queues if queue is not None and (head := _head(floor, queue)) is not None]
    back = callback_turns.turn_of(floor, agent, now)
    if back is not None and (not heads or back.turn < min(heads)):
        yield from callback_turns.engage(floor, back, agent, now)
    elif heads:
        call = floor.calls[min(heads)[2]]
        if call.queue is not None:
            yield from offer_to(floor, floor.queues[call.queue], call, agent, now)
    else:
        yield from prepare.rest(agent, now)
        yield from prepare.heads(floor, agent.queues, now)


def _head(floor: Floor, queue: Queue) -> callback_turns.Turn | None:
    """The first turn of the queue to which an agent may be given."""
    head = floor.head(queue)
    return head if head is not None and callback_turns.spared(floor, queue, head) else None


def for_everyone(floor: Floor, now: datetime) -> Iterator[Body | Effect]:
    """After a time without matching: give each waiting call, in the order of turns over all queues, its agent."""
    for turn in sorted(turn for queue in floor.queues.values() for turn in queue.open_turns):
        yield from for_call(floor, floor.calls[turn[2]], now)
    yield from prepare.heads(floor, sorted(floor.queues), now)


def offer_to(
    floor: Floor, queue: Queue | None, call: Call, agent: Agent, now: datetime, kind: OfferKind = OfferKind.QUEUE
) -> Iterator[Body | Effect]:
    """Ring this `agent`, who has to be matchable, for the call; `queue` is where it waits, None when it does not.

    Nothing happens to a call whose caller has gone, and nobody is rung for a suspended tenant. What becomes of the
    offer is said by `offers`; a call that waits goes to the next agent when it fails, one that does not is left to
    whoever asked for the offer.
    """
    caller = floor.legs[call.caller_leg] if call.caller_leg is not None else None
    if caller is None or caller.id not in call.legs or floor.limits.suspended:
        return
    number = call.offers_made + 1
    offer = OfferId(derive("offer", now, call.id, number))
    leg = LegId(derive("leg", now, call.id, "agent", number))
    settings = call.settings or (None if queue is None else queue.config)
    ring_until = after(now, RING_TIME if settings is None else settings.ring_time)
    announcing = call.playback
    prepared = agent.prepared if agent.prepared_up and agent.prepared_on == caller.node else None
    channel = prepared or leg
    waits_in = None if queue is None else queue.config.id
    waiting, ready = (0, 1) if queue is None else (len(queue.open_turns), len(queue.ready))
    yield OfferMade(offer, call.id, waits_in, agent.id, leg, ring_until, waiting, ready, kind)
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
