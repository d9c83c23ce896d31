"""Bugs planted one at a time into the floor, each with the letters of the properties that must notice it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from typing import Any, Final

import pytest

from acd import calls, configure, effects, facts, inputs, lines, offers
from acd.evolve import agents as evolve_agents
from acd.evolve import calls as evolve_calls
from acd.matching import match
from acd.matching.order import cut, put
from acd.model import Agent, Call, Floor, LegState, Line, Wish, Work
from acd.waiting import places
from acd.work import absence, agents, seats, wrap_up

# The packages hold functions of the same names as these modules, so the modules are asked for by their full name.
_RULES: Final[dict[type, Any]] = import_module("acd.decide")._RULES
_STEPS: Final[dict[type, Any]] = import_module("acd.evolve")._STEPS

Patch = pytest.MonkeyPatch
Items = Iterator[Any]


@dataclass(frozen=True, slots=True)
class Plant:
    """One bug: what is wrong, the letters of which one must be reported, and how it is planted.

    `often`: acts that are drawn more often, where what the bug needs seldom comes together.
    """

    name: str
    letters: str
    put: Callable[[Patch], None]
    often: tuple[str, ...] = ()


def _after_fact(kind: type, also: Callable[[Floor, Any, datetime], None]) -> Callable[[Patch], None]:
    """`evolve` does `also` after what it rightly does with facts of this kind."""

    def plant(patch: Patch) -> None:
        right = _STEPS[kind]

        def wrong(floor: Floor, body: Any, at: datetime) -> None:
            right(floor, body, at)
            also(floor, body, at)

        patch.setitem(_STEPS, kind, wrong)

    return plant


def _decided(kind: type, change: Callable[[Floor, Any, Items], Items]) -> Callable[[Patch], None]:
    """What `decide` yields for inputs of this kind passes through `change`."""

    def plant(patch: Patch) -> None:
        right = _RULES[kind]
        patch.setitem(_RULES, kind, lambda floor, given, now: change(floor, given, right(floor, given, now)))

    return plant


def _replaced(where: Any, name: str, wrong: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(where, name, wrong)


def _nothing(*_: Any) -> Items:
    yield from ()


# --- what the wrong code does -------------------------------------------------------------------------------------
def _stays_open(floor: Floor, made: facts.OfferMade, _at: datetime) -> None:
    put(floor.queues[made.queue].open_turns, floor.calls[made.call].turn)


def _stays_in_line(floor: Floor, left: facts.CallLeftQueue, _at: datetime) -> None:
    put(floor.queues[left.queue].turns, floor.calls[left.call].turn)


def _goes_to_the_end(floor: Floor, missed: facts.OfferMissed, at: datetime) -> None:
    call = floor.calls[missed.call]
    queue = floor.queues[call.queue] if call.queue is not None else None
    if queue is not None:
        for order in (queue.turns, queue.open_turns):
            cut(order, call.turn)
        call.queued = at
        for order in (queue.turns, queue.open_turns):
            put(order, call.turn)


def _keeps_seat(floor: Floor, returned: facts.SeatReturned, _at: datetime) -> None:
    floor.seats[returned.agent] = returned.kind


def _stays_ready_in_his_last_queue(floor: Floor, made: facts.OfferMade, _at: datetime) -> None:
    agent = floor.agents[made.agent]
    queue = floor.queues.get(agent.config.queues[-1])
    if queue is not None:
        put(queue.ready, (0, 0.0, agent.idle_since.timestamp(), agent.id))


def _newest_caller(floor: Floor, agent: Agent, now: datetime) -> Items:
    if floor.open and agent.matchable:
        ends = [floor.queues[one].open_turns[-1:] for one in agent.config.queues if one in floor.queues]
        turns = [turn for end in ends for turn in end]
        if turns:
            call = floor.calls[max(turns)[2]]
            assert call.queue is not None
            yield from match.offer_to(floor, floor.queues[call.queue], call, agent, now)


def _only_first_queue(floor: Floor, agent: Agent, now: datetime) -> Items:
    queue = floor.queues.get(agent.config.queues[0])
    if floor.open and agent.matchable and queue is not None and queue.open_turns:
        yield from match.offer_to(floor, queue, floor.calls[queue.open_turns[0][2]], agent, now)


def _last_idle(floor: Floor, call: Call, now: datetime) -> Items:
    queue = floor.queues.get(call.queue) if call.queue is not None else None
    if floor.open and queue is not None and not call.offered and queue.ready:
        yield from match.offer_to(floor, queue, call, floor.agents[queue.ready[-1][3]], now)


def _although_held(floor: Floor, call: Call, now: datetime) -> Items:
    queue = floor.queues.get(call.queue) if call.queue is not None else None
    if queue is not None and not call.offered and queue.ready:
        yield from match.offer_to(floor, queue, call, floor.agents[queue.ready[0][3]], now)


def _matchable_with_a_leg(agent: Agent) -> bool:
    idle = agent.signed_in and agent.work is Work.FREE
    return idle and agent.wish is Wish.READY and agent.line is Line.UP


def _turn_without_priority(call: Call) -> tuple[int, datetime, str]:
    return (0, call.queued or call.arrived, call.id)


def _one_seat_more(floor: Floor, given: inputs.SignIn, now: datetime) -> Items:
    limits = floor.limits
    more = replace(limits, seats=tuple(replace(pool, limit=pool.limit + 1) for pool in limits.seats))
    return agents.sign_in(replace(floor, limits=more), given, now)


def _free_at_once(_floor: Floor, agent: Agent, call: Call, _queue: object, _now: datetime) -> Items:
    yield facts.AgentFreed(agent.id, call.id)


def _twice(kind: type) -> Callable[[Floor, Any, Items], Items]:
    def again(_floor: Floor, _given: Any, items: Items) -> Items:
        for item in items:
            yield item
            if type(item) is kind:
                yield item

    return again


def _without(*kinds: type) -> Callable[[Floor, Any, Items], Items]:
    return lambda _floor, _given, items: (item for item in items if type(item) not in kinds)


def _counts_in_decide(floor: Floor, given: inputs.LegAnswered, items: Items) -> Items:
    leg = floor.legs.get(given.leg)
    if leg is not None:
        floor.calls[leg.call].playbacks += 1
    yield from items


def _hurries_in_decide(floor: Floor, given: inputs.LegAnswered, items: Items) -> Items:
    """A fact that follows does the same, so that only a look at `decide` itself shows it."""
    leg = floor.legs.get(given.leg)
    offer = offers.offer_on(floor, leg) if leg is not None else None
    if offer is not None:
        floor.agents[offer.agent].work = Work.ON_CALL
    yield from items


def _any_rest_ends(floor: Floor, given: inputs.LineRested, now: datetime) -> Items:
    agent = floor.agents.get(given.agent)
    if agent is not None and agent.line is Line.FAILED:
        yield facts.LineChanged(agent.id, Line.UP)
        yield from match.for_agent(floor, agent, now)


def _answers_again(floor: Floor, given: inputs.LegAnswered, items: Items) -> Items:
    leg = floor.legs.get(given.leg)
    if leg is not None and leg.state is LegState.UP:
        yield facts.LegUp(leg.id, leg.call)
    yield from items


def _begins_when_seen(floor: Floor, given: inputs.CallArrived, now: datetime) -> Items:
    for item in calls.arrived(floor, given, now):
        yield replace(item, at=now) if isinstance(item, facts.LegStarted) else item


def _ring_without_timer(patch: Patch) -> None:
    right = match.offer_to
    patch.setattr(match, "offer_to", lambda *a: (item for item in right(*a) if not isinstance(item, effects.SetTimer)))


def _agent_left_alone(patch: Patch) -> None:
    """The caller's end no longer hangs up on the agent."""
    right = calls._hang_up
    patch.setattr(calls, "_hang_up", lambda leg: replace(right(leg), channel="nobody") if leg.agent else right(leg))


