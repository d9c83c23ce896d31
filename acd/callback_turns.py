"""Whose turn it is to be called back and by whom, and how such a call begins: the agent is rung first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import choose, dial_rules, lines, prepare, steps
from acd.config_of_waiting import First
from acd.effects import Effect, RingPhone, SetTimer
from acd.facts import AgentDialled, Body, CallbackTried, CallStarted, DialPlanned, LegStarted
from acd.inputs import DialTimeEnded
from acd.model import Agent, Callback, Floor, Party, Queue
from kernel.ids import CallId, LegId, NodeId, derive
from kernel.moment import after

Turn = tuple[int, datetime, CallId]


def may_begin(floor: Floor, callback: Callback, now: datetime) -> bool:
    """Whether an agent may be engaged for him now: no attempt runs, it is time, and his line has a channel left."""
    way = callback.destination
    if not floor.open or way is None or callback.call is not None or callback.rule.first is not First.AGENT:
        return False
    return now >= callback.due and lines.refusal(floor, way.line) is None


def turn_of(floor: Floor, agent: Agent, now: datetime) -> Callback | None:
    """Whom the agent is to call back next, if anybody: the first turn over all his queues."""
    if not floor.callbacks:
        return None
    mine = [one for one in floor.callbacks.values() if _takes(floor, agent, one, now) and may_begin(floor, one, now)]
    return min(mine, key=lambda one: one.turn, default=None)


def want(queue: Queue, callback: Callback, now: datetime) -> str:
    """What he asks for by now: what the queue and his flow asked for, brought down by his wait as if he stood there."""
    required = (*queue.config.routing.requirements, *callback.requirements)
    return steps.asked(queue, required, callback.since, now)


def steps_of(queue: Queue, callback: Callback, now: datetime) -> Iterator[datetime]:
    """The moments still to come at which he asks for less."""
    required = (*queue.config.routing.requirements, *callback.requirements)
    relaxed = [step.after for one in required for step in one.relaxation]
    for moment in sorted({after(callback.since, seconds) for seconds in (*relaxed, *queue.delays)}):
        if moment > now:
            yield moment


def _takes(floor: Floor, agent: Agent, callback: Callback, now: datetime) -> bool:
    queue = floor.queues.get(callback.queue) if callback.queue in agent.serves else None
    return queue is not None and choose.accepts_from(agent, queue, want(queue, callback, now))


def engage(floor: Floor, callback: Callback, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    """Ring the agent; when he has answered, the one who waits for the call is called."""
    way, at = callback.destination, node(floor)
    if way is None:
        return
    call = CallId(derive("call", now, callback.id, callback.begun + 1))
    leg = LegId(derive("leg", now, call, "own"))
    queue = floor.queues[callback.queue]
    yield CallStarted(call, callback.number, callback.to, now, dial_rules.direction(way))
    yield CallbackTried(callback.id, callback.queue, call, agent.id)
    yield DialPlanned(call, way)
    yield LegStarted(leg, call, Party.AGENT, at, leg, agent.id, now, up=False)
    yield AgentDialled(agent.id, call, leg)
    yield RingPhone(call, leg, at, agent.endpoint, leg, callback.to)
    yield SetTimer(after(now, queue.config.ring_time), DialTimeEnded(leg))
    yield from prepare.heads(floor, agent.queues, now)


def node(floor: Floor) -> NodeId:
    """Where calls back begin: on the node of the latest leg, if it can be used."""
    return floor.node if floor.node is not None and floor.node in floor.nodes else min(floor.nodes)
