"""Who rings whom: the waiting call and the ready agent that belong together at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from acd.config.routing import Strategy
from acd.effects import Effect, RingAgent, SetTimer, StopPlayback
from acd.facts import Body, LegStarted, OfferMade, WaitStepped
from acd.inputs import RingTimeEnded, WaitStepDue
from acd.matching import callback_turns, choose, kept, prepare, steps, wants
from acd.model import Agent, Call, Callback, Floor, OfferKind, Party, Place, Queue
from kernel.ids import AgentId, LegId, OfferId, QueueId, derive
from kernel.moment import after

RING_TIME: Final = 20.0
"""Seconds for which an agent is rung for a call that waits in no queue."""
_AGENT: Final = Party.AGENT
_BY_TURN: Final = OfferKind.QUEUE
_RING_PROGRESSIVE: Final = Strategy.RING_PROGRESSIVE
# A member of an enum takes Python 3.11 ten times as long as a name.


def for_call(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """Offer a waiting call to the agent whom its queue's strategy chooses, or to as many as it rings at once."""
    queue = None if call.queue is None else floor.queues.get(call.queue)
    if queue is None or not floor.reaches(call):
        return
    first = call.rung_since is None
    while (agent := choose.agent_for(floor, call)) is not None:
        yield from offer_to(floor, queue, call, agent, now)
    if first:
        yield from _widens(floor, queue, call)


