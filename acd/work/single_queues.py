"""Queues one by one: an agent leaves single queues of his for a while, and joins them again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.effects import Effect
from acd.facts import Body, CommandDone, QueueLeft, QueueRejoined
from acd.inputs import JoinQueue, LeaveQueue
from acd.matching import match, prepare, steps
from acd.model import Floor
from acd.work import asked
from kernel.refusal import Code, Refused


def leave(floor: Floor, given: LeaveQueue, now: datetime) -> Iterator[Body | Effect]:
    """He is given no more calls of this queue; one that rings for him already goes on ringing."""
    no = _refusal(floor, given)
    if no is not None:
        yield asked.refused(given, no)
        return
    if given.queue not in floor.agents[given.agent].away_from:
        yield QueueLeft(given.agent, given.queue)
    yield CommandDone(given.command, given.agent)
    # Somebody else is next in line of this queue now.
    yield from prepare.heads(floor, (given.queue,), now)


def join(floor: Floor, given: JoinQueue, now: datetime) -> Iterator[Body | Effect]:
    """He serves it again, and what waits there may be his at once."""
    no = _refusal(floor, given)
    if no is not None:
        yield asked.refused(given, no)
        return
    agent = floor.agents[given.agent]
    known = steps.delays(floor, agent)
    if given.queue in agent.away_from:
        yield QueueRejoined(given.agent, given.queue)
    yield CommandDone(given.command, given.agent)
    yield from steps.for_other_delays(floor, known, now)
    yield from match.for_agent(floor, agent, now)


def _refusal(floor: Floor, given: LeaveQueue | JoinQueue) -> Refused | None:
    agent = asked.signed_in(floor, given)
    if isinstance(agent, Refused):
        return agent
    if given.queue in agent.config.queues:
        return None
    return Refused(Code.NOT_HIS_QUEUE, params=(("agent", agent.id), ("queue", given.queue)))
