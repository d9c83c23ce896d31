"""A tenant is suspended while agents are at work: nobody is rung, and each gives his seat back when he has no call."""

from __future__ import annotations

from acd import facts, inputs
from acd.config import Limits, SeatPool
from acd.model import Shown
from kernel.ids import AgentId
from tests.fakes.world import NODE, World
from tests.stories import agent, agent_hangs_up, answer, go_ready, offers, queue, reject, sign_in, staffed, the

LIMITS = Limits((SeatPool("", 3, "T1-1"),))
QUEUES = (queue("q"), queue("slow", wrap_up=60.0))
AGENTS = (agent("ann", "q", "slow"), agent("bob", "q"))


def at_work() -> World:
    return staffed(*AGENTS, queues=QUEUES, limits=LIMITS)


def suspend(world: World) -> None:
    world.take(inputs.UseConfig(QUEUES, AGENTS, Limits(suspended="Art.19")))


def gone(world: World, name: str) -> bool:
    return the(world, name).shown is Shown.SIGNED_OUT


def why(world: World) -> list[tuple[str, str]]:
    return [(back.agent, back.why) for back in world.bodies(facts.SeatReturned)]


def test_who_is_free_is_signed_out_at_once_and_the_fact_says_why() -> None:
    world = at_work()
    suspend(world)
    assert gone(world, "ann")
    assert gone(world, "bob")
    assert why(world) == [("ann", "suspended"), ("bob", "suspended")]
    assert not world.floor.seats


def test_who_talks_keeps_his_call_and_goes_after_it_without_another_call() -> None:
    world = at_work()
    world.arrive("q")
    answer(world, "ann")
    suspend(world)
    assert not gone(world, "ann")
    assert gone(world, "bob")
    waits = world.arrive("q")
    agent_hangs_up(world, "ann")
    assert gone(world, "ann")
    assert waits not in [call for call, _ in offers(world)]


def test_an_offer_that_rings_may_be_refused_and_goes_to_nobody_else() -> None:
    world = at_work()
    world.arrive("q")
    ringing = offers(world)[-1][1]
    suspend(world)
    reject(world, ringing)
    assert len(offers(world)) == 1
    assert gone(world, ringing)


def test_wrap_up_keeps_nobody() -> None:
    world = at_work()
    world.arrive("slow")
    answer(world, "ann")
    agent_hangs_up(world, "ann")
    suspend(world)
    assert gone(world, "ann")


def test_while_the_floor_is_held_nobody_goes_and_all_do_when_it_opens() -> None:
    world = at_work()
    world.take(inputs.NodeWasLost(NODE))
    suspend(world)
    assert not gone(world, "ann")
    world.recover()
    assert gone(world, "ann")


def test_with_seats_again_they_may_come_back() -> None:
    world = at_work()
    suspend(world)
    world.take(inputs.UseConfig(QUEUES, AGENTS, LIMITS))
    sign_in(world, "ann")
    go_ready(world, "bob")
    call = world.arrive("q")
    assert (call, "bob") in offers(world)
    assert AgentId("ann") in world.floor.seats
