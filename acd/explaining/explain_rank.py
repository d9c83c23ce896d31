"""In which order the agents who can take a call would be rung, judged anew from each of them, and what decides."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from acd.config.routing import Strategy
from acd.matching.choose import lot
from acd.matching.wants import parsed
from acd.model import Agent, Call, Queue


class AgentKey(StrEnum):
    """What decided between the agents: the queue's strategy, or what comes before and after it.

    `direct`: he and nobody else was wanted. `preferred`, `last_agent`: the call waits for him alone, whom it prefers,
    or who served its caller last. `tier`: the next one stands in a later tier. `longest_idle` and `lower_id` also
    decide where the strategy finds two equal.
    """

    ONLY_ONE = "only_one"
    DIRECT = "direct"
    PREFERRED = "preferred"
    LAST_AGENT = "last_agent"
    TIER = "tier"
    LONGEST_IDLE = "longest_idle"
    LEAST_RECENT = "least_recent"
    FEWEST_CALLS = "fewest_calls"
    LEAST_TALK = "least_talk"
    ROUND_ROBIN = "round_robin"
    LINEAR = "linear"
    RANDOM = "random"
    RATIO = "ratio"
    RING_ALL = "ring_all"
    RING_PROGRESSIVE = "ring_progressive"
    LOWER_ID = "lower_id"


_RINGING = {Strategy.RING_ALL: AgentKey.RING_ALL, Strategy.RING_PROGRESSIVE: AgentKey.RING_PROGRESSIVE}
_CHOSEN = {Strategy.ROUND_ROBIN: AgentKey.ROUND_ROBIN, Strategy.RANDOM: AgentKey.RANDOM}


def ranked(queue: Queue, call: Call, able: Sequence[Agent]) -> list[Agent]:
    """All of them, whoever would be rung first at the front; each place as if those before it were not there."""
    order: list[Agent] = []
    for tier in sorted({_tier(queue, agent) for agent in able}):
        mates = sorted((agent for agent in able if _tier(queue, agent) == tier), key=lambda one: _rank(queue, one))
        match queue.config.routing.strategy:
            case Strategy.ROUND_ROBIN:
                order += _rotated(queue, mates)
            case Strategy.RANDOM:
                order += _drawn(call, mates)
            case _:
                order += mates
    return order


def key(queue: Queue, call: Call, order: Sequence[Agent]) -> AgentKey:
    """Why the first of `order` comes before the second."""
    one = parsed(call.want).agent
    if one is not None:
        return AgentKey.LAST_AGENT if one == call.demand.last_agent != call.demand.preferred else AgentKey.PREFERRED
    strategy = queue.config.routing.strategy
    if len(order) == 1:
        return AgentKey.ONLY_ONE
    first, second = order[:2]
    if strategy in _RINGING:
        return _RINGING[strategy] if _tier(queue, first) == _tier(queue, second) else AgentKey.TIER
    if _tier(queue, first) != _tier(queue, second):
        return AgentKey.TIER
    if strategy in _CHOSEN:
        return _CHOSEN[strategy]
    ours, theirs = _rank(queue, first), _rank(queue, second)
    if ours[0] != theirs[0]:
        return AgentKey(strategy.value)
    return AgentKey.LONGEST_IDLE if ours[1] != theirs[1] else AgentKey.LOWER_ID


def measure(queue: Queue, agent: Agent) -> float | None:
    """What the strategy counts of this agent: calls, seconds of talk, calls for his share, his place; else None."""
    how = agent.config.membership(queue.config.id)
    match queue.config.routing.strategy:
        case Strategy.FEWEST_CALLS:
            return float(agent.calls_taken)
        case Strategy.LEAST_TALK:
            return agent.talked
        case Strategy.RATIO:
            return agent.calls_of.get(queue.config.id, 0) / how.share
        case Strategy.LINEAR | Strategy.ROUND_ROBIN:
            return float(how.order)
        case _:
            return None


def _tier(queue: Queue, agent: Agent) -> int:
    return agent.config.membership(queue.config.id).tier


def _rank(queue: Queue, agent: Agent) -> tuple[float, float, str]:
    """The smaller the sooner: what the strategy counts, then since when he is idle, then his id."""
    idle = agent.idle_since.timestamp()
    match queue.config.routing.strategy:
        case Strategy.LEAST_RECENT:
            return (0.0 if agent.last_talk is None else agent.last_talk.timestamp()), idle, agent.id
        case Strategy.LINEAR | Strategy.ROUND_ROBIN:
            return float(agent.config.membership(queue.config.id).order), 0.0, agent.id
        case Strategy.RANDOM:
            return 0.0, 0.0, agent.id
        case _:
            return measure(queue, agent) or 0.0, idle, agent.id


def _rotated(queue: Queue, mates: list[Agent]) -> list[Agent]:
    if queue.last_rung is None:
        return mates
    place = sum(1 for one in mates if (_rank(queue, one)[0], one.id) <= queue.last_rung)
    return mates[place:] + mates[:place]


def _drawn(call: Call, mates: list[Agent]) -> list[Agent]:
    left, drawn = list(mates), []
    while left:
        drawn.append(left.pop(lot(call) % len(left)))
    return drawn
