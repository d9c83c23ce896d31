"""Why a call is offered to this agent, and why this agent gets this call: read from the floor just before the offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from acd.model import Agent, Call, Floor, Queue
from acd.obstacles import Excluded, excluded, serving_agents
from acd.order import rank
from kernel.ids import AgentId, CallId, QueueId


class AgentKey(StrEnum):
    """What decided between the agents. `lower_id`: two were idle since the very same moment."""

    ONLY_ONE = "only_one"
    LONGEST_IDLE = "longest_idle"
    LOWER_ID = "lower_id"


class CallKey(StrEnum):
    """What decided between the calls that the agent could have got. `passed_by`: another one of his queues was before
    it in turn, which must not happen."""

    ONLY_ONE = "only_one"
    PRIORITY = "priority"
    WAITED_LONGEST = "waited_longest"
    LOWER_ID = "lower_id"
    PASSED_BY = "passed_by"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who could be rung; `version` is that of his configuration."""

    agent: AgentId
    name: str
    version: int
    idle_since: datetime


@dataclass(frozen=True, slots=True)
class Waiter:
    """A call that waits, with all that its turn depends on."""

    call: CallId
    queue: QueueId
    priority: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """The place of the call. `position`: in its queue, 1 is first; `ringing`: of those before it there, an agent is
    rung for so many; `before` and `behind`: the calls without an offer over all queues of the agent; `next`: the
    one that he would have got else."""

    key: CallKey
    position: int
    ringing: int
    before: int
    behind: int
    next: Waiter | None


@dataclass(frozen=True, slots=True)
class OfferReason:
    """The whole choice there was. `seq`: the last fact before the offer. `config`: the version in force; `call_config`
    and `queue_version`: those with which the call began and joined. `runners_up`: who would have been rung else, in
    that order. `elsewhere`: agents who do not serve the queue."""

    seq: int
    config: int
    call_config: int
    queue_version: int
    call: Waiter
    winner: Candidate
    key: AgentKey
    runners_up: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]
    elsewhere: int
    turn: Turn


def offer_reason(floor: Floor, call_id: CallId) -> OfferReason | None:
    """Who is offered the call and why; None when the call does not wait without an offer, or nobody can be rung.

    It looks at every agent rather than at the floor's own orders, so that a fault in those would show.
    """
    call = floor.calls.get(call_id)
    queue = None if call is None or call.queue is None else floor.queues.get(call.queue)
    if call is None or queue is None or call.offered:
        return None
    serving = serving_agents(floor, queue)
    able = sorted((agent for agent in serving if agent.matchable), key=_idle)
    if not able:
        return None
    winner, *others = able
    return OfferReason(
        seq=floor.seq,
        config=floor.config,
        call_config=call.config,
        queue_version=(call.settings or queue.config).version,
        call=_waiter(call, queue),
        winner=_candidate(winner),
        key=_agent_key(able),
        runners_up=tuple(map(_candidate, others)),
        excluded=excluded(floor, serving),
        elsewhere=len(floor.agents) - len(serving),
        turn=_turn(floor, call, queue, winner),
    )


def _idle(agent: Agent) -> tuple[datetime, AgentId]:
    return agent.idle_since, agent.id


def _agent_key(able: list[Agent]) -> AgentKey:
    if len(able) == 1:
        return AgentKey.ONLY_ONE
    return AgentKey.LONGEST_IDLE if able[0].idle_since < able[1].idle_since else AgentKey.LOWER_ID


def _turn(floor: Floor, call: Call, queue: Queue, winner: Agent) -> Turn:
    queues = [floor.queues[one] for one in winner.queues if one in floor.queues]
    passed = [turn for one in queues for turn in one.open_turns[: rank(one.open_turns, call.turn)]]
    before = sum(floor.reaches(floor.calls[turn[2]]) for turn in passed)
    # Of each queue the first that is not this call: one of the first two that could be offered.
    able = ((turn for turn in one.open_turns if floor.reaches(floor.calls[turn[2]])) for one in queues)
    others = [turn for turns in able for turn in islice(turns, 2) if turn != call.turn]
    after = floor.calls[min(others)[2]] if others else None
    place = rank(queue.turns, call.turn)
    return Turn(
        key=CallKey.PASSED_BY if before else _call_key(call, after),
        position=place + 1,
        ringing=place - rank(queue.open_turns, call.turn),
        before=before,
        behind=sum(len(one.open_turns) for one in queues) - before - 1,
        next=None if after is None or after.queue is None else _waiter(after, floor.queues[after.queue]),
    )


def _call_key(call: Call, after: Call | None) -> CallKey:
    if after is None:
        return CallKey.ONLY_ONE
    if call.turn[0] != after.turn[0]:
        return CallKey.PRIORITY
    return CallKey.WAITED_LONGEST if call.turn[1] < after.turn[1] else CallKey.LOWER_ID


def _waiter(call: Call, queue: Queue) -> Waiter:
    return Waiter(call.id, queue.config.id, call.priority, call.queued or call.arrived)


def _candidate(agent: Agent) -> Candidate:
    return Candidate(agent.id, agent.config.name, agent.config.version, agent.idle_since)
