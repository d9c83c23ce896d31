"""Who may be given which call, said once more in plain loops: what the floor's orders and choices are held against."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from acd.config.routing import Membership, Relaxation, Requirement, Routing, Sharing, Strategy
from acd.model import Agent, Call, Callback, Floor, OfferKind, Place, Queue, Wish, Work
from acd.model import Line as PhoneLine
from kernel.ids import AgentId, CallId
from kernel.moment import after

Turn = tuple[int, datetime, CallId]
WISHES: Final[dict[str, tuple[Requirement, ...]]] = {
    "q0*": (Requirement("english", 2, (Relaxation(5.0, 1), Relaxation(10.0, 0))),),
    "q1*": (Requirement("tax", 1),),
}
"""Skills that the flow of a called number asks for."""
PREFERENCES: Final[dict[str, AgentId]] = {"q0@": AgentId("a3"), "q1@": AgentId("a1")}
"""Numbers whose callers prefer an agent."""


def could_be_rung(agent: Agent, wants: bool = False) -> bool:
    """What `Agent.matchable` ought to say, said once more. `wants`: he himself asks for it, whatever his state says."""
    free = agent.work is Work.FREE and agent.leg is None and agent.offer is None
    there = free and agent.aside is None and agent.signed_in and agent.line is PhoneLine.UP and not agent.leaving
    return there and (wants or (agent.wish is Wish.READY and (agent.connectable or not agent.config.reported)))


def membership(agent: Agent, queue: Queue) -> Membership:
    """How he serves it."""
    found = [one for one in agent.config.memberships if one.queue == queue.config.id]
    return found[0] if found else Membership(queue.config.id)


def rules(floor: Floor, call: Call) -> Routing:
    """The rules with which it waits."""
    assert call.queue is not None
    return (call.settings or floor.queues[call.queue].config).routing


def asked(routing: Routing, more: tuple[Requirement, ...], since: datetime, at: datetime) -> dict[str, int]:
    """The skills that have to be found, with their levels, at this moment of a wait under these rules."""
    return _levels((*routing.requirements, *more), since, at)


def _levels(required: tuple[Requirement, ...], since: datetime, at: datetime) -> dict[str, int]:
    levels: dict[str, int] = {}
    for one in required:
        now = [step.level for step in one.relaxation if after(since, step.after) <= at]
        level = now[-1] if now else one.level
        if level:
            levels[one.skill] = max(level, levels.get(one.skill, 0))
    return levels


def can_take(floor: Floor, agent: Agent, call: Call, at: datetime) -> bool:
    """Whether the agent serves the call's queue and can give what it asks for at the moment of its last step."""
    queue = None if call.queue is None else floor.queues.get(call.queue)
    if queue is None or queue.config.id not in agent.queues:
        return False
    if call.preferred is not None and call.preferred_until is not None and at < call.preferred_until:
        return call.preferred == agent.id
    if at < after(call.queued or call.arrived, membership(agent, queue).delay):
        return False
    return can(agent, asked(rules(floor, call), call.demand.requirements, call.queued or call.arrived, at))


def spared(floor: Floor, agent: Agent, turn: Turn) -> bool:
    """Whether who has this turn may have this agent although some are kept for callers before him who are being called
    back, in any queue."""
    before = [one for one in _rung(floor) if (-one.priority, one.since, one.id) < turn]
    return not before or _can_be_missed(floor, agent, before)


def to_spare(floor: Floor, agent: Agent) -> bool:
    """Whether somebody who comes now may have this agent."""
    before = _rung(floor)
    return not before or _can_be_missed(floor, agent, before)


def _can_be_missed(floor: Floor, agent: Agent, before: list[Callback]) -> bool:
    """As many of those who are being called back could have an agent each, without this one as with him."""
    free = [one for one in floor.agents.values() if could_be_rung(one)]
    fit = [{one.id for one in free if _could_take(floor, one, callback)} for callback in before]
    return _served(fit) == _served([names - {agent.id} for names in fit])


