"""Reads the facts one by one as they happen and checks what only the order of facts can show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from acd import effects, facts, inputs
from acd.calls import PLATFORM_FAILURE
from acd.effects import Effect
from acd.evolve import evolve
from acd.facts import Body
from acd.inputs import Input
from acd.model import Agent, Call, Floor, Line, OfferKind, Place, Work
from acd.offers import LINE_REST
from kernel.fact import Fact
from kernel.ids import AgentId, CallId, LegId, LineId
from kernel.moment import after, seconds_between
from tests.fakes.world import START, TENANT
from tests.unit.acd.deadlines import Deadlines
from tests.unit.acd.fairness import (
    PREFERENCES,
    WISHES,
    allowed,
    asked,
    best_agents,
    can,
    can_take,
    could_be_rung,
    grown,
    membership,
    spared,
    to_spare,
    waiting,
    weight,
)
from tests.unit.acd.invariants import broken, is_away
from tests.unit.acd.invariants_of_callbacks import before_him, is_on_no_line
from tests.unit.acd.invariants_of_fronts import Fronts
from tests.unit.acd.invariants_of_leaving import Leaving
from tests.unit.acd.ways import Ways

_OVER = (facts.OfferAccepted, facts.OfferMissed, facts.OfferRefused, facts.OfferWithdrawn, facts.OfferLost)


@dataclass(slots=True)
class Ledger:
    """`shadow` is a second floor that sees nothing but the facts, as a restarted controller would; `since` is kept
    as each call joined, so that a place that is lost shows; `seen`: the moment whose step it stands at;
    `given`: the priority it was given last, and from when on that grows; `turns`: since when who is called back waits,
    by callback and by call; `heeded`: how often something followed from each kind of input."""

    shadow: Floor = field(default_factory=lambda: Floor(TENANT))
    queued: Counter[CallId] = field(default_factory=Counter)
    left: Counter[CallId] = field(default_factory=Counter)
    ended: Counter[CallId] = field(default_factory=Counter)
    since: dict[CallId, datetime] = field(default_factory=dict)
    seen: dict[CallId, datetime] = field(default_factory=dict)
    given: dict[CallId, tuple[int, datetime]] = field(default_factory=dict)
    taken: Counter[CallId] = field(default_factory=Counter)
    broken: set[CallId] = field(default_factory=set)
    failed: dict[AgentId, datetime] = field(default_factory=dict)
    last: datetime = START
    made: set[str] = field(default_factory=set)
    over: set[str] = field(default_factory=set)
    arrived: dict[CallId, datetime] = field(default_factory=dict)
    alive: dict[LegId, tuple[CallId, datetime]] = field(default_factory=dict)
    gone: dict[CallId, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    offered: set[CallId] = field(default_factory=set)
    places: dict[str, set[CallId]] = field(default_factory=dict)
    wrap_up: dict[CallId, float] = field(default_factory=dict)
    owed: dict[AgentId, float] = field(default_factory=dict)
    there: dict[AgentId, datetime] = field(default_factory=dict)
    turns: dict[str, datetime] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)
    ways: Ways = field(default_factory=Ways)
    leaving: Leaving = field(default_factory=Leaving)
    fronts: Fronts = field(default_factory=Fronts)
    before: tuple[str, ...] = ()
    heeded: Counter[type[Input]] = field(default_factory=Counter)

    def fact(self, floor: Floor, fact: Fact[Body]) -> None:
        """One fact, before it is applied to the live floor."""
        self.last = fact.at
        # Between his sign-out and the return of his seat an agent is neither here nor away.
        here = [one for one in floor.agents.values() if one.signed_in or one.id not in floor.seats]
        self.there.update({one.id: fact.at for one in here if not is_away(one)})
        self._book(floor, fact)
        self.deadlines.fact(floor, fact)
        self.ways.fact(floor, fact)
        self.leaving.fact(floor, fact)
        self.fronts.fact(fact.body)
        evolve(self.shadow, fact)

    def decided(self, given: Input, items: list[Body | Effect]) -> None:
        """All that followed from one input: what we took back must also stop ringing; a line rests its whole time."""
        if isinstance(given, inputs.RingTimeEnded):
            told = [one.offer for one in self.shadow.agents.values() if one.whisper is not None]
            given.offer not in self.shadow.offers or given.offer in told or broken(
                "r", f"{given.offer} outlives its ring time"
            )
        # Of two whose time has come the one is served of whom that is told first.
        told = isinstance(given, inputs.CallbackDue)
        told or not self.before or broken("u", f"{self.before} were to be called back before")
        self.before = ()
        if isinstance(given, inputs.LineRested) and items:
            rested = seconds_between(self.failed[given.agent], self.last)
            rested >= LINE_REST or broken("i", f"{given.agent}'s line rested only {rested} s")
        self.heeded[type(given)] += any(not isinstance(item, facts.CommandRefused) for item in items)
        self.fronts.decided(given, any(isinstance(item, facts.CommandDone) for item in items))
        hung_up = {item.leg for item in items if isinstance(item, effects.HangUp)}
        for item in items:
            if isinstance(item, facts.OfferMissed | facts.OfferWithdrawn):
                leg = self._leg_of(item.agent)
                leg is None or leg in hung_up or broken("g", f"{item.offer} was taken back but rings on")

    def check(self, floor: Floor) -> None:
        """What the facts have told is what the floor counts."""
        told = {number: calls for number, calls in self.places.items() if calls}
        for call in waiting(floor):
            age = grown(floor, call, *self.given[call.id], self.seen[call.id])
            call.priority == age or broken("s", f"{call.id} has priority {call.priority}, not {age}")
        self.fronts.check(floor)
        floor.places == told or broken("m", f"places {floor.places}, by the facts {told}")

    def close(self) -> None:
        """At the end of a history: everything that was begun is over, once."""
        self.made == self.over or broken("g", f"offers without an end: {self.made - self.over}")
        self.queued == self.left or broken("g", f"joined and left queues: {self.queued} and {self.left}")
        endless = set(self.arrived) - set(self.ended)
        not endless or broken("g", f"calls without an end: {endless}")

    def _leg_of(self, agent: AgentId) -> LegId | None:
        known = self.shadow.agents.get(agent)
        return None if known is None else known.leg

    def _book(self, floor: Floor, fact: Fact[Body]) -> None:
        match fact.body:
            case facts.OfferMade() as made:
                self._offer(floor, made)
            case facts.OfferAccepted(offer=offer, agent=agent, call=call):
                self.over.add(self._is_over_once(offer))
                self._over(floor, fact.body)
                self.owed[agent] = self.wrap_up[call]
            case facts.AgentDialled(agent=agent) | facts.AgentRung(agent=agent):
                self.owed[agent] = 0.0
            case facts.CallUnparked(call=call, agent=agent) if agent is not None:
                self.owed[agent] = self.wrap_up.get(call, 0.0)
            case facts.InvitationAccepted() as accepted:
                self._joined(floor, accepted)
            case body if isinstance(body, _OVER):
                self.over.add(self._is_over_once(body.offer))
                self._over(floor, body)
            case facts.CallStarted(call=call, arrived=arrived):
                call not in self.arrived or broken("g", f"{call} began twice")
                self.arrived[call] = arrived
            case facts.CallQueued(call=call, queue=queue, priority=priority, since=since):
                if fact.body.called_back:
                    # It was admitted when he first waited, and he is not called to be turned away.
                    self.offered.add(call)
                    since == self.turns[call] or broken("u", f"{call} stands as if it came at {since}")
                self.since[call] = since
                self.seen[call] = fact.at
                self.given[call] = (priority, since)
                self.queued[call] += 1
                self.wrap_up[call] = floor.queues[queue].config.wrap_up
            case facts.CallbackRequested(callback=callback, call=call):
                self.turns[callback] = self.since[call]
            case facts.CallbackTried(callback=callback, call=call, agent=agent):
                self.turns[call] = self.turns[callback]
                is_on_no_line(floor, callback, call)
                self.wrap_up[call] = floor.queues[floor.callbacks[callback].queue].config.wrap_up
                self.before = () if agent is None else before_him(floor, callback, agent, fact.at)
            case facts.WaitStepped(call=call):
                self.seen[call] = fact.at
            case facts.PriorityChanged(call=call, priority=priority):
                self.given[call] = (priority, fact.at)
            case facts.CallLeftQueue(call=call, outcome=outcome):
                self.left[call] += 1
                kept = floor.calls[call].queued == self.since[call]
                kept or broken("d", f"{call} has lost the moment from which its wait counts")
                if outcome == "moved":
                    # It was admitted once, and a supervisor may move it wherever he likes.
                    self.offered.add(call)
                self.left[call] <= self.queued[call] or broken("g", f"{call} left a queue it was not in")
            case facts.LegStarted(leg=leg, call=call, at=at, line=line):
                leg not in self.alive or broken("g", f"{leg} began twice")
                self._channel_taken(floor, line)
                self.alive[leg] = (call, at)
            case facts.LegGone(leg=leg, why=why):
                leg in self.alive or broken("g", f"{leg} is gone twice")
                call, since = self.alive.pop(leg)
                self.gone.setdefault(call, []).append((since, fact.at))
                if why == PLATFORM_FAILURE:
                    self.broken.add(call)
            case facts.CallEnded(call=call):
                self._end(call, fact.at)
            case facts.SeatTaken() as taken:
                self._seat_taken(floor, taken)
            case facts.SeatRefused() as refused:
                self._seat_refused(floor, refused)
            case facts.SeatReturned(agent=agent, why="absent"):
                self._absent(floor, agent, fact.at)
            case facts.WaitingPlaceTaken() as place:
                self._place_taken(floor, place)
            case facts.WaitingPlaceReturned(call=call, number=number):
                call in self.places.get(number, ()) or broken("m", f"{call} gives back a place it does not hold")
                self.places[number].discard(call)
            case facts.WaitRefused() as no:
                self._turned_away(floor, no)
            case facts.ChannelRefused() as busy:
                self._busy(floor, busy)
            case facts.ConfigInForce(version=version):
                version > floor.config or broken("i", f"version {version} after {floor.config}")
            case facts.LineChanged(agent=agent, line=Line.FAILED):
                self.failed[agent] = fact.at
            case facts.AgentFreed(agent=agent):
                self._freed(floor, agent)
            case facts.WrapUpStarted(agent=agent, until=until):
                granted = self.owed[agent]
                until == after(fact.at, granted) or broken("k", f"{agent} wraps up until {until}, not for {granted} s")
            case _:
                return

    def _offer(self, floor: Floor, made: facts.OfferMade) -> None:
        agent = floor.agents[made.agent]
        made.offer not in self.made or broken("a", f"{made.offer} made twice")
        if made.kind is OfferKind.DIRECT:
            self.made.add(made.offer)
            self.offered.add(made.call)
            could_be_rung(agent, wants=True) or broken(
                "a", f"{agent.id} picks a call but {agent.work}, leg {agent.leg}"
            )
            floor.open or broken("c", "a call is offered while the floor is held")
            return
        self.made.add(made.offer)
        self.offered.add(made.call)
        could_be_rung(agent) or broken("a", f"{agent.id} is offered a call but {agent.work}, leg {agent.leg}")
        floor.reaches(floor.calls[made.call]) or broken("c", "a call is offered while its node is held")
        call = floor.calls[made.call]
        if made.kind is not OfferKind.QUEUE or made.queue is None:
            return
        able = [one for one in floor.agents.values() if could_be_rung(one) and self._can(floor, one, call)]
        agent in able or broken("p", f"{agent.id} cannot take {made.call}")
        call.place is Place.WAITING or broken("q", f"{call.id} is offered while it talks")
        turns = sorted(self._turn(floor, agent, one) for one in floor.calls.values() if self._can(floor, agent, one))
        more = [turn for turn in turns if floor.calls[turn[-1]].offered is call.offered]
        more == turns or not call.offered or broken("d", f"{call.id} rings once more before others: {turns}")
        more[:1] == [self._turn(floor, agent, call)] or broken("d", f"{made.call} is offered out of turn: {turns}")
        best = best_agents(floor.queues[made.queue], able)
        agent.id in best or broken("d", f"{agent.id} is rung, of {[one.id for one in able]} it should be {best}")

    def _can(self, floor: Floor, agent: Agent, call: Call) -> bool:
        """Whether he may be rung for the call, which may ring at one more."""
        if call.queue is None or not floor.reaches(call) or len(call.offers) >= allowed(floor, call):
            return False
        return can_take(floor, agent, call, self.seen[call.id]) and spared(floor, agent, call.turn)

    def _turn(self, floor: Floor, agent: Agent, call: Call) -> tuple[bool, tuple[int, float], int, datetime, CallId]:
        assert call.queue is not None
        before = weight(agent, floor.queues[call.queue])
        return (
            call.offered,
            before,
            -grown(floor, call, *self.given[call.id], self.seen[call.id]),
            self.since[call.id],
            call.id,
        )

    def _over(self, floor: Floor, body: Any) -> None:
        offer = floor.offers[body.offer]
        if offer.kind is not OfferKind.QUEUE:
            return
        taken = self.taken[body.call] >= self.queued[body.call]
        if isinstance(body, facts.OfferAccepted):
            not taken or broken("q", f"{body.call} is answered by two")
            self.taken[body.call] += 1
        elif isinstance(body, facts.OfferMissed):
            not taken or broken("q", f"{body.agent} is shown as missed, but another one has the call")

    def _seat_taken(self, floor: Floor, taken: facts.SeatTaken) -> None:
        signed_in = [one for one in floor.agents.values() if one.signed_in and floor.seats[one.id] == taken.kind]
        taken.used == len(signed_in) + 1 or broken("f", f"{taken} said, {len(signed_in) + 1} are used")
        bought = [pool.limit for pool in floor.limits.seats if pool.kind == taken.kind]
        most = sum(bought) if floor.limits.seats else None
        taken.limit == most or broken("f", f"{taken} said, {most} were bought")
        most is None or taken.used <= most or broken("f", f"{taken.used} seats of {most} taken")

    def _seat_refused(self, floor: Floor, refused: facts.SeatRefused) -> None:
        bought = [pool for pool in floor.limits.seats if pool.kind == refused.kind]
        limit, clause = (bought[0].limit, bought[0].clause) if bought else (0, "")
        (refused.limit, refused.clause) == (limit, clause) or broken(
            "f", f"{refused} said, {limit} by {clause} were bought"
        )
        used = sum(1 for kind in floor.seats.values() if kind == refused.kind)
        refused.used == used >= limit or broken("f", f"{refused}, but {used} of {limit} are taken")

    def _absent(self, floor: Floor, agent: AgentId, at: datetime) -> None:
        gone, grace = seconds_between(self.there[agent], at), floor.limits.seat_grace
        0 < grace <= gone or broken("l", f"{agent} is signed out after {gone} s of {grace} s")

    def _place_taken(self, floor: Floor, place: facts.WaitingPlaceTaken) -> None:
        held = self.places.setdefault(place.number, set())
        place.call not in held or broken("m", f"{place.call} takes a second place")
        place.used == len(held) + 1 or broken("m", f"{place} said, {len(held) + 1} are used")
        rules = [rule.places for rule in floor.numbers.values() if rule.number == place.number]
        limit = rules[0] if rules else None
        place.limit == limit or broken("m", f"{place} said, {limit} are allotted")
        beyond = limit is not None and place.used > limit
        place.above == beyond or broken("m", f"{place} does not say whether it stands above {limit}")
        total, most = sum(map(len, self.places.values())) + 1, floor.limits.places
        fits = not beyond and (most is None or total <= most)
        fits or place.call in self.offered or broken(
            "m", f"{place.call} waits above {limit} of its number, {most} of all"
        )
        held.add(place.call)

    def _turned_away(self, floor: Floor, no: facts.WaitRefused) -> None:
        no.used >= no.limit or broken("m", f"{no.call} is turned away with {no.used} of {no.limit} places taken")
        call, queue = floor.calls[no.call], floor.queues[no.queue]
        levels = asked(queue.config.routing, WISHES.get(no.number, ()), call.arrived, self.last)
        wanted = floor.agents.get(PREFERENCES.get(no.number, AgentId("")))
        there = wanted is not None and wanted.signed_in and no.queue in wanted.queues
        only = there and self.last < after(call.arrived, queue.config.routing.preferred_for)
        # Whom he waits for may be anybody's; whoever else is ready is not for him.
        crew = [wanted] if only and wanted is not None else list(floor.agents.values())
        free = [one for one in crew if could_be_rung(one) and no.queue in one.queues]
        able = [
            one
            for one in free
            if only or (after(call.arrived, membership(one, queue).delay) <= self.last and can(one, levels))
        ]
        ready = floor.reaches(call) and any(to_spare(floor, one) for one in able)
        not ready or broken("m", f"{no.call} is turned away while an agent is ready")
        no.clause == floor.limits.places_clause or broken("m", f"{no} names another clause than the contract")

    def _channel_taken(self, floor: Floor, line: LineId | None) -> None:
        rule = None if line is None else floor.lines.get(line)
        if rule is not None and rule.channels is not None:
            used = _in_use(floor, rule.id)
            used < rule.channels or broken("n", f"a call takes channel {used + 1} of {rule.channels} of {line}")

    def _busy(self, floor: Floor, busy: facts.ChannelRefused) -> None:
        rule, used = floor.lines[busy.line], _in_use(floor, busy.line)
        busy.used == used >= busy.limit or broken("n", f"{busy} said, {used} are in use")
        (busy.limit, busy.clause) == (rule.channels, rule.clause) or broken("n", f"{busy} says otherwise than {rule}")

    def _freed(self, floor: Floor, agent_id: AgentId) -> None:
        agent = floor.agents[agent_id]
        call = floor.calls.get(agent.call) if agent.call is not None else None
        if agent.work is not Work.ON_CALL or call is None:
            return
        # Straight from a talk to free: only where no wrap-up is granted, the platform failed, or nobody was served and
        # the caller waits on.
        if call.id not in self.broken and call.place is not Place.WAITING:
            self.owed.get(agent_id, 0) == 0 or broken("k", f"{agent_id} was owed wrap-up")

    def _joined(self, floor: Floor, accepted: facts.InvitationAccepted) -> None:
        """He wraps up as the queue says for which he was rung, or else as the call's does."""
        agent, invitation = floor.legs[accepted.leg].agent, floor.calls[accepted.call].invitation
        (invitation is not None and invitation.leg == accepted.leg) or broken("t", f"{accepted} was not asked for")
        if agent is not None and invitation is not None:
            asked = None if invitation.queue is None else floor.queues[invitation.queue].config.wrap_up
            self.owed[agent] = self.wrap_up.get(accepted.call, 0.0) if asked is None else asked

    def _is_over_once(self, offer: str) -> str:
        (offer in self.made and offer not in self.over) or broken("g", f"{offer} is over twice")
        return offer

    def _end(self, call: CallId, at: datetime) -> None:
        self.ended[call] += 1
        self.ended[call] == 1 or broken("g", f"{call} ended {self.ended[call]} times")
        all(owner != call for owner, _ in self.alive.values()) or broken("g", f"{call} ended before its last leg")
        reached = self.arrived[call]
        for since, until in sorted(self.gone.get(call, [])):
            since <= reached or broken("g", f"{call}: no leg between {reached} and {since}")
            reached = max(reached, until)
        reached == at or broken("g", f"{call}: no leg between {reached} and its end {at}")


def _in_use(floor: Floor, line: LineId) -> int:
    return sum(1 for leg in floor.legs.values() if leg.line == line)
