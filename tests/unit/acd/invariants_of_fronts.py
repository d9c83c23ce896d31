"""Who has been put in front of his queue is passed by nobody who has not been put in front as well."""

from __future__ import annotations

from dataclasses import dataclass, field

from acd import facts
from acd.facts import Body
from acd.inputs import Input, PrioritiseCall
from acd.interventions import FRONT
from acd.model import Floor
from kernel.ids import CallId
from tests.unit.acd.expected import broken


@dataclass(slots=True)
class Fronts:
    """`put`: the calls of whom that was the last thing a supervisor said."""

    put: set[CallId] = field(default_factory=set)

    def fact(self, body: Body) -> None:
        if isinstance(body, facts.PriorityChanged | facts.CallLeftQueue):
            self.put.discard(body.call)

    def decided(self, given: Input, done: bool) -> None:
        if isinstance(given, PrioritiseCall) and given.priority is None and done:
            self.put.add(given.call)

    def check(self, floor: Floor) -> None:
        """Who comes before one of them has been put in front too, be it where he was before."""
        for queue in floor.queues.values() if self.put else ():
            there = [floor.calls[turn[2]] for turn in queue.turns]
            last = max((place for place, call in enumerate(there) if call.id in self.put), default=0)
            passing = [call.id for call in there[:last] if call.priority < FRONT]
            not passing or broken("s", f"{passing} have passed who was put in front: {there[last].id}")
