"""Who is called back is promised an agent in whichever queue, and only who needs the same agents stands in his way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from acd import facts
from acd.config import AgentConfig, QueueConfig
from acd.config.routing import AgentSkill, Membership, Relaxation, Requirement, Routing
from acd.config.waiting import First
from acd.explaining.explain_wait import WaitState, wait_reason
from acd.model import Wish
from kernel.ids import AgentId, QueueId
from tests.fakes.world import World
from tests.stories import agent, answer, caller_hangs_up, go_ready, offers, open_floor, queue, waiting, wish
from tests.unit.acd.called_back import asks, calls_back, comes, goes, their_phone

ENGLISH, TAX = Requirement("english"), Requirement("tax")
R = QueueId("r")


def promised(*agents: AgentConfig, queues: tuple[QueueConfig, ...] = (), ready: str = "ann") -> World:
    """Somebody of queue q is called back, before an agent, as soon as `ready` is."""
    world = open_floor(*agents, queues=(calls_back(first=First.CALLER), *queues))
    goes(world, asks(world, comes(world)))
    go_ready(world, ready)
    assert their_phone(world)
    world.pass_time(1.0)
    return world


def knows(name: str, *skills: str, queues: tuple[str, ...] = ("q",)) -> AgentConfig:
    return replace(agent(name, *queues), skills=tuple(map(AgentSkill, skills)))


def test_who_is_kept_in_one_queue_is_given_to_nobody_of_another() -> None:
    world = promised(agent("ann", "q", "r"), agent("bob", "q"))
    other = world.arrive("r")
    assert offers(world) == []
    told = wait_reason(world.floor, other)
    assert told is not None
    assert told.state is WaitState.KEPT_FOR_CALLBACK
    # Who can be kept in her place sets her free for a queue that he does not serve.
    go_ready(world, "bob")
    assert offers(world) == [(other, "ann")]


def test_who_came_before_him_is_served_before_him_in_another_queue_too() -> None:
    world = open_floor(agent("ann", "q", "r"), agent("eve", "q"), queues=(calls_back(first=First.CALLER),))
    first = world.arrive("r")
    world.pass_time(1.0)
    goes(world, asks(world, comes(world)))
    go_ready(world, "eve")
    assert their_phone(world)
    go_ready(world, "ann")
    assert offers(world) == [(first, "ann")]


def test_who_is_needed_no_more_is_given_to_who_waits_in_another_queue() -> None:
    world = promised(agent("ann", "q", "r"))
    other = world.arrive("r")
    world.switch.fail(their_phone(world), 17, 486, elsewhere=False)
    world.deliver_all()
    assert offers(world) == [(other, "ann")]


def test_so_she_is_when_he_answers_and_waits_for_another_agent_alone() -> None:
    config = replace(calls_back(first=First.CALLER), routing=Routing(preferred_for=60.0))
    world = open_floor(agent("ann", "q", "r"), agent("bob", "q"), queues=(config,))
    go_ready(world, "bob")
    wish(world, "bob", Wish.PAUSED, "break")
    world.preferences = {"q": AgentId("bob")}
    goes(world, asks(world, comes(world)))
    go_ready(world, "ann")
    world.pass_time(1.0)
    other = world.arrive("r")
    assert offers(world) == []
    world.switch.answer(their_phone(world))
    world.deliver_all()
    assert offers(world) == [(other, "ann")]


def test_two_who_are_called_back_from_two_queues_are_not_promised_the_same_agent() -> None:
    back = calls_back(first=First.CALLER)
    world = open_floor(agent("ann", "q", "r"), agent("bob", "q", "r"), queues=(back, replace(back, id=R, name="r")))
    world.called["r"] = (R, 0, False)
    goes(world, asks(world, comes(world)))
    goes(world, asks(world, comes(world, number="r")))
    go_ready(world, "ann")
    assert [one.queue for one in world.bodies(facts.CallbackTried)] == ["q"]
    go_ready(world, "bob")
    assert [one.queue for one in world.bodies(facts.CallbackTried)] == ["q", "r"]
    world.pass_time(1.0)
    for number in ("q", "r"):
        world.arrive(number)
    assert offers(world) == []


def test_who_is_kept_is_not_made_to_call_somebody_else_back() -> None:
    by_agent = replace(calls_back(), id=R, name="r")
    world = promised(agent("ann", "q", "r"), agent("bob", "q"), queues=(by_agent,))
    world.called["r"] = (R, 0, False)
    goes(world, asks(world, comes(world, number="r")))
    assert [one.agent for one in world.bodies(facts.CallbackTried)] == [None]
    go_ready(world, "bob")
    assert [one.agent for one in world.bodies(facts.CallbackTried)] == [None, "ann"]


# --- how certain it is ------------------------------------------------------------------------------------------------
def tried(world: World) -> int:
    """How many are being called back, or were."""
    return len(world.bodies(facts.CallbackTried))


def wanted(*agents: AgentConfig, asked: tuple[Requirement, ...], **rule: Any) -> World:
    """Somebody for whom english is asked is to be called back; before him three came who ask for something else."""
    world = open_floor(*agents, queues=(calls_back(first=First.CALLER, **rule),))
    world.wishes = {"q": asked}
    for _ in range(3):
        world.arrive("q")
    world.pass_time(1.0)
    world.wishes = {"q": (ENGLISH,)}
    goes(world, asks(world, comes(world)))
    world.wishes = {}
    return world


def test_who_asks_for_what_his_agents_cannot_does_not_stand_in_his_way() -> None:
    world = wanted(knows("ann", "english"), knows("bob", "tax"), asked=(TAX,))
    go_ready(world, "ann")
    assert (tried(world), offers(world)) == (1, [])


def test_who_could_have_another_one_of_his_agents_does_not_either() -> None:
    world = wanted(knows("ann", "english"), knows("bob", "tax", "english"), asked=(TAX,))
    go_ready(world, "bob")
    assert (tried(world), len(offers(world))) == (0, 1)
    go_ready(world, "ann")
    assert (tried(world), len(offers(world))) == (1, 1)


def test_who_will_ask_for_less_before_he_can_have_answered_stands_in_his_way() -> None:
    for after, called in ((12.0, 0), (120.0, 1)):
        world = wanted(knows("ann", "english"), asked=(Requirement("tax", 1, (Relaxation(after, 0),)),))
        go_ready(world, "ann")
        assert (tried(world), offers(world)) == (called, [])


def test_who_waits_in_another_queue_of_the_same_agents_stands_in_his_way_where_he_is_served_before_him() -> None:
    """Ann is about to be free: for him if nobody is before him, else for who waits in r."""
    for priority, since, before in ((0, 1.0, False), (3, 1.0, True), (0, -1.0, True)):
        ann = replace(agent("ann", "q", "r"), memberships=(Membership(R, priority=priority),))
        world = open_floor(ann, queues=(calls_back(first=First.CALLER, certainty=0.05), queue("r")))
        go_ready(world, "ann")
        world.arrive("r")
        answer(world, "ann")
        world.pass_time(60.0)
        other = world.arrive("r") if since < 0 else None
        world.pass_time(1.0)
        requested = asks(world, comes(world))
        world.pass_time(1.0)
        other = other or world.arrive("r")
        goes(world, requested)
        assert (tried(world) == 0) is before
        assert waiting(world, "r") == [other]


def test_a_queue_that_gets_shorter_makes_it_certain_for_who_is_called_back_from_another() -> None:
    world = open_floor(agent("ann", "q", "r"), queues=(calls_back(first=First.CALLER, certainty=0.05), queue("r")))
    go_ready(world, "ann")
    world.arrive("r")
    answer(world, "ann")
    world.pass_time(60.0)
    other = world.arrive("r")
    world.pass_time(1.0)
    goes(world, asks(world, comes(world)))
    assert tried(world) == 0
    caller_hangs_up(world, other)
    assert tried(world) == 1


def test_who_asks_for_less_is_called_before_another_only_while_they_do_not_need_the_same_agents() -> None:
    for there, called in ((False, 1), (True, 0)):
        world = wanted(knows("ann"), knows("bob", "english"), asked=(TAX,))
        if there:
            go_ready(world, "bob")
            assert tried(world) == 1
            world.switch.fail(their_phone(world), 17, 486, elsewhere=False)
            world.deliver_all()
            world.arrive("q")
            answer(world, "bob")
            world.run(299.0)
            assert tried(world) == 1
        world.pass_time(1.0)
        before = tried(world)
        goes(world, asks(world, comes(world)))
        go_ready(world, "ann")
        assert tried(world) - before == called
