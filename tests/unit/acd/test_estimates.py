"""The wait that is told: by place, handling time and shared agents; scored, and silent when it is wrong too often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acd import facts, inputs
from acd.config.routing import Routing
from acd.config.waiting import Waiting
from acd.effects import AnnouncePosition
from acd.model import Wish
from kernel.ids import CallId, LegId, PersonalId, QueueId, call_id
from tests.fakes.world import NODE, World
from tests.stories import agent, agent_hangs_up, answer, go_ready, open_floor, queue, waiting, wish
from tests.unit.acd.called_back import asks, calls_back
from tests.unit.acd.called_back import comes as known_comes

TOLD = queue("q", announce_every=10.0, waiting=Waiting(tells_estimate=True))


def told(world: World) -> list[tuple[float | None, str]]:
    return [(one.estimate, one.silent) for one in world.bodies(facts.PositionAnnounced)]


def spoken(world: World) -> list[float | None]:
    return [one.wait for one in world.effects if isinstance(one, AnnouncePosition)]


def busy(world: World, *names: str) -> None:
    """Each of them talks with somebody."""
    for name in names:
        go_ready(world, name)
        world.arrive("q")
        answer(world, name)


def test_without_agents_nobody_can_say() -> None:
    world = open_floor(agent("ann", "q"), queues=(TOLD,))
    world.arrive("q")
    world.run(10)
    assert (told(world), spoken(world)) == ([(None, "no_agents")], [None])


def test_an_agent_of_two_queues_counts_half() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q", "r"), queues=(TOLD, queue("r")))
    busy(world, "ann", "bob")
    world.arrive("q")
    world.run(10)
    assert told(world) == [(60.0, "")]
    assert spoken(world) == [60.0]


def test_who_does_not_take_calls_does_not_count_and_who_waits_before_does() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"), queues=(TOLD,))
    busy(world, "ann", "bob")
    wish(world, "bob", Wish.PAUSED)
    world.arrive("q")
    world.pass_time(1.0)
    world.arrive("q")
    world.run(10)
    assert sorted(told(world)) == [(90.0, ""), (180.0, "")]


def test_the_handling_time_is_that_of_the_last_calls() -> None:
    world = open_floor(agent("ann", "q"), queues=(TOLD,))
    for seconds in (20.0, 40.0):
        busy(world, "ann")
        world.run(seconds)
        agent_hangs_up(world, "ann")
    busy(world, "ann")
    world.arrive("q")
    world.run(10)
    assert told(world) == [(30.0, "")]


def test_who_is_wrong_by_more_than_half_of_the_wait_is_silent_and_says_why() -> None:
    world = open_floor(agent("ann", "q"), queues=(TOLD,))
    busy(world, "ann")
    for _ in range(10):
        world.arrive("q")
        world.run(11)
        agent_hangs_up(world, "ann")
        answer(world, "ann")
    assert told(world)[0][1] == ""
    world.arrive("q")
    world.run(10)
    last = world.bodies(facts.PositionAnnounced)[-1]
    assert last.estimate is not None
    assert (last.silent, last.error > 0.5) == ("uncertain", True)
    assert spoken(world)[-1] is None


def test_without_the_wish_nothing_is_estimated() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", announce_every=10.0),))
    busy(world, "ann")
    world.arrive("q")
    world.run(10)
    assert told(world) == [(None, "")]


def comes(world: World, mark: str) -> CallId:
    world.callers += 1
    channel = f"caller-{world.callers}"
    call, leg = call_id(NODE, channel, world.now), LegId(f"leg_{channel}")
    world.switch.caller_comes(channel, leg, call)
    world.take(inputs.CallArrived(call, leg, NODE, channel, "q", PersonalId("pii"), world.now, mark=mark))
    return call


def hangs_up(world: World, call: CallId) -> None:
    leg = world.floor.calls[call].caller_leg
    assert leg is not None
    world.take(inputs.LegEnded(leg, 16))


def redialling(after: float, mark: str = "mine") -> tuple[World, CallId, CallId]:
    """Somebody hangs up before another, and calls again so much later; the other's call, and his own."""
    world = open_floor(agent("ann", "q"), queues=(queue("q", waiting=Waiting(redial_within=60.0)),))
    first = comes(world, "mine")
    world.run(5)
    other = comes(world, "another")
    hangs_up(world, first)
    world.run(after)
    return world, other, comes(world, mark)


def test_who_calls_again_in_time_gets_his_place_back() -> None:
    world, other, again = redialling(after=59.0)
    assert waiting(world, "q") == [again, other]
    (known,) = world.bodies(facts.RedialRecognised)
    assert (known.call, known.since) == (again, world.floor.calls[again].queued)
    assert not world.floor.dropped


def test_who_calls_again_too_late_queues_up() -> None:
    world, other, again = redialling(after=61.0)
    assert waiting(world, "q") == [other, again]


def test_nobody_gets_the_place_of_another_or_one_who_hides_his_number() -> None:
    for mark in ("else", ""):
        world, other, again = redialling(after=5.0, mark=mark)
        assert waiting(world, "q") == [other, again]


def test_a_place_is_given_back_once() -> None:
    world, other, again = redialling(after=5.0)
    third = comes(world, "mine")
    assert waiting(world, "q") == [again, other, third]


def test_a_restart_keeps_the_place() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", waiting=Waiting(redial_within=60.0)),))
    first = comes(world, "mine")
    hangs_up(world, first)
    world.restart()
    world.run(5)
    comes(world, "mine")
    assert len(world.bodies(facts.RedialRecognised)) == 1


def test_who_calls_again_in_the_last_moment_has_his_place_and_the_priority_to_which_he_had_grown() -> None:
    rules = queue("q", routing=Routing(age_every=2.0, age_by=3, age_most=6), waiting=Waiting(redial_within=60.0))
    world = open_floor(agent("ann", "q"), queues=(rules,))
    first = comes(world, "mine")
    world.run(5)
    hangs_up(world, first)
    world.run(60)
    again = comes(world, "mine")
    assert world.floor.calls[again].joined_with == 6
    assert len(world.bodies(facts.RedialRecognised)) == 1


@pytest.mark.parametrize(("wrong", "silent"), [(0.5, ""), (0.51, "uncertain")])
def test_an_estimate_that_is_wrong_by_more_than_half_of_the_wait_is_not_spoken(wrong: float, silent: str) -> None:
    world = open_floor(agent("ann", "q"), queues=(TOLD,))
    go_ready(world, "ann")
    world.floor.queues[QueueId("q")].history.errors.extend([wrong] * 10)
    world.arrive("q")
    world.arrive("q")
    world.run(10)
    assert [why for _, why in told(world)] == [silent]


def test_who_is_to_be_called_back_before_him_counts_like_one_who_waits() -> None:
    config = replace(calls_back(), announce_every=10.0, waiting=replace(calls_back().waiting, tells_estimate=True))
    world = open_floor(agent("ann", "q"), queues=(config,))
    busy(world, "ann")
    asks(world, known_comes(world))
    world.pass_time(1.0)
    world.arrive("q")
    world.run(10)
    assert told(world) == [(180.0, "")]
