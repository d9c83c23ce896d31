"""Who gives his seat back without having signed out: absent for the grace time, removed, or of a suspended tenant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from acd.effects import AskLine, Effect, SetTimer
from acd.facts import AgentFreed, AgentLeaving, AgentRemoved, AgentSignedOut, Body, LiveChanged
from acd.inputs import AbsenceLasted, LiveSeen
from acd.matching import prepare
from acd.model import Agent, Floor, Work
from acd.work import seats
from kernel.ids import AgentId
from kernel.moment import after


def live_seen(floor: Floor, given: LiveSeen, _now: datetime) -> Iterator[Body | Effect]:
    """The agent's own login has a live connection, or has none any more."""
    agent = floor.agents.get(given.agent)
    if agent is not None and agent.live is not given.up:
        yield LiveChanged(agent.id, given.up)
        yield from watch(floor, agent.id)


def watch(floor: Floor, agent_id: AgentId) -> Iterable[SetTimer]:
    """The end of the grace time of an agent who is absent. Asked for wherever an absence may have begun.

    While the floor is held nobody is signed out for it: the time begins anew when it opens.
    """
    agent, grace = floor.agents.get(agent_id), floor.limits.seat_grace
    if agent is None or agent.absent_since is None or not grace or not floor.open:
        return ()
    return (SetTimer(after(agent.absent_since, grace), AbsenceLasted(agent.id, agent.absent_since)),)


def lasted(floor: Floor, given: AbsenceLasted, now: datetime) -> Iterator[Body | Effect]:
    """He has not come back: sign him out. A call would have ended the absence, so he has none."""
    agent, grace = floor.agents.get(given.agent), floor.limits.seat_grace
    if not floor.open or agent is None or agent.absent_since != given.since or not grace:
        return
    if now < after(given.since, grace):
        # The grace time was made longer meanwhile; its change has set the later timer.
        return
    yield from leave(floor, agent, "absent")


def remove(floor: Floor, agent: Agent) -> Iterator[Body | Effect]:
    """The agent is no longer named: he goes at once, or when his call is over."""
    if agent.leg is not None or agent.aside is not None or agent.work not in (Work.FREE, Work.WRAP_UP):
        if not agent.leaving:
            yield AgentLeaving(agent.id)
            yield from prepare.drop(agent, "removed")
        return
    if agent.signed_in:
        yield from leave(floor, agent, "removed")
    yield AgentRemoved(agent.id)


def remove_if_leaving(floor: Floor, agent_id: AgentId) -> Iterator[Body | Effect]:
    """A leg of his is gone: perhaps it was what he had to stay for."""
    agent = floor.agents.get(agent_id)
    if agent is not None and agent.leaving:
        yield from remove(floor, agent)


def send_home(floor: Floor) -> Iterator[Body | Effect]:
    """The tenant is suspended: whoever has no call gives his seat back now, the others when theirs is over."""
    for agent_id in list(floor.seats):
        agent = floor.agents.get(agent_id)
        if agent is not None and agent.leg is None and agent.work in (Work.FREE, Work.WRAP_UP):
            yield from leave(floor, agent, "suspended")


def leave(floor: Floor, agent: Agent, why: str) -> Iterator[Body | Effect]:
    """The end of an agent's work, who has no call: wrap-up ends, the seat is given back."""
    if agent.work is Work.WRAP_UP and agent.call is not None:
        yield AgentFreed(agent.id, agent.call)
    elsewhere = bool(agent.desk)
    yield AgentSignedOut(agent.id)
    yield from prepare.drop(agent, why)
    yield seats.returned(floor, agent.id, why)
    if elsewhere:
        # What was known was the line of the phone he has left.
        yield AskLine(agent.id, agent.endpoint)
