"""What a decision brings with it beyond its own rule: a queue without agents is left, a callback's attempt is over,
a supervisor stays with his customer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

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
    CallbackDeclined,
    CallbackPlanned,
    CallEnded,
    CallLeftQueue,
    CallQueued,
    ConnectableTold,
    FloorOpened,
    LegGone,
    LegJoined,
    LineChanged,
    NumbersChanged,
    OfferAccepted,
    OfferLost,
    OfferMade,
    OfferMissed,
    OfferRefused,
    OfferWithdrawn,
    QueueConfigured,
    QueueLeft,
    WishChanged,
    WrapUpStarted,
)
from acd.leaving import overflow
from acd.matching import match
from acd.matching.choose import Turn
from acd.model import Floor, Queue
from acd.talking import listening
from acd.waiting import admission
from kernel.ids import AgentId, CallId, QueueId
from kernel.moment import seconds_between


@dataclass(slots=True)
class Aftermath:
    """What the facts of one decision have brought up (`NOTED`), and what follows from it.

    Nearly every decision makes one: what few of them bring up begins as the one empty tuple there is.
    """

    queues: set[QueueId] = field(default_factory=set)
    ended: tuple[CallEnded, ...] = ()
    gone: tuple[tuple[AgentId, tuple[QueueId, ...]], ...] = ()
    talks: frozenset[CallId] = frozenset()
    joined: tuple[tuple[CallId, QueueId], ...] = ()
    all: bool = False
    lines: bool = False

    def follows(self, floor: Floor, now: datetime) -> Iterable[Body | Effect]:
        """The facts and effects that the noted ones bring with them; most often there are none."""
        if self.talks or self.ended or self.gone or self.joined or self.all or floor.callbacks:
            return self._all(floor, now)
        for queue_id in self.queues:
            queue = floor.queues.get(queue_id)
            if queue is not None and queue.config.waiting.leave_empty:
                return self._all(floor, now)
        return ()

    def _all(self, floor: Floor, now: datetime) -> Iterator[Body | Effect]:
        if self.talks:
            yield from listening.follow(floor, self.talks)
        for one in self.ended:
            found = next((back for back in floor.callbacks.values() if back.call == one.call), None)
            if found is not None:
                yield from callbacks.attempt_over(floor, found, one.outcome, now)
        for agent, served in self.gone:
            yield from match.waits_for_nobody_gone(floor, agent, served, now)
        if not floor.open:
            return
        if self.lines and floor.callbacks:
            yield from callbacks.line_freed(floor, now)
        for queue_id in sorted(floor.queues if self.all else self.queues):
            queue = floor.queues.get(queue_id)
            if queue is not None and queue.turns and queue.config.waiting.leave_empty:
                yield from self._leave_when_empty(floor, queue, queue.turns, now)
        if floor.callbacks:
            yield from callback_calls.look_around(floor, floor.queues if self.all else self.queues, now)
        yield from self._joined_in_vain(floor, now)

    def _leave_when_empty(
        self, floor: Floor, queue: Queue, turns: Iterable[Turn], now: datetime
    ) -> Iterator[Body | Effect]:
        """Of these turns of a queue that may be left when it is empty all leave it who are not to wait any longer."""
        without = queue.config.waiting.leave_empty
        by_wait = Condition.SKILL_UNMET in without
        if not by_wait and not admission.empty(floor, queue, without):
            return
        for turn in tuple(turns):
            call = floor.calls[turn[2]]
            waited = seconds_between(call.queued or call.arrived, now)
            left = not by_wait or admission.empty(floor, queue, without, waited, call.demand)
            if left and call.asked is None and not call.offered:
                for item in overflow.waits_no_longer(floor, call, Cause.EMPTY, now):
                    yield item
                    if isinstance(item, CallQueued):
                        self._joined(floor, item)

    def _joined_in_vain(self, floor: Floor, now: datetime) -> Iterator[Body | Effect]:
        """Who has come into a queue that is empty to those who wait goes on at once, to each queue no more than once:
        the chain with which he came may be older than those that were checked together."""
        seen: set[tuple[CallId, QueueId]] = set()
        while self.joined:
            one, self.joined = self.joined[-1], self.joined[:-1]
            call, queue = floor.calls.get(one[0]), floor.queues.get(one[1])
            if call is not None and queue is not None and call.queue == one[1] and one not in seen:
                seen.add(one)
                yield from self._leave_when_empty(floor, queue, (call.turn,), now)

    # What is noted of a fact that has just been applied.
    def _agent_changed(self, floor: Floor, item: Any) -> None:
        agent = floor.agents.get(item.agent)
        if agent is not None:
            self.queues.update(agent.serves)

    def _offer_over(self, floor: Floor, item: OfferMissed | OfferRefused | OfferWithdrawn | OfferLost) -> None:
        """Nobody may be left to ring for the call, which need not wait in a queue of him who was rung."""
        self._agent_changed(floor, item)
        call = floor.calls.get(item.call)
        if call is not None and call.queue is not None:
            self.queues.add(call.queue)

    def _queue_changed(self, _floor: Floor, item: QueueConfigured) -> None:
        self.queues.add(item.queue.id)

    def _agent_goes(self, floor: Floor, item: AgentSignedOut | AgentLeaving) -> None:
        agent = floor.agents.get(item.agent)
        if agent is not None:
            self.queues.update(agent.serves)
            self.gone += ((agent.id, agent.config.queues),)

    def _agents_change(self, _floor: Floor, _item: AgentConfigured | AgentRemoved) -> None:
        self.all = True

    def _queue_shorter(self, _floor: Floor, item: Any) -> None:
        """Somebody may be called back, or the queue may be empty of agents."""
        self.queues.add(item.queue)

    def _joined(self, floor: Floor, item: CallQueued) -> None:
        if floor.queues[item.queue].config.waiting.leave_empty:
            self.joined += ((item.call, item.queue),)

    def _talk_changed(self, floor: Floor, item: LegGone | LegJoined) -> None:
        """Who listens may have to hear somebody else."""
        if floor.listenings:
            self.talks |= {item.call}

    def _leg_gone(self, floor: Floor, item: LegGone) -> None:
        self.lines = True
        self._talk_changed(floor, item)

    def _line_freed(self, _floor: Floor, _item: NumbersChanged | FloorOpened) -> None:
        """A line, or the floor, may have room for a call back that it had not."""
        self.lines = True

    def _call_ended(self, floor: Floor, item: CallEnded) -> None:
        if floor.callbacks:
            self.ended += (item,)


NOTED: Final[dict[type, Callable[[Aftermath, Floor, Any], None]]] = {
    **dict.fromkeys(
        (
            AgentSignedIn,
            WishChanged,
            LineChanged,
            AgentFreed,
            WrapUpStarted,
            OfferMade,
            OfferAccepted,
            AgentDialled,
            AgentRung,
            ConnectableTold,
        ),
        Aftermath._agent_changed,
    ),
    **dict.fromkeys((OfferMissed, OfferRefused, OfferWithdrawn, OfferLost), Aftermath._offer_over),
    AgentSignedOut: Aftermath._agent_goes,
    AgentLeaving: Aftermath._agent_goes,
    AgentConfigured: Aftermath._agents_change,
    AgentRemoved: Aftermath._agents_change,
    CallLeftQueue: Aftermath._queue_shorter,
    CallbackAttemptEnded: Aftermath._queue_shorter,
    CallbackPlanned: Aftermath._queue_shorter,
    CallbackDeclined: Aftermath._queue_shorter,
    QueueConfigured: Aftermath._queue_changed,
    QueueLeft: Aftermath._queue_shorter,
    CallQueued: Aftermath._joined,
    LegJoined: Aftermath._talk_changed,
    LegGone: Aftermath._leg_gone,
    NumbersChanged: Aftermath._line_freed,
    FloorOpened: Aftermath._line_freed,
    CallEnded: Aftermath._call_ended,
}
"""Nothing follows from any other fact, nor from effects."""
