"""Whose place is kept for whom, and which way a caller goes who does not wait: property v, by the facts alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from acd import facts
from acd.config import QueueConfig
from acd.config.waiting import OverflowStep, StepKind
from acd.facts import Body
from acd.model import Floor, Place
from kernel.fact import Fact
from kernel.ids import CallId, QueueId
from kernel.moment import after
from tests.unit.acd.expected import broken


@dataclass(frozen=True, slots=True)
class Kept:
    """The place of somebody who hung up."""

    call: CallId
    since: datetime
    priority: int
    until: datetime


@dataclass(slots=True)
class Ways:
    """`joined`: the queue of a call as it was when the call joined it; `known`: of whom it has just been said that his
    place was kept; `steps`: where a call is on an overflow chain."""

    joined: dict[CallId, QueueConfig] = field(default_factory=dict)
    kept: dict[tuple[QueueId, str], Kept] = field(default_factory=dict)
    known: dict[CallId, Kept] = field(default_factory=dict)
    steps: dict[CallId, tuple[QueueId, int, tuple[OverflowStep, ...]]] = field(default_factory=dict)

    def fact(self, floor: Floor, fact: Fact[Body]) -> None:
        """One fact, before it is applied."""
        match fact.body:
            case facts.CallQueued() as queued:
                self._queued(floor, queued, fact.at)
            case facts.CallLeftQueue(call=call, queue=queue, outcome="abandoned"):
                within = self.joined[call].waiting.redial_within
                one = floor.calls[call]
                if within and one.mark:
                    since = one.queued or one.arrived
                    self.kept[queue, one.mark] = Kept(call, since, one.priority, after(fact.at, within))
            case facts.RedialRecognised(call=call, queue=queue, before=first, since=since):
                kept = self.kept.pop((queue, floor.calls[call].mark), None)
                kept is not None or broken("v", f"{call} is given a place that nobody has left")
                if kept is not None:
                    fact.at <= kept.until or broken("v", f"the place of {first} is kept for longer than it should be")
                    (first, since) == (kept.call, kept.since) or broken("v", f"{call} is given another's place: {kept}")
                    self.known[call] = kept
            case facts.CallOverflowed() as went:
                self._overflowed(floor, went)
            case _:
                return

    def _queued(self, floor: Floor, queued: facts.CallQueued, at: datetime) -> None:
        call, known = floor.calls[queued.call], self.known.pop(queued.call, None)
        if known is not None:
            queued.since <= known.since or broken("v", f"{call.id} called again in time and has lost his place")
            queued.priority >= known.priority or broken(
                "v", f"{call.id} called again in time and has lost his priority"
            )
        elif call.place is Place.FLOW and call.mark:
            kept = self.kept.get((queued.queue, call.mark))
            kept is None or kept.until < at or broken("v", f"{call.id} is not known again: {kept}")
        self.joined[call.id] = floor.queues[queued.queue].config
        self.steps.pop(call.id, None)

    def _overflowed(self, floor: Floor, went: facts.CallOverflowed) -> None:
        joined, known = self.joined.get(went.call), self.steps.get(went.call)
        waits = joined is not None and joined.id == went.queue and known is None
        chain = floor.queues[went.queue].config.waiting.overflow
        if known is not None and known[0] == went.queue:
            chain = known[2]
            again = went.kind is StepKind.CALLBACK and went.step == known[1]
            went.step > known[1] or again or broken("v", f"{went.call} goes from step {known[1]} to {went.step}")
        elif waits and joined is not None:
            chain = joined.waiting.overflow
        chain[went.step].kind is went.kind or broken("v", f"{went.call} takes step {went.step} as {went.kind}")
        chain[went.step].answers(went.cause) or broken("v", f"{went.call} takes a step that is none for {went.cause}")
        self.steps[went.call] = (went.queue, went.step, chain)