def _for_call_among_others(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """The same where other calls may be waiting for the same agents: each agent gets the call that he would choose."""
    while (pair := choose.pair_for(floor, call)) is not None:
        chosen, agent = pair
        queue = None if chosen.queue is None else floor.queues.get(chosen.queue)
        if queue is None or not floor.reaches(chosen):
            return
        first = chosen.rung_since is None
        yield from offer_to(floor, queue, chosen, agent, now)
        if first:
            yield from _widens(floor, queue, chosen)


def for_agent(floor: Floor, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    """Offer a ready agent the first call that he can take over all his queues."""
    if not agent.matchable or not floor.open:
        return
    call = choose.call_for(floor, agent)
    back = callback_turns.turn_of(floor, agent, now) if floor.callbacks else None
    if back is not None and agent.id in choose.kept_from(floor, back.turn):
        back = None
    if back is not None and (call is None or call.offered or back.turn < call.turn):
        yield from callback_turns.engage(floor, back, agent, now)
    elif call is not None and call.queue is not None and not (floor.callbacks and any(kept.rung(floor))):
        first, queue = call.rung_since is None, floor.queues[call.queue]
        yield from offer_to(floor, queue, call, agent, now)
        if first:
            yield from _widens(floor, queue, call)
    else:
        if floor.callbacks and any(kept.rung(floor)):
            yield from _beside_who_is_kept(floor, agent, now)
            if agent.matchable:
                # He may be kept for who is being called back in place of somebody who can take what waits.
                yield from spare(floor, now)
        if agent.matchable:
            yield from prepare.rest(agent, now)
            yield from prepare.heads(floor, agent.serves, now)


def spare(floor: Floor, now: datetime) -> Iterator[Body | Effect]:
    """Somebody may be kept no more for who is being called back: whoever waits first and can have him does, or is
    called back by him. Of each kind of call only the first one can."""
    found: list[tuple[bool, choose.Turn, Callback | None]] = []
    for queue in floor.queues.values():
        if queue.ready:
            heads = [(False, order) for order in queue.open_for.values()]
            heads += [(True, order) for order in queue.more_for.values()]
            firsts = ((more, choose.first_reachable(floor, order)) for more, order in heads)
            found += [(more, turn, None) for more, turn in firsts if turn is not None]
    found += [(False, one.turn, one) for one in floor.callbacks.values() if callback_turns.may_begin(floor, one, now)]
    for _, turn, back in sorted(found, key=lambda one: one[:2]):
        if back is None:
            yield from _for_call_among_others(floor, floor.calls[turn[2]], now)
        else:
            yield from _engages(floor, back, now)


def _engages(floor: Floor, callback: Callback, now: datetime) -> Iterator[Body | Effect]:
    agent = callback_turns.agent_for(floor, callback, now)
    if agent is not None:
        yield from callback_turns.engage(floor, callback, agent, now)


def _beside_who_is_kept(floor: Floor, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    """One agent more is ready, and some are kept for those who are being called back: whoever of them is the best for a
    call that he could take is rung for it, which need not be he."""
    while agent.matchable and (call := choose.call_for(floor, agent)) is not None:
        pair = choose.pair_for(floor, call)
        queue = None if pair is None or pair[0].queue is None else floor.queues.get(pair[0].queue)
        if pair is None or queue is None:
            return
        first = pair[0].rung_since is None
        yield from offer_to(floor, queue, *pair, now)
        if first:
            yield from _widens(floor, queue, pair[0])


def for_everyone(floor: Floor, now: datetime) -> Iterator[Body | Effect]:
    """After a time without matching, or with other rules: each waiting call comes to its step and, in the order of
    turns over all queues, gets its agent; those that nobody is rung for come first."""
    turns = sorted(turn for queue in floor.queues.values() for turn in queue.turns)
    for turn in turns:
        call = floor.calls[turn[2]]
        yield from steps.catch_up(floor, call, now)
        yield from steps.timer(floor, call)
    if not floor.open:
        return
    waiting = [floor.calls[turn[2]] for turn in turns]
    for call in sorted(waiting, key=lambda one: (one.offered, one.turn)):
        yield from _for_call_among_others(floor, call, now)
    yield from prepare.heads(floor, sorted(floor.queues), now)


def step_due(floor: Floor, given: WaitStepDue, now: datetime) -> Iterator[Body | Effect]:
    """The wait comes to its next step; somebody may be able to take the call now."""
    call = floor.calls.get(given.call)
    if call is None or call.place is not Place.WAITING or (call.queue, call.queued) != (given.queue, given.queued):
        return
    if now < given.due or (call.stepped_to is not None and given.due <= call.stepped_to):
        return
    found = steps.stage(floor.queues[given.queue], call, now)
    yield WaitStepped(call.id, given.queue, found.priority, found.want, found.ring_up_to)
    yield from for_call(floor, call, now)
    yield from steps.timer(floor, call)


def waits_for_nobody_gone(
    floor: Floor, agent: AgentId, queues: Iterable[QueueId], now: datetime
) -> Iterator[Body | Effect]:
    """The agent is not at work any more: calls that waited for him alone wait for anybody who can take them."""
    for queue_id in queues:
        queue = floor.queues.get(queue_id)
        for turn in () if queue is None else tuple(queue.open_for.get(wants.only(agent), ())):
            call = floor.calls[turn[2]]
            found = steps.stage_of_anybody(floor.queues[queue_id], call, now)
            yield WaitStepped(call.id, queue_id, found.priority, found.want, found.ring_up_to)
            yield from for_call(floor, call, now)
            yield from steps.timer(floor, call)


def _widens(floor: Floor, queue: Queue, call: Call) -> Iterable[SetTimer]:
    """Where one more agent is rung after a while, the first ring of a wait begins that time."""
    progressive = queue.config.routing.strategy is _RING_PROGRESSIVE
    return steps.timer(floor, call) if progressive and call.rung_since is not None else ()


def offer_to(
    floor: Floor, queue: Queue | None, call: Call, agent: Agent, now: datetime, kind: OfferKind = OfferKind.QUEUE
) -> Iterator[Body | Effect]:
    """Ring this `agent`, who has to be matchable, for the call; `queue` is where it waits, None when it does not.

    Nothing happens to a call whose caller has gone, and nobody is rung for a suspended tenant. What becomes of the
    offer is said by `offers`; a call that waits goes to the next agent when it fails, one that does not is left to
    whoever asked for the offer.
    """
    caller = None if call.caller_leg is None else floor.legs[call.caller_leg]
    if caller is None or call.caller_leg not in call.legs or floor.limits.suspended:
        return
    number = call.offers_made + 1
    offer = OfferId(derive("offer", now, call.id, number))
    leg = LegId(derive("leg", now, call.id, "agent", number))
    settings = call.settings or (None if queue is None else queue.config)
    ring_until = after(now, RING_TIME if settings is None else settings.ring_time)
    announcing, who, node = call.playback, agent.config.id, caller.node
    prepared = agent.prepared if agent.prepared_up and agent.prepared_on == node else None
    channel = prepared or leg
    waits_in = None if queue is None else queue.config.id
    waiting, ready = (0, 1) if queue is None else _choice(floor, queue, call, kind)
    yield OfferMade(offer, call.id, waits_in, who, leg, ring_until, waiting, ready, kind)
    yield LegStarted(leg, call.id, _AGENT, node, channel, who, now, False)
    endpoint, there = agent.endpoint, prepared is not None
    yield RingAgent(offer, call.id, who, leg, node, endpoint, channel, there, caller.channel)
    if announcing is not None:
        yield StopPlayback(node, announcing)
    yield SetTimer(ring_until, RingTimeEnded(offer))
    yield from prepare.heads(floor, agent.serves, now)


def _choice(floor: Floor, queue: Queue, call: Call, kind: OfferKind) -> tuple[int, int]:
    """How many calls wait un-offered in the queue, and how many agents could be rung for this one."""
    ready = choose.left_for(floor, queue, call.want, call.turn) if kind is _BY_TURN else 1
    return len(queue.open_turns), ready
