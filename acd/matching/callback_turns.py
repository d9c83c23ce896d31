"""Whose turn it is to be called back, and how such a call begins: the agent is rung first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import dial_rules, lines
from acd.config.waiting import First
from acd.effects import Effect, RingPhone, SetTimer
from acd.facts import AgentDialled, Body, CallbackTried, CallStarted, DialPlanned, LegStarted
from acd.inputs import CallbackDue, DialTimeEnded
from acd.matching import choose, prepare, wants
from acd.model import Agent, Callback, Floor, Party
from kernel.ids import CallId, LegId, NodeId, derive
from kernel.moment import after

Turn = tuple[int, datetime, CallId]


def may_begin(floor: Floor, callback: Callback, now: datetime) -> bool:
    """Whether an agent may be engaged for him now."""
    return floor.open and callback.rule.first is First.AGENT and may_be_called(floor, callback, now)


def may_be_called(floor: Floor, callback: Callback, now: datetime) -> bool:
    """Whether he may be called now: no attempt runs, it is time, his line has a channel left, and he is on no line, be
    it that he is being called or has called himself."""
    way = callback.destination
    if way is None or callback.call is not None or now < callback.due or callback.mark in floor.callers:
        return False
    return lines.refusal(floor, way.line) is None


def want(floor: Floor, callback: Callback, now: datetime) -> str:
    """What is asked of whoever calls him back, after the wait that he has had; a membership that begins later is as
    good as any."""
    steps = [step.after for one in callback.required for step in one.relaxation]
    waited = max((seconds for seconds in steps if after(callback.since, seconds) <= now), default=0.0)
    queue = floor.queues.get(callback.queue)
    return wants.want(callback.required, waited, max(() if queue is None else queue.delays, default=0.0))


def able(floor: Floor, callback: Callback, agent: Agent, now: datetime) -> bool:
    """Whether this agent of the queue can do what is asked."""
    how = agent.serves.get(callback.queue)
    return how is not None and wants.accepts(agent.id, agent.profile, how.delay, want(floor, callback, now))


def relaxes(callback: Callback, now: datetime) -> Iterator[SetTimer]:
    """The moments at which less is asked than now."""
    later = {after(callback.since, step.after) for one in callback.required for step in one.relaxation}
    for moment in sorted(later):
        if moment > max(now, callback.due):
            yield SetTimer(moment, CallbackDue(callback.id, callback.due))


def turn_of(floor: Floor, agent: Agent, now: datetime) -> Callback | None:
    """Whom the agent is to call back next, if anybody: the first turn over all his queues."""
    if not floor.callbacks:
        return None
    mine = (one for one in floor.callbacks.values() if one.queue in agent.queues and may_begin(floor, one, now))
    return min((one for one in mine if able(floor, one, agent, now)), key=lambda one: one.turn, default=None)


def agent_for(floor: Floor, callback: Callback, now: datetime) -> Agent | None:
    """Whom the queue would ring first of those who can call him back now and are kept for nobody before him."""
    queue = floor.queues.get(callback.queue)
    if queue is None or not queue.ready or not may_begin(floor, callback, now):
        return None
    able = choose.to_spare(floor, queue, want(floor, callback, now), callback.turn)
    return floor.agents[able[0][3]] if able else None


def engage(floor: Floor, callback: Callback, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    """Ring the agent; when he has answered, the one who waits for the call is called."""
    way, at = callback.destination, node(floor)
    if way is None:
        return
    call = CallId(derive("call", now, callback.id, callback.begun + 1))
    leg = LegId(derive("leg", now, call, "own"))
    queue = floor.queues[callback.queue]
    yield CallStarted(call, callback.number, callback.to, now, dial_rules.direction(way), callback.mark)
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
