"""Who is called back is called by who can do what was asked for his call, less after the wait as in any other."""

from __future__ import annotations

from dataclasses import replace

from acd import facts, inputs
from acd.config import Limits
from acd.config.routing import AgentSkill, Relaxation, Requirement, Routing
from acd.config.waiting import First
from acd.model import Wish
from kernel.ids import AgentId
from tests.stories import agent, go_ready, offers, open_floor, wish
from tests.unit.acd.called_back import asks, back, calls_back, comes, goes, their_phone


def test_who_calls_back_can_do_what_was_asked_for_his_call() -> None:
    able = replace(agent("bob", "q"), skills=(AgentSkill("english", 2),))
    world = open_floor(agent("ann", "q"), able, queues=(calls_back(),))
    world.wishes = {"q": (Requirement("english", 2),)}
    requested = asks(world, comes(world))
    assert requested.demand.requirements == (Requirement("english", 2),)
    go_ready(world, "ann")
    goes(world, requested)
    assert world.bodies(facts.CallbackTried) == []
    wish(world, "ann", Wish.PAUSED, "break")
    go_ready(world, "ann")
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


def test_the_agent_who_was_kept_takes_another_when_he_cannot_take_him() -> None:
    config = replace(calls_back(first=First.CALLER), routing=Routing(preferred_for=60.0))
    world = open_floor(agent("ann", "q"), agent("bob", "q"), queues=(config,))
    go_ready(world, "bob")
    wish(world, "bob", Wish.PAUSED, "break")
    world.preferences = {"q": AgentId("bob")}
    goes(world, asks(world, comes(world)))
    world.preferences = {}
    go_ready(world, "ann")
    world.pass_time(1.0)
    other = comes(world)
    assert offers(world) == []
    # He waits for bob alone now.
    world.switch.answer(their_phone(world))
    world.deliver_all()
    assert offers(world) == [(other, "ann")]


def test_the_agent_who_was_kept_is_given_to_another_when_he_is_not_to_take_such_calls_any_more() -> None:
    config = calls_back(first=First.CALLER)
    world = open_floor(replace(agent("ann", "q"), skills=(AgentSkill("tax"),)), queues=(config,))
    world.wishes = {"q": (Requirement("tax"),)}
    goes(world, asks(world, comes(world)))
    world.wishes = {}
    go_ready(world, "ann")
    world.pass_time(1.0)
    other = comes(world)
    assert offers(world) == []
    world.take(inputs.UseConfig((config,), (agent("ann", "q", version=2),), Limits(), (), version=9))
    assert offers(world) == [(other, "ann")]
