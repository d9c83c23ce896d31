"""What a decision brings with it beyond its own rule: a queue without agents is left, a callback's attempt is over,
a supervisor stays with his customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from acd.calling_back import callback_calls, callbacks
from acd.config.waiting import Cause, Condition
from acd.effects import Effect
from acd.facts import (
    AgentConfigured,
    AgentDialled,
    AgentFreed,
    AgentLeaving,
    AgentRemoved,
    AgentRung,
    AgentSignedIn,
    AgentSignedOut,
    Body,
    CallbackAttemptEnded,
    CallbackPlanned,
    CallEnded,
    CallLeftQueue,
    FloorOpened,
    LegGone,
    LegJoined,
    LineChanged,
    NumbersChanged,
    OfferAccepted,
    OfferMade,
    WishChanged,
    WrapUpStarted,
)
from acd.leaving import overflow
from acd.matching import match
from acd.model import Floor, Queue
from acd.talking import listening
from acd.waiting import admission
from kernel.ids import AgentId, CallId, QueueId
from kernel.moment import seconds_between

_OF_AGENTS: Final = frozenset(
    {
        AgentSignedIn,
        AgentSignedOut,
        WishChanged,
        LineChanged,
        AgentFreed,
        WrapUpStarted,
        OfferMade,
        OfferAccepted,
        AgentDialled,
        AgentRung,
        AgentLeaving,
    }
)
"""Facts that change in which state an agent is; of those that name his configuration every queue is looked at."""
_GOES: Final = frozenset({AgentSignedOut, AgentLeaving})
_OF_QUEUES: Final = frozenset({CallLeftQueue, CallbackAttemptEnded, CallbackPlanned})
"""Facts after which somebody may be called back."""
_OF_TALKS: Final = frozenset({LegGone, LegJoined})
"""Facts after which who listens may have to hear somebody else."""
_OF_ALL: Final = frozenset({AgentConfigured, AgentRemoved})
_OF_LINES: Final = frozenset({LegGone, NumbersChanged, FloorOpened})
"""Facts after which a line, or the floor, may have room for a call back that it had not."""
NOTED: Final = frozenset({*_OF_AGENTS, *_OF_QUEUES, *_OF_TALKS, *_OF_ALL, *_OF_LINES, CallEnded})
"""Nothing follows from any other fact, nor from effects."""


@dataclass(slots=True)
class Aftermath:
    """Notes the facts of one decision while they are made, and says afterwards what follows."""

    queues: set[QueueId] = field(default_factory=set)
    ended: list[CallEnded] = field(default_factory=list)
    gone: list[tuple[AgentId, tuple[QueueId, ...]]] = field(default_factory=list)
    talks: set[CallId] = field(default_factory=set)
    all: bool = False
    lines: bool = False

    def note(self, floor: Floor, item: Body | Effect) -> None:
        """One fact of those that are noted, already applied."""
        kind = type(item)
        if kind in _OF_LINES:
            self.lines = True
        if kind in _OF_AGENTS:
            agent = floor.agents.get(item.agent)  # type: ignore[union-attr, arg-type]
            if agent is not None:
                self.queues.update(agent.serves)
            if agent is not None and kind in _GOES:
                self.gone.append((agent.id, agent.config.queues))
        elif kind in _OF_QUEUES:
            self.queues.add(item.queue)  # type: ignore[union-attr, arg-type]
        elif kind in _OF_TALKS:
            if floor.listenings:
                self.talks.add(item.call)  # type: ignore[union-attr, arg-type]
        elif kind in _OF_ALL:
            self.all = True
        elif isinstance(item, CallEnded) and floor.callbacks:
            self.ended.append(item)

    def follows(self, floor: Floor, now: datetime) -> Iterator[Body | Effect]:
        """The facts and effects that the noted ones bring with them."""
        if self.talks:
            yield from listening.follow(floor, self.talks)
        for one in self.ended:
            found = next((back for back in floor.callbacks.values() if back.call == one.call), None)
            if found is not None:
                yield from callbacks.attempt_over(floor, found, one.outcome, now)
        for agent, served in self.gone:
            yield from match.waits_for_nobody_gone(floor, agent, served, now)
        if floor.open:
            if self.lines and floor.callbacks:
                yield from callbacks.line_freed(floor, now)
            for queue_id in sorted(floor.queues if self.all else self.queues):
                queue = floor.queues.get(queue_id)
                if queue is None:
                    continue
                if queue.turns and queue.config.waiting.leave_empty:
                    yield from _leave_when_empty(floor, queue, now)
                if floor.callbacks:
                    yield from callback_calls.look(floor, queue, now)


def _leave_when_empty(floor: Floor, queue: Queue, now: datetime) -> Iterator[Body | Effect]:
    without = queue.config.waiting.leave_empty
    by_wait = Condition.SKILL_UNMET in without
    if not by_wait and not admission.empty(floor, queue, without):
        return
    for turn in tuple(queue.turns):
        call = floor.calls[turn[2]]
        waited = seconds_between(call.queued or call.arrived, now)
        left = not by_wait or admission.empty(floor, queue, without, waited, call.demand)
        if left and call.asked is None and not call.offered:
            yield from overflow.waits_no_longer(floor, call, Cause.EMPTY, now)
