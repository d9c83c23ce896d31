"""Wrap-up [後処理]: how it begins after a call, is put off and ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.config import QueueConfig
from acd.effects import Effect, SetTimer
from acd.facts import AgentFreed, Body, CommandDone, WrapUpExtended, WrapUpStarted
from acd.inputs import EndWrapUp, ExtendWrapUp, WrapUpTimeEnded
from acd.matching import match, prepare
from acd.model import Agent, Call, Floor, Work
from acd.work import asked
from kernel.moment import after
from kernel.refusal import Code, Refused

OVER = "wrap_up_over"
"""What somebody else made of the agent who ended his wrap-up."""


def begin(floor: Floor, agent: Agent, call: Call, queue: QueueConfig | None, now: datetime) -> Iterator[Body | Effect]:
    """After his talk the agent has the time that this queue grants for what the call leaves to do; None: he is free."""
    if queue is None or queue.wrap_up <= 0:
        yield AgentFreed(agent.id, call.id)
        return
    service, until = queue.service, after(now, queue.wrap_up)
    latest = after(now, max(queue.wrap_up, service.wrap_up_longest)) if service.wrap_up_longest else None
    yield WrapUpStarted(agent.id, call.id, until, service.wrap_up_extension, latest)
    yield SetTimer(until, WrapUpTimeEnded(agent.id, until))
    yield from prepare.at_work(floor, agent, now)


def time_ended(floor: Floor, given: WrapUpTimeEnded, now: datetime) -> Iterator[Body | Effect]:
    """It is over, unless it was put off or ended before."""
    agent = floor.agents.get(given.agent)
    if agent is None or agent.wrap_up_until != given.until or agent.call is None:
        return
    yield AgentFreed(agent.id, agent.call)
    yield from match.for_agent(floor, agent, now)


def end(floor: Floor, given: EndWrapUp, now: datetime) -> Iterator[Body | Effect]:
    """The agent is done sooner, or a supervisor says that he is."""
    agent = _wrapping_up(floor, given)
    if isinstance(agent, Refused):
        yield asked.refused(given, agent)
        return
    if given.forced:
        yield asked.forced(given, OVER)
    if agent.call is not None:
        yield AgentFreed(agent.id, agent.call)
    yield CommandDone(given.command, agent.id)
    yield from match.for_agent(floor, agent, now)


def extend(floor: Floor, given: ExtendWrapUp, _now: datetime) -> Iterator[Body | Effect]:
    """The end is put off by what the queue grants, up to the longest that it grants in all."""
    agent = _wrapping_up(floor, given)
    if isinstance(agent, Refused):
        yield asked.refused(given, agent)
        return
    until = _later(agent)
    if until is None or agent.call is None:
        yield asked.refused(given, Refused(Code.WRAP_UP_NOT_EXTENDABLE, params=(("agent", agent.id),)))
        return
    yield WrapUpExtended(agent.id, agent.call, until)
    yield SetTimer(until, WrapUpTimeEnded(agent.id, until))
    yield CommandDone(given.command, agent.id)


def _later(agent: Agent) -> datetime | None:
    """The end once it is put off; None when it cannot be, any further."""
    if agent.wrap_up_until is None or not agent.extension:
        return None
    later = after(agent.wrap_up_until, agent.extension)
    if agent.wrap_up_latest is not None:
        later = min(later, agent.wrap_up_latest)
    return later if later > agent.wrap_up_until else None


def _wrapping_up(floor: Floor, given: EndWrapUp | ExtendWrapUp) -> Agent | Refused:
    agent = asked.signed_in(floor, given)
    if isinstance(agent, Refused) or agent.work is Work.WRAP_UP:
        return agent
    return Refused(Code.NOT_IN_WRAP_UP, params=(("agent", agent.id),))