def _absent_by(away: Callable[[Agent], bool]) -> Callable[[Patch], None]:
    """An absence begins where `away` says so, which is not what it should be."""

    def wrong(agent: Agent, at: datetime) -> None:
        if not (agent.signed_in and away(agent)):
            agent.absent_since = None
        elif agent.absent_since is None:
            agent.absent_since = at

    return _replaced(evolve_agents, "absent_from", wrong)


def _marks_only(_floor: Floor, agent: Agent) -> Items:
    if not agent.leaving:
        yield facts.AgentLeaving(agent.id)


def _keeps_place(floor: Floor, returned: facts.WaitingPlaceReturned, _at: datetime) -> None:
    floor.places.setdefault(returned.number, set()).add(returned.call)


def _says_nothing_of_the_limit(patch: Patch) -> None:
    right = places.hold
    patch.setattr(places, "hold", lambda floor, call: (replace(item, above=False) for item in right(floor, call)))


def _whatever_its_age(floor: Floor, given: inputs.UseConfig, now: datetime) -> Items:
    return configure.use_config(replace(floor, config=-1), given, now)


def _as_the_queue_is_now(floor: Floor, configured: facts.QueueConfigured, _at: datetime) -> None:
    for call in floor.calls.values():
        if call.served_by == configured.queue.id:
            call.settings = configured.queue


