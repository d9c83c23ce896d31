"""How a call begins that an agent makes: his phone dials, or he orders it and his own phone rings first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import attempts, dial_rules
from acd.effects import Effect, RingPhone, SetTimer
from acd.facts import (
    AgentDialled,
    AgentFreed,
    Body,
    CallStarted,
    CommandDone,
    CommandRefused,
    DialPlanned,
    DialRefused,
    LegStarted,
)
from acd.inputs import CallOrdered, DialTimeEnded, PhoneDialled
from acd.matching import prepare
from acd.model import Agent, Destination, Floor, Line, Party, Work
from kernel.ids import AgentId, LegId, derive
from kernel.moment import after
from kernel.refusal import Code, Refused


def phone_dialled(floor: Floor, given: PhoneDialled, now: datetime) -> Iterator[Body | Effect]:
    """A call begins whether it is allowed or not; one that is not tells the agent why and ends."""
    if given.call in floor.calls:
        return
    agent, to = floor.agents.get(given.agent), given.destination
    no = dial_rules.refusal(floor, agent, to)
    yield CallStarted(given.call, given.number, given.to, given.arrived, dial_rules.direction(to), given.mark)
    part = agent if dial_rules.takes_part(agent, no) else None
    own = LegStarted(given.leg, given.call, Party.AGENT, given.node, given.channel, _id(part), given.arrived, up=False)
    yield from _begin(floor, part, own, now)
    call = floor.calls[given.call]
    if no is not None:
        yield DialRefused(call.id, given.agent, no.code, no.clause, no.used, no.limit)
        yield from attempts.refuse(floor, call, no, now)
    elif isinstance(to, Destination):
        yield DialPlanned(call.id, to)
        yield from attempts.dial(floor, call, now)


def ordered(floor: Floor, given: CallOrdered, now: datetime) -> Iterator[Body | Effect]:
    """Command: ring the agent's own phone, and the other party's when he has answered."""
    agent, to = floor.agents.get(given.agent), given.destination
    no = dial_rules.refusal(floor, agent, to) or _unrung(agent)
    if no is not None or agent is None or isinstance(to, Refused):
        no = no or Refused(Code.UNKNOWN_AGENT)
        yield CommandRefused(given.command, given.agent, no.code, no.clause, no.used, no.limit, no.params)
        return
    leg = LegId(derive("leg", now, given.call, "own"))
    yield CallStarted(given.call, given.number, given.to, now, dial_rules.direction(to), given.mark)
    yield DialPlanned(given.call, to)
    part = agent if dial_rules.takes_part(agent, None) else None
    yield from _begin(
        floor, part, LegStarted(leg, given.call, Party.AGENT, given.node, leg, _id(part), now, up=False), now
    )
    yield RingPhone(given.call, leg, given.node, agent.endpoint, leg, given.to)
    yield SetTimer(after(now, attempts.RING_LIMIT), DialTimeEnded(leg))
    yield CommandDone(given.command, given.agent)


def _begin(floor: Floor, agent: Agent | None, own: LegStarted, now: datetime) -> Iterator[Body | Effect]:
    """The agent's own leg; an agent who takes part is on the call from here on, his wrap-up of the last one over."""
    if agent is None:
        yield own
        return
    if agent.work is Work.WRAP_UP and agent.call is not None:
        yield AgentFreed(agent.id, agent.call)
    yield own
    yield AgentDialled(agent.id, own.call, own.leg)
    yield from prepare.heads(floor, agent.queues, now)


def _id(agent: Agent | None) -> AgentId | None:
    return None if agent is None else agent.id


def _unrung(agent: Agent | None) -> Refused | None:
    if agent is not None and agent.line is Line.UP:
        return None
    return Refused(Code.PHONE_UNREACHABLE)
