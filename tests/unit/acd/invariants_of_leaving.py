"""Who has no agents to wait for any more by the rules of his queue does not wait, recounted at every moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from acd.config.waiting import Condition
from acd.demand import asked_of
from acd.facts import Body, FloorOpened
from acd.model import Agent, Call, Floor, Line, Place, Queue, Wish, Work
from kernel.fact import Fact
from kernel.ids import CallId
from kernel.moment import seconds_between
from tests.unit.acd.expected import broken


@dataclass(slots=True)
class Leaving:
    """`held`: who waited when the floor opened. Of the phones of other nodes nobody knows at that moment whether they
    are there, so that with him the next thing that changes is waited for."""

    held: set[CallId] = field(default_factory=set)

    def fact(self, floor: Floor, fact: Fact[Body]) -> None:
        """One fact, before it is applied."""
        if isinstance(fact.body, FloorOpened):
            self.held = {call.id for call in floor.calls.values() if call.place is Place.WAITING}

    def check(self, floor: Floor, now: datetime) -> None:
        """Nobody waits un-offered in a queue whose `leave_empty` holds for him; who is being asked is asked first."""
        for call in floor.calls.values() if floor.open else ():
            queue = None if call.queue is None else floor.queues.get(call.queue)
            if queue is None or call.offered or call.asked is not None or call.id in self.held:
                continue
            named = set(queue.config.waiting.leave_empty)
            without = named and all(named & set(_states(one, call, queue, now)) for one in _crew(floor, queue))
            not without or broken("w", f"{call.id} waits in {call.queue}, where all are in {named}")


def _crew(floor: Floor, queue: Queue) -> Iterator[Agent]:
    for agent in floor.agents.values():
        served = queue.config.id in agent.config.queues and queue.config.id not in agent.away_from
        if agent.signed_in and served:
            yield agent


def _states(agent: Agent, call: Call, queue: Queue, now: datetime) -> Iterator[Condition]:
    waited = seconds_between(call.queued or call.arrived, now)
    for asked in asked_of(queue.config.routing, call.demand):
        needed = min([asked.level, *(one.level for one in asked.relaxation if one.after <= waited)])
        if all(one.level < needed for one in agent.config.skills if one.skill == asked.skill) and needed > 0:
            yield Condition.SKILL_UNMET
    if agent.wish is Wish.PAUSED:
        yield Condition.PAUSED
    if not agent.endpoint or agent.leaving:
        yield Condition.INVALID
    elif agent.line is not Line.UP:
        yield Condition.UNKNOWN if agent.line_since is None else Condition.UNAVAILABLE
    if agent.work is Work.FREE and agent.kept_off:
        yield Condition.IN_USE
    words = {Work.ON_CALL: Condition.IN_USE, Work.OFFERED: Condition.RINGING, Work.WRAP_UP: Condition.WRAP_UP}
    if agent.work in words:
        yield words[agent.work]
