"""Who may join a queue, and when those who wait have to leave it: its agents' states, its length, its ratio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from acd.config.routing import Requirement
from acd.config.waiting import Cause, Condition
from acd.demand import NOTHING, Demand, asked_of
from acd.facts import JoinRefused, WaitRefused
from acd.matching.choose import at_once
from acd.model import Agent, Call, Floor, Line, Queue, Wish, Work
from acd.waiting import places
from kernel.ids import QueueId

CAUSE_OF_PLACES: Final = Cause.FULL


def refusal(floor: Floor, call: Call, queue: Queue, want: str) -> WaitRefused | JoinRefused | None:
    """Why the call may not join now; None when it may, or when somebody can be rung at once for its `want`."""
    without = queue.config.waiting.join_empty
    if without and empty(floor, queue, without, demand=call.demand):
        return JoinRefused(call.id, queue.config.id, Cause.EMPTY, len(queue.turns), None)
    no = _too_many(floor, call, queue)
    # Whether somebody can be rung is asked last: for what nobody has asked before it costs a look at each ready agent.
    return None if no is None or (floor.reaches(call) and at_once(floor, queue, want)) else no


def _too_many(floor: Floor, call: Call, queue: Queue) -> WaitRefused | JoinRefused | None:
    """Why one more may not wait there; None when there is room."""
    rules, waiting = queue.config.waiting, len(queue.turns)
    if rules.most and waiting >= rules.most:
        return JoinRefused(call.id, queue.config.id, Cause.FULL, waiting, rules.most)
    if rules.ratio:
        limit = int(rules.ratio * sum(1 for agent in members(floor, queue.config.id) if takes_calls(agent)))
        if waiting >= limit:
            return JoinRefused(call.id, queue.config.id, Cause.RATIO, waiting, limit)
    return places.no_place(floor, call, queue)


def cause_of(no: WaitRefused | JoinRefused) -> Cause:
    """The cause for which an overflow chain is asked then."""
    return CAUSE_OF_PLACES if isinstance(no, WaitRefused) else no.cause


def empty(
    floor: Floor, queue: Queue, without: tuple[Condition, ...], waited: float = 0.0, demand: Demand = NOTHING
) -> bool:
    """Whether, for somebody with this demand who has waited so many seconds, every signed-in agent of the queue is in
    one of these states; without any agent it is empty too."""
    if queue.ready and Condition.SKILL_UNMET not in without:
        return False
    crew, required = members(floor, queue.config.id), asked_of(queue.config.routing, demand)
    return all(any(one in without for one in conditions(agent, required, waited)) for agent in crew)


def conditions(agent: Agent, required: Iterable[Requirement], waited: float) -> Iterator[Condition]:
    """The states in which the agent is, for a call that asks for this and has waited so many seconds."""
    if _unskilled(agent, required, waited):
        yield Condition.SKILL_UNMET
    if agent.wish is Wish.PAUSED:
        yield Condition.PAUSED
    if not agent.endpoint or agent.leaving:
        yield Condition.INVALID
    elif agent.line_since is None:
        yield Condition.UNKNOWN
    elif agent.line is not Line.UP:
        yield Condition.UNAVAILABLE
    match agent.work:
        case Work.ON_CALL:
            yield Condition.IN_USE
        case Work.OFFERED:
            yield Condition.RINGING
        case Work.WRAP_UP:
            yield Condition.WRAP_UP
        case Work.FREE:
            if agent.kept_off:
                yield Condition.IN_USE


def members(floor: Floor, queue: QueueId) -> Iterator[Agent]:
    """The agents at work who serve the queue."""
    for agent in floor.agents.values():
        if agent.signed_in and queue in agent.queues:
            yield agent


def _unskilled(agent: Agent, required: Iterable[Requirement], waited: float) -> bool:
    """Whether he cannot something that is asked for, at the level to which the wait has brought it down."""
    levels = {one.skill: one.level for one in agent.config.skills}
    for asked in required:
        steps = [step.level for step in asked.relaxation if waited >= step.after]
        if levels.get(asked.skill, 0) < min(steps, default=asked.level):
            return True
    return False


def takes_calls(agent: Agent) -> bool:
    """Whether he is there for calls, with or without one now; who is not connectable is not."""
    return agent.wish is Wish.READY and agent.line is Line.UP and not agent.kept_off
