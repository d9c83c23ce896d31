"""What has to be brought back, and when, by the facts and the configuration alone: property j without the floor's own
list of its timers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from acd import facts, inputs
from acd.config import QueueConfig
from acd.config.routing import Strategy
from acd.facts import Body
from acd.inputs import Input
from acd.model import Agent, Call, Callback, Floor, Leg, LegState, Line, OfferKind, Party, Place, Work
from kernel.fact import Fact
from kernel.ids import AgentId, CallId, OfferId
from kernel.moment import after, seconds_between
from tests.fakes.world import World
from tests.unit.acd.expected import broken
from tests.unit.acd.fairness import membership, rules

LINE_RESTS: Final = 5.0
ASKED_FOR: Final = 30.0
RINGS_OUTSIDE: Final = 120.0
RINGS_SUPERVISOR: Final = 30.0
RINGS_INSIDE: Final = 20.0
"""Seconds, where no queue says how long a colleague may ring."""
Due = tuple[datetime, Input]


@dataclass(slots=True)
class Deadlines:
    """`rules`: the queue of a call as it was when it joined; `began`: from when on its longest wait counts; `rung`:
    since when somebody is rung for it in this wait; the others: until when something may last."""

    rules: dict[CallId, QueueConfig] = field(default_factory=dict)
    began: dict[CallId, datetime] = field(default_factory=dict)
    rung: dict[CallId, datetime] = field(default_factory=dict)
    offers: dict[OfferId, datetime] = field(default_factory=dict)
    wraps: dict[AgentId, datetime] = field(default_factory=dict)
    rests: dict[AgentId, datetime] = field(default_factory=dict)
    within: dict[CallId, float] = field(default_factory=dict)
    keys: dict[CallId, datetime] = field(default_factory=dict)
    parked: dict[CallId, datetime] = field(default_factory=dict)
    asked: dict[CallId, datetime] = field(default_factory=dict)
    speaks: dict[CallId, datetime] = field(default_factory=dict)

    def fact(self, floor: Floor, fact: Fact[Body]) -> None:
        """One fact, before it is applied."""
        at = fact.at
        match fact.body:
            case facts.CallQueued(call=call, queue=queue, since=since, joined=joined):
                self.rules[call], self.began[call] = floor.queues[queue].config, joined or since
                self.rung.pop(call, None)
            case facts.CallbackTried(call=call, queue=queue):
                self.rules[call] = floor.queues[queue].config
            case facts.OfferMade(offer=offer, call=call, kind=kind):
                rule = self.rules.get(call)
                self.offers[offer] = after(at, RINGS_INSIDE if rule is None else rule.ring_time)
                if kind is OfferKind.QUEUE:
                    self.rung.setdefault(call, at)
            case facts.WrapUpStarted(agent=agent, until=until) | facts.WrapUpExtended(agent=agent, until=until):
                self.wraps[agent] = until
            case facts.LineChanged(agent=agent, line=Line.FAILED):
                self.rests[agent] = at
            case facts.FlowStepped(call=call, keys_within=within):
                self.keys.pop(call, None)
                self.within.pop(call, None)
                if within is not None:
                    self.within[call] = within
            case facts.PlaybackFinished(call=call, playback=playback):
                if call in self.within and floor.calls[call].playback == playback:
                    self.keys[call] = after(at, self.within[call])
            case facts.CallParked(call=call):
                self.parked[call] = after(at, floor.parking.seconds)
            case facts.CallbackOffered(call=call):
                self.asked[call] = after(at, ASKED_FOR)
            case facts.MessageStarted(call=call):
                way = floor.calls[call].overflow
                self.speaks[call] = after(at, 0.0 if way is None else way.step.seconds)
            case _:
                return

    def check(self, world: World, seen: dict[CallId, datetime]) -> None:
        """Whatever has a deadline is brought back then."""
        floor = world.floor
        for at, then in self._exact(world):
            (at, then) in world.switch.timers or broken("j", f"nobody will ever bring {then} at {at}")
        for call in floor.calls.values():
            if call.place is Place.WAITING:
                self._steps(world, call, seen[call.id])
                self._announcements(world, call)
            elif call.told is not None and call.playback in world.switch.playing:
                told = inputs.PlaybackEnded(call.id, call.playback)
                _soon(world, told) or broken("j", f"{call.id} hears for ever why it goes no further")

    def _exact(self, world: World) -> Iterator[Due]:
        floor, now = world.floor, world.now
        for offer in floor.offers.values():
            if floor.agents[offer.agent].whisper is None:
                yield self.offers[offer.id], inputs.RingTimeEnded(offer.id)
        for agent in floor.agents.values():
            yield from self._of_agent(world, agent)
        for call in floor.calls.values():
            yield from self._of_call(world, call)
        for leg in floor.legs.values():
            limit = self._ring_limit(world, leg)
            dying = leg.channel in world.switch.dying or leg.channel not in world.switch.channels
            if limit is not None and not (dying and after(leg.started, limit) <= now):
                listens = leg.party is Party.SUPERVISOR
                then = inputs.ListenRingEnded(leg.id) if listens else inputs.DialTimeEnded(leg.id)
                if not (listens and dying):
                    yield after(leg.started, limit), then
        for callback in floor.callbacks.values():
            yield from _of_callback(callback, now)

    def _of_agent(self, world: World, agent: Agent) -> Iterator[Due]:
        if agent.work is Work.WRAP_UP:
            yield self.wraps[agent.id], inputs.WrapUpTimeEnded(agent.id, self.wraps[agent.id])
        if agent.line is Line.FAILED:
            failed = self.rests[agent.id]
            yield after(failed, LINE_RESTS), inputs.LineRested(agent.id, failed)
        grace = world.floor.limits.seat_grace
        if agent.absent_since is not None and world.floor.open and grace:
            yield after(agent.absent_since, grace), inputs.AbsenceLasted(agent.id, agent.absent_since)
        if agent.whisper is not None and agent.call is not None:
            told = inputs.PlaybackEnded(agent.call, agent.whisper)
            _soon(world, told) or broken("j", f"{agent.id} hears a whisper for ever")
        if agent.prepared is not None and agent.matchable and world.floor.open:
            idle = inputs.PreparedIdle(agent.id, agent.prepared)
            _soon(world, idle) or broken("j", f"the leg made ahead of {agent.id} stands for ever")

    def _of_call(self, world: World, call: Call) -> Iterator[Due]:
        rule, now = self.rules.get(call.id), world.now
        if call.place is Place.WAITING and call.queue is not None and rule is not None and rule.longest_wait:
            began = self.began[call.id]
            end = after(began, rule.longest_wait)
            if call.asked is None or end > now:
                yield end, inputs.LongestWaitReached(call.id, call.queue, began)
        if call.place is Place.FLOW and call.id in self.keys and call.node is not None:
            yield self.keys[call.id], inputs.MenuTimedOut(call.id, call.node, call.attempt)
        if call.asked is not None:
            yield self.asked[call.id], inputs.CallbackAskTimeEnded(call.id, self.asked[call.id])
        if call.place is Place.OVERFLOW and call.overflow is not None and call.overflow.until is not None:
            yield self.speaks[call.id], inputs.MessageTimeEnded(call.id, self.speaks[call.id])
        if call.parked is not None and (call.invitation is None or self.parked[call.id] > now):
            yield self.parked[call.id], inputs.ParkTimeEnded(call.id, self.parked[call.id])

    def _ring_limit(self, world: World, leg: Leg) -> float | None:
        """How long the leg may ring, if that is not an offer's business; None: it does not ring."""
        call, channels = world.floor.calls[leg.call], world.switch.channels
        if leg.state is LegState.UP or any(offer.leg == leg.id for offer in world.floor.offers.values()):
            return None
        if leg.party is Party.SUPERVISOR:
            return RINGS_SUPERVISOR if leg.channel in channels else None
        rule = self.rules.get(call.id)
        inside = RINGS_INSIDE if rule is None else rule.ring_time
        match call.place:
            case Place.DIALLING if call.callback in world.floor.callbacks:
                callback = world.floor.callbacks[call.callback]
                return inside if leg.agent is not None and leg.id == call.caller_leg else callback.rule.ring_time
            case Place.DIALLING if leg.id == (call.callee_leg if call.tries else call.caller_leg):
                return RINGS_OUTSIDE if call.told is None else None
            case Place.OVERFLOW if leg.id == call.callee_leg:
                return RINGS_OUTSIDE
            case Place.TALKING if call.invitation is not None and call.invitation.leg == leg.id:
                return RINGS_OUTSIDE if call.invitation.destination.colleague is None else inside
            case _:
                return None

    def _steps(self, world: World, call: Call, seen: datetime) -> None:
        """The wait comes to its next step: somebody less able, or later, or one more may be rung, or it has grown."""
        floor = world.floor
        assert call.queue is not None
        queue, routing, since = floor.queues[call.queue], rules(floor, call), call.queued or call.arrived
        asked = call.demand.requirements if call.demand.replaces else (*routing.requirements, *call.demand.requirements)
        later = [after(since, step.after) for one in asked for step in one.relaxation]
        crew = [one for one in floor.agents.values() if one.signed_in and call.queue in one.queues]
        later += [after(since, membership(one, queue).delay) for one in crew]
        if call.preferred_until is not None:
            later.append(call.preferred_until)
        if routing.age_every and call.priority < routing.age_most:
            given_at = call.aged_from or since
            later.append(_next(given_at, routing.age_every, max(seen, given_at)))
        ringing = queue.config.routing
        if ringing.strategy is Strategy.RING_PROGRESSIVE and call.id in self.rung:
            later.append(_next(self.rung[call.id], ringing.ring_more_every, max(seen, self.rung[call.id])))
        moments = [moment for moment in later if moment > seen]
        if moments:
            # Of a step that was passed over with the call's arrival the timer goes off at once.
            due, last = min(moments), call.stepped_to or since
            told = [(at, then) for at, then in world.switch.timers if isinstance(then, inputs.WaitStepDue)]
            known = [at for at, then in told if (then.call, then.queued) == (call.id, call.queued)]
            any(last < at <= due for at in known) or broken("j", f"{call.id} never comes to its step at {due}: {known}")

    def _announcements(self, world: World, call: Call) -> None:
        every, began = self.rules[call.id].announce_every, self.began[call.id]
        if every:
            told = [(at, then) for at, then in world.switch.timers if isinstance(then, inputs.AnnouncementDue)]
            known = [at for at, then in told if (then.call, then.queued) == (call.id, began)]
            latest = after(max(world.now, began), every)
            any(at <= latest for at in known) or broken("j", f"{call.id} never hears its place: {known}")


def _of_callback(callback: Callback, now: datetime) -> Iterator[Due]:
    """When he may be called, and when less is asked of who calls him; what has come has been told."""
    if callback.call is not None or callback.destination is None:
        return
    then = inputs.CallbackDue(callback.id, callback.due)
    later = {after(callback.since, step.after) for one in callback.required for step in one.relaxation}
    for moment in {callback.due, *(one for one in later if one > callback.due)}:
        if moment > now:
            yield moment, then


def _next(since: datetime, every: float, last: datetime) -> datetime:
    """The first whole step after `last`."""
    steps = max(0, int(seconds_between(since, last) / every) - 1)
    while after(since, steps * every) <= last:
        steps += 1
    return after(since, steps * every)


def _soon(world: World, then: Input) -> bool:
    """It will be brought at some time."""
    return any(one == then for _, one in world.switch.timers)
