"""Who has gone without signing out gives his seat back after the grace time, and never during a call."""

from __future__ import annotations

import pytest

from acd import facts, inputs
from acd.config import Limits, SeatPool
from acd.model import Shown
from kernel.ids import AgentId
from tests.fakes.world import NODE, World
from tests.stories import (
    agent,
    agent_hangs_up,
    answer,
    caller_hangs_up,
    go_ready,
    open_floor,
    queue,
    sign_in,
    sign_out,
    staffed,
    the,
)

GRACE = 60.0
LIMITS = Limits((SeatPool("", 1, "clause 1"),), seat_grace=GRACE)


def live(world: World, up: bool, name: str = "ann") -> None:
    world.take(inputs.LiveSeen(AgentId(name), up))


def line(world: World, up: bool, name: str = "ann") -> None:
    world.take(inputs.LineSeen(AgentId(name), up))


def signed_in(world: World, name: str = "ann") -> bool:
    return the(world, name).shown is not Shown.SIGNED_OUT


def at_work(wrap_up: float = 0.0) -> World:
    """Ann is ready, with browser and phone."""
    world = staffed(agent("ann", "q"), queues=(queue("q", wrap_up=wrap_up),), limits=LIMITS)
    live(world, True)
    return world


def test_the_seat_comes_back_when_browser_and_phone_have_been_gone_for_the_grace_time() -> None:
    world = at_work()
    live(world, False)
    line(world, False)
    world.run(GRACE - 1)
    assert signed_in(world)
    world.run(1)
    assert world.bodies(facts.SeatReturned) == [facts.SeatReturned(AgentId("ann"), 0, 1, why="absent")]
    assert not signed_in(world)


@pytest.mark.parametrize("gone", [live, line])
def test_one_of_both_is_enough_to_be_there(gone: object) -> None:
    world = at_work()
    gone(world, False)  # type: ignore[operator]
    world.run(10 * GRACE)
    assert signed_in(world)


def test_the_grace_time_counts_from_the_moment_the_second_one_went() -> None:
    world = at_work()
    live(world, False)
    world.run(GRACE)
    line(world, False)
    world.run(GRACE - 1)
    assert signed_in(world)


@pytest.mark.parametrize("back", [live, line])
def test_who_comes_back_in_time_stays_and_has_a_whole_grace_time_again(back: object) -> None:
    world = at_work()
    live(world, False)
    line(world, False)
    world.run(GRACE - 1)
    back(world, True)  # type: ignore[operator]
    back(world, False)  # type: ignore[operator]
    world.run(GRACE - 1)
    assert signed_in(world)
    world.run(1)
    assert not signed_in(world)


def test_who_signed_in_and_never_showed_up_is_absent_from_then_on() -> None:
    world = open_floor(agent("ann", "q"), limits=LIMITS)
    sign_in(world, "ann")
    world.run(GRACE)
    assert not signed_in(world)


def test_a_call_keeps_the_seat_and_its_end_begins_a_new_grace_time() -> None:
    world = at_work()
    call = world.arrive("q")
    answer(world, "ann")
    live(world, False)
    line(world, False)
    world.run(10 * GRACE)
    assert signed_in(world)
    caller_hangs_up(world, call)
    world.run(GRACE - 1)
    assert signed_in(world)
    world.run(1)
    assert not signed_in(world)


def test_an_offer_keeps_the_seat_as_well() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", ring_time=100.0),), limits=LIMITS)
    world.arrive("q")
    line(world, False)
    world.run(99)
    assert signed_in(world)
    world.run(GRACE)
    assert signed_in(world)
    world.run(1)
    assert not signed_in(world)


def test_wrap_up_does_not_keep_the_seat() -> None:
    world = at_work(wrap_up=10 * GRACE)
    world.arrive("q")
    answer(world, "ann")
    live(world, False)
    line(world, False)
    agent_hangs_up(world, "ann")
    world.run(GRACE)
    assert not signed_in(world)
    assert world.bodies(facts.AgentFreed)[-1].agent == "ann"


def test_who_signed_out_is_not_signed_out_again() -> None:
    world = at_work()
    live(world, False)
    line(world, False)
    sign_out(world, "ann")
    world.run(GRACE)
    assert [back.why for back in world.bodies(facts.SeatReturned)] == ["signed_out"]


def test_the_seat_that_came_back_can_be_taken() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"), limits=LIMITS)
    sign_in(world, "ann")
    sign_in(world, "bob")
    assert not signed_in(world, "bob")
    world.run(GRACE)
    sign_in(world, "bob")
    assert signed_in(world, "bob")


def test_a_restart_keeps_the_absence_and_begins_its_time_anew() -> None:
    world = at_work()
    live(world, False)
    line(world, False)
    world.run(GRACE - 1)
    world.restart()
    world.run(GRACE - 1)
    assert signed_in(world)
    world.run(1)
    assert not signed_in(world)


def test_nobody_is_signed_out_while_the_floor_cannot_see_the_phones() -> None:
    world = at_work()
    live(world, False)
    line(world, False)
    world.take(inputs.NodeWasLost(NODE))
    world.run(10 * GRACE)
    assert signed_in(world)
    world.recover()
    line(world, True)
    world.run(10 * GRACE)
    assert signed_in(world)


@pytest.mark.parametrize(("grace", "signed_out_after"), [(10.0, 30.0), (90.0, 90.0)])
def test_another_grace_time_holds_for_who_is_absent_already(grace: float, signed_out_after: float) -> None:
    world = at_work()
    live(world, False)
    line(world, False)
    world.run(30)
    config = inputs.UseConfig((queue("q"),), (agent("ann", "q"),), Limits(LIMITS.seats, seat_grace=grace))
    world.take(config)
    world.run(signed_out_after - 30 - 1)
    assert signed_in(world) or grace == 10.0
    world.run(1)
    assert not signed_in(world)


def test_a_grace_time_of_zero_gives_nothing_back() -> None:
    world = staffed(agent("ann", "q"), limits=Limits(seat_grace=0.0))
    line(world, False)
    world.run(10 * GRACE)
    assert signed_in(world)
    assert world.switch.timers == {}


def test_a_browser_told_twice_is_one_fact() -> None:
    world = open_floor(agent("ann", "q"))
    live(world, True)
    live(world, True)
    assert world.bodies(facts.LiveChanged) == [facts.LiveChanged(AgentId("ann"), True)]


def test_a_return_just_before_the_timer_wins() -> None:
    world = at_work()
    live(world, False)
    line(world, False)
    world.pass_time(GRACE)
    go_ready(world, "ann")
    world.deliver_all()
    assert signed_in(world)
