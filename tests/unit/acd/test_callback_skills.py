"""Who is called back is called by who can do what was asked for his call, less after the wait as in any other."""

from __future__ import annotations

from dataclasses import replace

from acd import facts
from acd.config_of_routing import AgentSkill, Relaxation, Requirement
from tests.stories import agent, go_ready, open_floor
from tests.unit.acd.test_callbacks import asks, back, calls_back, comes, goes


def test_who_calls_back_can_do_what_was_asked_for_his_call() -> None:
    able = replace(agent("bob", "q"), skills=(AgentSkill("english", 2),))
    world = open_floor(agent("ann", "q"), able, queues=(calls_back(),))
    world.wishes = {"q": (Requirement("english", 2),)}
    requested = asks(world, comes(world))
    assert requested.demand.requirements == (Requirement("english", 2),)
    go_ready(world, "ann")
    goes(world, requested)
    assert world.bodies(facts.CallbackTried) == []
    go_ready(world, "bob")
    assert [one.agent for one in world.bodies(facts.CallbackTried)] == ["bob"]
    assert back(world).demand == requested.demand


def test_less_is_asked_of_who_calls_back_after_the_wait_as_of_any_other() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    world.wishes = {"q": (Requirement("english", 2, (Relaxation(60.0, 0),)),)}
    requested = asks(world, comes(world))
    go_ready(world, "ann")
    goes(world, requested)
    world.pass_time(50.0)
    world.deliver_all()
    assert world.bodies(facts.CallbackTried) == []
    world.pass_time(20.0)
    world.deliver_all()
    assert [one.agent for one in world.bodies(facts.CallbackTried)] == ["ann"]
