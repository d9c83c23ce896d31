"""Legs made ahead: who will be rung next has his channel ready, so that ringing him is one request.

Making a channel costs Asterisk more than dialling it (docs/benchmarks.md, F0), and it can be done before it matters:
for the agent next in line of each queue while calls keep coming, and for agents at work while somebody waits for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from acd.effects import Effect, PrepareLeg, ReleaseLeg, SetTimer
from acd.facts import Body, LegPrepared, PreparationEnded, PreparationStarted
from acd.inputs import LegReady, PhoneMoved, PreparedGone, PreparedIdle
from acd.matching.choose import next_in_line
from acd.model import Agent, Floor, Queue, Work
from kernel.ids import QueueId, derive
from kernel.moment import after

KEPT: Final = 2.0
"""Seconds for which the channel of a free agent is kept."""


def heads(floor: Floor, queues: Iterable[QueueId], now: datetime) -> Iterator[Body | Effect]:
    """For the agent next in line of each of these queues."""
    for queue_id in queues:
        queue = floor.queues.get(queue_id)
        agent = None if queue is None or not queue.ready else next_in_line(floor, queue)
        if agent is not None and agent.prepared is None:
            yield from _begin(floor, agent, now)
            yield from rest(agent, now)


def rest(agent: Agent, now: datetime) -> Iterable[SetTimer]:
    """A free agent's channel is kept for a while only: a quiet floor holds nothing in Asterisk."""
    if agent.prepared is None:
        return ()
    return (SetTimer(after(now, KEPT), PreparedIdle(agent.config.id, agent.prepared)),)


def idle(floor: Floor, given: PreparedIdle, _now: datetime) -> Iterator[Body | Effect]:
    """Nobody called in the meantime."""
    agent = floor.agents.get(given.agent)
    if agent is not None and agent.prepared == given.channel and agent.work is Work.FREE:
        yield from drop(agent, "idle")


def at_work(floor: Floor, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    """For an agent at work, if somebody waits in one of his queues."""
    if not agent.preparable:
        return
    for queue_id in agent.serves:
        queue = floor.queues.get(queue_id)
        if queue is not None and queue.open_turns:
            yield from _begin(floor, agent, now)
            return


def for_waiting(floor: Floor, queue: Queue, now: datetime) -> Iterator[Body | Effect]:
    """A call waits: for everyone at work who may get it. Once per agent and call, since he then is prepared."""
    for agent_id in sorted(queue.busy):
        yield from _begin(floor, floor.agents[agent_id], now)


def drop(agent: Agent, why: str) -> Iterator[Body | Effect]:
    """The agent will not be rung on it."""
    if agent.prepared is not None and agent.prepared_on is not None:
        node, channel = agent.prepared_on, agent.prepared
        yield PreparationEnded(agent.id, channel, why)
        yield ReleaseLeg(node, channel)


def ready(floor: Floor, given: LegReady, _now: datetime) -> Iterator[Body | Effect]:
    """The channel stands."""
    agent = floor.agents.get(given.agent)
    if agent is not None and agent.prepared == given.channel and not agent.prepared_up:
        yield LegPrepared(agent.id, given.channel)


def gone(floor: Floor, given: PreparedGone, _now: datetime) -> Iterator[Body | Effect]:
    """It could not be made, or is gone; it is not tried again before something else happens."""
    agent = floor.agents.get(given.agent)
    if agent is not None and agent.prepared == given.channel:
        yield PreparationEnded(agent.id, given.channel, "gone")


def phone_moved(floor: Floor, given: PhoneMoved, _now: datetime) -> Iterator[Body | Effect]:
    """The phone is elsewhere now."""
    agent = floor.agents.get(given.agent)
    if agent is not None:
        yield from drop(agent, "phone_moved")


def _begin(floor: Floor, agent: Agent, now: datetime) -> Iterator[Body | Effect]:
    if agent.prepared is not None or floor.node is None or not floor.nodes:
        return
    node = floor.node if floor.node in floor.nodes else min(floor.nodes)
    channel = derive("leg", now, agent.id, "prepared", agent.preparations + 1)
    yield PreparationStarted(agent.id, node, channel)
    yield PrepareLeg(agent.id, node, agent.endpoint, channel)