def _could_take(floor: Floor, agent: Agent, callback: Callback) -> bool:
    """Whether the agent could have taken him in the moment when he was called."""
    queue = floor.queues.get(callback.queue)
    if queue is None or callback.call is None or callback.queue not in agent.queues:
        return False
    at = floor.calls[callback.call].arrived
    late = at < after(callback.since, membership(agent, queue).delay)
    return not late and can(agent, _levels(callback.required, callback.since, at))


def _served(fit: list[set[AgentId]]) -> int:
    """How many of them can have one each: whoever is first has each of his in turn, or none."""
    if not fit:
        return 0
    first, *others = fit
    with_one = [1 + _served([names - {one} for names in others]) for one in first]
    return max([_served(others), *with_one])


def _rung(floor: Floor) -> list[Callback]:
    dialled = {call.callback for call in floor.calls.values() if call.place is Place.DIALLING}
    return [one for one in floor.callbacks.values() if one.agent is None and one.id in dialled]


def can(agent: Agent, levels: dict[str, int]) -> bool:
    """Whether he has all these skills, at these levels."""
    has = {one.skill: one.level for one in agent.config.skills}
    return all(has.get(skill, 0) >= level for skill, level in levels.items())


def grown(floor: Floor, call: Call, given: int, since: datetime, at: datetime) -> int:
    """What a priority that was given at `since` has grown to."""
    routing, steps = rules(floor, call), 0
    if not routing.age_every or given >= routing.age_most:
        return given
    while after(since, (steps + 1) * routing.age_every) <= at:
        steps += 1
    return min(routing.age_most, given + steps * routing.age_by)


def allowed(floor: Floor, call: Call) -> int:
    """At how many agents it may ring at once."""
    assert call.queue is not None
    routing = floor.queues[call.queue].config.routing
    if any(floor.offers[one].kind is not OfferKind.QUEUE for one in call.offers):
        return 1
    most = routing.ring_at_most or 1000
    match routing.strategy:
        case Strategy.RING_ALL:
            return most
        case Strategy.RING_PROGRESSIVE:
            return min(most, call.ring_up_to)
        case _:
            return 1


def weight(agent: Agent, queue: Queue) -> tuple[int, float]:
    """What goes before priority and wait when an agent's queues are compared; the smaller is served first."""
    behind = 0.0
    if queue.config.routing.sharing is Sharing.SERVICE_LEVEL and queue.recent:
        behind = max(0.0, queue.config.service_target - sum(queue.recent) / len(queue.recent))
    return -membership(agent, queue).priority, -behind


def best_agents(queue: Queue, agents: list[Agent]) -> set[str]:
    """Those of `agents` whom the strategy may choose: one, or by lot anybody of the first tier."""
    tier = min(membership(one, queue).tier for one in agents)
    mates = [one for one in agents if membership(one, queue).tier == tier]
    how = {one.id: membership(one, queue) for one in mates}
    match queue.config.routing.strategy:
        case Strategy.RANDOM:
            return {one.id for one in mates}
        case Strategy.ROUND_ROBIN:
            order = sorted(mates, key=lambda one: (how[one.id].order, one.id))
            last = queue.last_rung or (-1.0, "")
            later = [one for one in order if (how[one.id].order, one.id) > last]
            return {(later or order)[0].id}
        case Strategy.LINEAR:
            return {min(mates, key=lambda one: (how[one.id].order, one.id)).id}
        case Strategy.LEAST_RECENT:
            return {min(mates, key=lambda one: (str(one.last_talk or ""), one.idle_since, one.id)).id}
        case Strategy.FEWEST_CALLS:
            return {min(mates, key=lambda one: (one.calls_taken, one.idle_since, one.id)).id}
        case Strategy.LEAST_TALK:
            return {min(mates, key=lambda one: (one.talked, one.idle_since, one.id)).id}
        case Strategy.RATIO:
            name = queue.config.id
            return {
                min(mates, key=lambda one: (one.calls_of.get(name, 0) / how[one.id].share, one.idle_since, one.id)).id
            }
        case _:
            return {min(mates, key=lambda one: (one.idle_since, one.id)).id}


def waiting(floor: Floor) -> list[Call]:
    """All calls that wait."""
    return [call for call in floor.calls.values() if call.place is Place.WAITING]