def _keeps_channel(floor: Floor, _ended: facts.CallEnded, _at: datetime) -> None:
    for line in floor.lines:
        floor.channels[line] = floor.channels.get(line, 0) + 1


def _rule(kind: type, wrong: Callable[[Floor, Any, datetime], Items]) -> Callable[[Patch], None]:
    return lambda patch: patch.setitem(_RULES, kind, wrong)


PLANTS: Final = (
    Plant("an offered call stays among the open turns", "b", _after_fact(facts.OfferMade, _stays_open)),
    Plant("a call that left keeps its turn", "b", _after_fact(facts.CallLeftQueue, _stays_in_line)),
    Plant(
        "an offered agent stays ready in one of his queues",
        "ab",
        _after_fact(facts.OfferMade, _stays_ready_in_his_last_queue),
    ),
    Plant("a missed call goes to the end of its queue", "bdj", _after_fact(facts.OfferMissed, _goes_to_the_end)),
    Plant("a leg never leaves its conversation", "b", _decided(inputs.LegEnded, _without(facts.LegLeft))),
    Plant("a seat is not given back", "f", _after_fact(facts.SeatReturned, _keeps_seat)),
    Plant("one seat more than was bought", "f", _rule(inputs.SignIn, _one_seat_more)),
    Plant("a ready agent gets the newest caller", "cdp", _replaced(match, "for_agent", _newest_caller)),
    Plant(
        "a ready agent is given calls of his first queue only", "cdop", _replaced(match, "for_agent", _only_first_queue)
    ),
    Plant("a new call rings the agent idle for the shortest time", "dp", _replaced(match, "for_call", _last_idle)),
    Plant("priority is forgotten", "do", _replaced(Call, "turn", property(_turn_without_priority))),
    Plant("a call is offered while the floor is held", "cp", _replaced(match, "for_call", _although_held)),
    Plant("an agent who becomes free is not matched", "co", _replaced(match, "for_agent", _nothing)),
    Plant("nobody is matched after a recovery", "cdj", _replaced(match, "for_everyone", _nothing)),
    Plant(
        "an agent whose phone still rings can be rung",
        "ab",
        _replaced(Agent, "matchable", property(_matchable_with_a_leg)),
    ),
    Plant("an offer taken back rings on", "g", _replaced(offers, "_take_leg_back", _nothing)),
    Plant("the agent's channel outlives the caller's end", "ag", _agent_left_alone),
    Plant("a leg is gone twice", "g", _decided(inputs.LegEnded, _twice(facts.LegGone))),
    Plant("a call ends twice", "g", _decided(inputs.LegEnded, _twice(facts.CallEnded))),
    Plant(
        "a call that overflows never left its queue",
        "bgq",
        _decided(inputs.LongestWaitReached, _without(facts.CallLeftQueue)),
    ),
    Plant(
        "the caller's leg begins when it is seen, not when it came", "g", _rule(inputs.CallArrived, _begins_when_seen)
    ),
    Plant("decide changes what no fact changes", "eh", _decided(inputs.LegAnswered, _counts_in_decide)),
    Plant("decide changes what a fact changes afterwards", "h", _decided(inputs.LegAnswered, _hurries_in_decide)),
    Plant("an answer told twice is taken twice", "i", _decided(inputs.LegAnswered, _answers_again)),
    Plant(
        "the end of an older rest wakes a failed line",
        "i",
        _rule(inputs.LineRested, _any_rest_ends),
        often=("phone_breaks", "line_returns", "arrive", "come_to_work", "deliver") * 5,
    ),
    Plant("an offer rings without a limit", "j", _ring_without_timer),
    Plant("a menu waits for a key for ever", "j", _decided(inputs.PlaybackEnded, _without(effects.SetTimer))),
    Plant("a leg made ahead serves two offers", "o", _replaced(evolve_calls, "spend", lambda *_: None)),
    Plant(
        "an agent who signs out keeps his leg made ahead",
        "o",
        _decided(inputs.SignOut, _without(facts.PreparationEnded, effects.ReleaseLeg)),
    ),
    Plant(
        "an agent who pauses forgets his leg made ahead, and it stands",
        "o",
        _decided(inputs.SetWish, _without(effects.ReleaseLeg)),
    ),
    Plant("a free agent's leg made ahead is never let go", "o", _rule(inputs.PreparedIdle, _nothing)),
    Plant("wrap-up is skipped", "k", _replaced(wrap_up, "begin", _free_at_once)),
    Plant("seats of all kinds are counted together", "f", _replaced(seats, "used", lambda floor, _: len(floor.seats))),
    Plant("an older configuration replaces a newer one", "i", _rule(inputs.UseConfig, _whatever_its_age)),
    Plant(
        "a call changes its settings on the way",
        "jk",
        _after_fact(facts.QueueConfigured, _as_the_queue_is_now),
        often=("use_config",) * 8 + ("rush",) * 4,
    ),
    Plant("who has gone keeps his seat", "jl", _rule(inputs.AbsenceLasted, _nothing)),
    Plant("an absence has no timer", "jl", _replaced(absence, "watch", _nothing)),
    Plant("a browser that is gone is enough to be absent", "l", _absent_by(lambda agent: not agent.live)),
    Plant("a call does not keep the seat", "l", _absent_by(lambda agent: not agent.live and agent.line is Line.DOWN)),
    Plant("who is no longer named stays after his call", "l", _replaced(absence, "remove", _marks_only)),
    Plant("more callers wait than the number has places", "m", _replaced(places, "no_place", lambda *_: None)),
    Plant("a place is not given back", "m", _after_fact(facts.WaitingPlaceReturned, _keeps_place)),
    Plant("who waits takes no place", "m", _replaced(places, "hold", _nothing)),
    Plant("a place above the limit is not said to be one", "m", _says_nothing_of_the_limit),
    Plant(
        "places are counted over all numbers together",
        "m",
        _replaced(places, "_used", lambda floor, _: sum(map(len, floor.places.values()))),
    ),
    Plant("more calls come than the line has channels", "n", _replaced(lines, "refusal", lambda *_: None)),
    Plant("a channel is not given back", "n", _after_fact(facts.CallEnded, _keeps_channel)),
)
