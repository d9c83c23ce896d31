"""Why a call is offered to this agent, and why this agent gets this call: read from the floor just before the offer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from acd.explaining.explain_rank import AgentKey as AgentKey
from acd.explaining.explain_rank import key, measure, ranked
from acd.explaining.obstacles import Excluded, agents_of, excluded, hindrances_for
from acd.matching.choose import shortfall
from acd.matching.order import rank
from acd.matching.steps import may_ring
from acd.matching.wants import accepts
from acd.model import Agent, Call, Floor, Queue
from kernel.ids import AgentId, CallId, QueueId

_Turn = tuple[int, datetime, CallId]


class CallKey(StrEnum):
    """What decided between the calls that the agent could have got.

    `direct`: he was wanted for this one. `one_more`: all others had been given out, and this one, which rings already,
    may ring at one more; `unrung`: the others ring already. `queue_priority`: he serves its queue first;
    `service_level`: its queue is furthest below its target. `aged`: its priority has grown with its wait. `passed_by`:
    another one was before it for this agent, which can only be when all are given out at once and two agents each
    prefer the other's call.
    """

    ONLY_ONE = "only_one"
    DIRECT = "direct"
    ONE_MORE = "one_more"
    UNRUNG = "unrung"
    QUEUE_PRIORITY = "queue_priority"
    SERVICE_LEVEL = "service_level"
    PRIORITY = "priority"
    AGED = "aged"
    WAITED_LONGEST = "waited_longest"
    LOWER_ID = "lower_id"
    PASSED_BY = "passed_by"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who could be rung; `version` is that of his configuration. `counted`: what the strategy goes by, None
    when that is his idle time, his last talk or the lot."""

    agent: AgentId
    name: str
    version: int
    idle_since: datetime
    counted: float | None = None


@dataclass(frozen=True, slots=True)
class Waiter:
    """A call that waits, with all that its turn depends on; `queue` is None when it waits in none."""

    call: CallId
    queue: QueueId | None
    priority: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """The place of the call. `position`: in its queue, 1 is first; `ringing`: of those before it there, an agent is
    rung for so many; `before` and `behind`: the calls without an offer that the agent could get, over all his queues;
    `next`: the one that he would have got else."""

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
    that order. `elsewhere`: agents who are none of the queue's."""

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
    """Who is offered the call and why; None when no (further) agent is to be rung for it, or nobody can be.

    It looks at every agent rather than at the floor's own orders, so that a fault in those would show.
    """
    call = floor.calls.get(call_id)
    queue = None if call is None or call.queue is None else floor.queues.get(call.queue)
    if call is None or queue is None or len(call.offers) >= may_ring(queue, call) or not floor.reaches(call):
        return None
    known = agents_of(floor, queue)
    able = ranked(queue, call, [one for one in known if not hindrances_for(floor, one, call)])
    if not able:
        return None
    winner, *others = able
    return OfferReason(
        seq=floor.seq,
        config=floor.config,
        call_config=call.config,
        queue_version=(call.settings or queue.config).version,
        call=_waiter(call),
        winner=_candidate(winner, queue),
        key=key(queue, call, able),
        runners_up=tuple(_candidate(one, queue) for one in others),
        excluded=excluded(floor, known, call),
        elsewhere=len(floor.agents) - len(known),
        turn=_turn(floor, call, queue, winner),
    )


def direct_reason(floor: Floor, call_id: CallId, agent_id: AgentId) -> OfferReason | None:
    """Of an offer to an agent who was wanted by name; None when the floor has no such call or agent."""
    call, agent = floor.calls.get(call_id), floor.agents.get(agent_id)
    if call is None or agent is None:
        return None
    return OfferReason(
        seq=floor.seq,
        config=floor.config,
        call_config=call.config,
        queue_version=0 if call.settings is None else call.settings.version,
        call=_waiter(call),
        winner=_candidate(agent, None),
        key=AgentKey.DIRECT,
        runners_up=(),
        excluded=(),
        elsewhere=0,
        turn=Turn(CallKey.DIRECT, 0, 0, 0, 0, None),
    )


def _turn(floor: Floor, call: Call, queue: Queue, winner: Agent) -> Turn:
    place, ours = rank(queue.turns, call.turn), _weight(winner, queue)
    before = total = 0
    for one, order in _orders(floor, winner, more=False):
        weight = _weight(winner, one)
        total += len(order) - (call.turn in order)
        before += len(order) if weight < ours else sum(turn < call.turn for turn in order) if weight == ours else 0
    heads = _heads(floor, winner, call, more=False) or _heads(floor, winner, call, more=True)
    after = min(heads) if heads else None
    other = None if after is None else floor.calls[after[1][2]]
    if call.offered:
        decided = CallKey.ONE_MORE
    else:
        decided = CallKey.PASSED_BY if before else _call_key(call, ours, other, after[0] if after else ours)
    return Turn(
        key=decided,
        position=place + 1,
        ringing=place - rank(queue.open_turns, call.turn),
        before=before,
        behind=total - before,
        next=None if other is None else _waiter(other),
    )


def _heads(floor: Floor, agent: Agent, call: Call, more: bool) -> list[tuple[tuple[int, float], _Turn]]:
    """Of each order of calls that the agent could have got the first one that is not this call."""
    others = (
        (_weight(agent, queue), [turn for turn in order if turn != call.turn])
        for queue, order in _orders(floor, agent, more)
    )
    return [(weight, min(turns)) for weight, turns in others if turns]


def _orders(floor: Floor, agent: Agent, more: bool) -> Iterator[tuple[Queue, list[_Turn]]]:
    """The calls that this agent can take, by order: those that nobody is rung for, or those that `more` may be."""
    for queue_id, how in agent.serves.items():
        queue = floor.queues.get(queue_id)
        if queue is None:
            continue
        for want, order in (queue.more_for if more else queue.open_for).items():
            if accepts(agent.id, agent.profile, how.delay, want):
                yield queue, [turn for turn in order if floor.reaches(floor.calls[turn[2]])]


def _weight(agent: Agent, queue: Queue) -> tuple[int, float]:
    """What comes before the turn when his queues are compared; the smaller goes first."""
    return -agent.config.membership(queue.config.id).priority, -shortfall(queue)


def _call_key(call: Call, ours: tuple[int, float], other: Call | None, theirs: tuple[int, float]) -> CallKey:
    if other is None:
        return CallKey.ONLY_ONE
    if other.offered:
        return CallKey.UNRUNG
    if ours != theirs:
        return CallKey.QUEUE_PRIORITY if ours[0] != theirs[0] else CallKey.SERVICE_LEVEL
    if call.priority != other.priority:
        return CallKey.PRIORITY if call.joined_with > other.joined_with else CallKey.AGED
    return CallKey.WAITED_LONGEST if call.turn[1] < other.turn[1] else CallKey.LOWER_ID


def _waiter(call: Call) -> Waiter:
    return Waiter(call.id, call.queue, call.priority, call.queued or call.arrived)


def _candidate(agent: Agent, queue: Queue | None) -> Candidate:
    counted = None if queue is None else measure(queue, agent)
    return Candidate(agent.id, agent.config.name, agent.config.version, agent.idle_since, counted)
