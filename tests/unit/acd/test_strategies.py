"""Each strategy chooses as it says, by what agents have had since they signed in; a change holds for who waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from acd import facts, inputs
from acd.config import AgentConfig, Limits
from acd.config.routing import AgentSkill, Membership, Relaxation, Requirement, Routing, Sharing, Strategy
from acd.model import Destination, Purpose, Wish
from kernel.ids import AgentId, CallId, QueueId
from tests.fakes.world import World
from tests.stories import (
    agent,
    agent_hangs_up,
    answer,
    caller_hangs_up,
    command,
    go_ready,
    offers,
    open_floor,
    queue,
    sign_out,
    staffed,
    the,
    wish,
)

Q = QueueId("q")


def serves(name: str, **how: Any) -> AgentConfig:
    return replace(agent(name, "q"), memberships=(Membership(Q, **how),))


def served(strategy: Strategy, *agents: AgentConfig, **more: Any) -> World:
    """Everybody ready, in this order, for one queue of this strategy."""
    return staffed(*agents, queues=(queue("q", routing=Routing(strategy, **more)),))


def talk(world: World, name: str, seconds: float) -> None:
    """Who is rung now has to be this one; he talks for so long."""
    world.arrive("q")
    assert offers(world)[-1][1] == name
    answer(world, name)
    world.run(seconds)
    agent_hangs_up(world, name)


def rung(world: World, calls: int) -> list[str]:
    """Who is rung for so many calls, each of which is over before the next one comes."""
    before = len(offers(world))
    for _ in range(calls):
        world.arrive("q")
        name = offers(world)[-1][1]
        answer(world, name)
        agent_hangs_up(world, name)
        world.pass_time(1.0)
    return [name for _, name in offers(world)[before:]]


def test_a_round_robin_goes_on_after_the_last_one_and_never_leaves_its_tier() -> None:
    crew = [serves("ann", order=1), serves("bob", order=2), serves("cid", order=3), serves("dan", tier=1)]
    assert rung(served(Strategy.ROUND_ROBIN, *crew), 5) == ["ann", "bob", "cid", "ann", "bob"]


def test_a_lot_falls_on_each_of_the_first_tier_and_on_nobody_of_the_next() -> None:
    crew = [serves("ann"), serves("bob"), serves("cid", tier=1), serves("dan", tier=1)]
    assert set(rung(served(Strategy.RANDOM, *crew), 16)) == {"ann", "bob"}


def test_calls_are_given_by_shares() -> None:
    names = rung(served(Strategy.RATIO, serves("ann", share=1), serves("bob", share=3)), 8)
    assert (names.count("ann"), names.count("bob")) == (2, 6)


def test_who_has_talked_least_in_all_is_rung_and_what_he_had_before_he_signed_in_is_forgotten() -> None:
    world = served(Strategy.LEAST_TALK, agent("ann", "q"), agent("bob", "q"))
    talk(world, "ann", 30.0)
    talk(world, "bob", 20.0)
    talk(world, "bob", 20.0)
    # 30 s of the one, twice 20 s of the other.
    assert rung(world, 1) == ["ann"]
    sign_out(world, "bob")
    go_ready(world, "bob")
    assert rung(world, 1) == ["bob"]


def test_who_has_had_the_fewest_calls_is_rung_counted_since_he_signed_in() -> None:
    world = served(Strategy.FEWEST_CALLS, agent("ann", "q"), agent("bob", "q"))
    wish(world, "bob", Wish.PAUSED)
    assert rung(world, 3) == ["ann"] * 3
    wish(world, "bob", Wish.READY)
    assert rung(world, 2) == ["bob", "bob"]
    sign_out(world, "ann")
    go_ready(world, "ann")
    assert rung(world, 2) == ["ann", "ann"]


def test_one_more_is_rung_every_few_seconds_up_to_the_most() -> None:
    crew = [agent(name, "q") for name in ("ann", "bob", "cid", "dan", "eve")]
    world = served(Strategy.RING_PROGRESSIVE, *crew, ring_more_every=3.0, ring_at_most=4)
    world.arrive("q")
    counts = []
    for _ in range(5):
        counts.append(len(offers(world)))
        world.run(3.0)
    assert counts == [1, 2, 3, 4, 4]


def test_another_strategy_holds_for_who_waits_already() -> None:
    crew = (serves("ann", order=2), serves("bob", order=1))
    world = served(Strategy.LONGEST_IDLE, *crew)
    for name in ("ann", "bob"):
        wish(world, name, Wish.PAUSED)
    first = world.arrive("q")
    config = queue("q", routing=Routing(Strategy.RING_ALL), version=2)
    world.take(inputs.UseConfig((config,), crew, Limits(), (), version=9))
    for name in ("ann", "bob"):
        go_ready(world, name)
    assert offers(world) == [(first, "ann"), (first, "bob")]


def test_another_strategy_orders_those_who_are_ready_already() -> None:
    crew = (serves("ann", order=2), serves("bob", order=1))
    world = served(Strategy.LONGEST_IDLE, *crew)
    config = queue("q", routing=Routing(Strategy.LINEAR), version=2)
    world.take(inputs.UseConfig((config,), crew, Limits(), (), version=9))
    world.arrive("q")
    assert [name for _, name in offers(world)] == ["bob"]


# --- skills -------------------------------------------------------------------------------------------------------
def speaks(name: str, level: int) -> AgentConfig:
    return replace(agent(name, "q"), skills=(AgentSkill("english", level),))


def test_a_level_that_is_just_enough_is_enough_and_of_two_that_are_asked_the_higher_one_counts() -> None:
    world = served(Strategy.LONGEST_IDLE, speaks("ann", 1), speaks("bob", 2), requirements=(Requirement("english", 2),))
    world.wishes = {"q": (Requirement("english", 1),)}
    call = world.arrive("q")
    assert offers(world) == [(call, "bob")]


def test_less_is_asked_at_the_very_moment_that_is_set() -> None:
    asked = Requirement("english", 2, (Relaxation(10.0, 1),))
    world = served(Strategy.LONGEST_IDLE, speaks("ann", 1), requirements=(asked,))
    call = world.arrive("q")
    world.run(9.0)
    assert offers(world) == []
    world.run(1.0)
    assert offers(world) == [(call, "ann")]


# --- priority -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("number", "grown"), [("q", 4), ("q!", 5), ("vip", 9)])
def test_a_priority_grows_to_its_most_and_who_has_more_keeps_it(number: str, grown: int) -> None:
    routing = Routing(age_every=2.0, age_by=3, age_most=5 if number == "q!" else 4)
    world = open_floor(agent("ann", "q"), queues=(queue("q", routing=routing),))
    world.called["vip"] = (Q, 9, False)
    call = world.arrive(number)
    world.run(20.0)
    assert world.floor.calls[call].priority == grown


def test_a_priority_that_a_supervisor_gives_grows_from_then_on() -> None:
    routing = Routing(age_every=4.0, age_by=1)
    world = open_floor(agent("ann", "q"), queues=(queue("q", routing=routing),))
    call = world.arrive("q")
    world.run(3.0)
    world.take(inputs.PrioritiseCall(command(world), call, Q, 7))
    world.run(3.0)
    assert world.floor.calls[call].priority == 7
    world.run(1.0)
    assert world.floor.calls[call].priority == 8


# --- one agent, and several queues ----------------------------------------------------------------------------------
def prefers(world: World) -> CallId:
    """Somebody who prefers ann, and whom bob served last."""
    call = world.arrive("q~")
    world.take(inputs.CallRouted(call, Q, 0, world.now, (), AgentId("ann"), AgentId("bob")))
    return call


def test_nobody_waits_for_who_is_not_at_work_and_the_preferred_agent_goes_before_the_last_one() -> None:
    routing = Routing(preferred_for=30.0, last_agent_for=30.0)
    world = open_floor(*[agent(name, "q") for name in ("ann", "bob", "cid")], queues=(queue("q", routing=routing),))
    go_ready(world, "cid")
    first = prefers(world)
    assert offers(world) == [(first, "cid")]
    for name in ("bob", "ann"):
        go_ready(world, name)
    second = prefers(world)
    assert offers(world)[-1] == (second, "ann")


def test_who_let_it_ring_is_not_preferred_any_more_also_by_the_next_queue() -> None:
    crew = (agent("ann", "q", "r"), agent("bob", "r"))
    queues = tuple(queue(name, routing=Routing(preferred_for=60.0), ring_time=5.0) for name in ("q", "r"))
    world = open_floor(*crew, queues=queues)
    go_ready(world, "ann")
    call = prefers(world)
    world.run(6.0)
    wish(world, "ann", Wish.PAUSED)
    go_ready(world, "bob")
    world.take(inputs.MoveCall(command(world), call, Q, QueueId("r")))
    assert offers(world) == [(call, "ann"), (call, "bob")]


def test_the_priority_of_a_membership_goes_before_a_service_level() -> None:
    routing = Routing(sharing=Sharing.SERVICE_LEVEL)
    both = replace(agent("ann", "q", "r"), memberships=(Membership(Q, priority=1),))
    world = open_floor(both, queues=(queue("q", routing=routing), queue("r", routing=routing)))
    world.floor.queues[QueueId("r")].recent.extend([0] * 5)
    world.arrive("r")
    mine = world.arrive("q")
    go_ready(world, "ann")
    assert offers(world) == [(mine, "ann")]


def test_the_queue_that_is_behind_its_target_goes_first_although_its_caller_came_later() -> None:
    routing = Routing(sharing=Sharing.SERVICE_LEVEL)
    world = open_floor(agent("ann", "q", "r"), queues=(queue("q", routing=routing), queue("r", routing=routing)))
    world.floor.queues[QueueId("r")].recent.extend([0] * 5)
    world.arrive("q")
    world.pass_time(1.0)
    behind = world.arrive("r")
    go_ready(world, "ann")
    assert offers(world) == [(behind, "ann")]


def test_two_who_each_would_rather_have_the_call_that_is_first_the_others_are_both_rung() -> None:
    queues = tuple(queue(name, routing=Routing(Strategy.LINEAR)) for name in ("q", "r"))
    world = staffed(agent("ann"), agent("bob"), queues=queues)
    calls = [world.arrive("q"), world.arrive("r")]
    crew = []
    for name, rather, first in (("ann", Q, QueueId("r")), ("bob", QueueId("r"), Q)):
        how = (Membership(rather, priority=1, order=2), Membership(first, order=1))
        crew.append(replace(agent(name, "q", "r"), memberships=how))
    world.take(inputs.UseConfig(queues, tuple(crew), Limits(), version=2))
    rung = offers(world)
    assert (sorted(call for call, _ in rung), sorted(name for _, name in rung)) == (sorted(calls), ["ann", "bob"])


@pytest.mark.parametrize(("seconds", "counted"), [(10.0, [1]), (11.0, [0])])
def test_who_is_answered_just_in_time_is_answered_in_time(seconds: float, counted: list[int]) -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", answer_within=10.0),))
    world.arrive("q")
    world.run(seconds)
    go_ready(world, "ann")
    answer(world, "ann")
    assert world.floor.queues[Q].recent == counted
    assert world.bodies(facts.OfferAccepted)
    assert the(world, "ann").calls_taken == 1


def test_who_gave_up_at_once_does_not_make_a_queue_late() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", short_abandon=5.0),))
    for seconds, late in ((5.0, []), (6.0, [0])):
        call = world.arrive("q")
        world.run(seconds)
        caller_hangs_up(world, call)
        assert world.floor.queues[Q].recent == late


def test_an_agent_who_has_been_talked_to_is_not_preferred_by_the_same_call_again() -> None:
    world = served(Strategy.LONGEST_IDLE, agent("ann", "q"), agent("bob", "q"), preferred_for=60.0)
    call = prefers(world)
    answer(world, "ann")
    asked = inputs.InviteParty(command(world), AgentId("ann"), call, Purpose.TRANSFER, Destination(), queue=Q)
    world.take(asked)
    world.deliver_all()
    assert world.floor.calls[call].preferred is None
    assert offers(world)[-1] == (call, "bob")
