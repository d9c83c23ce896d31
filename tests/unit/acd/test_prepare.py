"""Legs made ahead: who is next in line, or talks while somebody waits, can be rung with one request."""

from __future__ import annotations

from acd.effects import PrepareLeg, ReleaseLeg, RingAgent
from acd.inputs import LegReady, LineSeen, NodeWasLost, PhoneMoved, PreparedGone, RecoveryFinished
from acd.matching.prepare import KEPT
from acd.model import Agent, Wish
from tests.fakes.world import NODE, World
from tests.stories import agent, agent_hangs_up, answer, caller_hangs_up, staffed, the, waiting, wish


def rings(world: World) -> list[RingAgent]:
    return [effect for effect in world.effects if isinstance(effect, RingAgent)]


def made(world: World) -> list[PrepareLeg]:
    return [effect for effect in world.effects if isinstance(effect, PrepareLeg)]


def one_talks_one_waits() -> tuple[World, Agent]:
    """Ann talks with the first caller, the second waits; her next leg is being made."""
    world = staffed(agent("ann", "q"))
    world.arrive("q")
    answer(world, "ann")
    world.arrive("q")
    return world, the(world, "ann")


def test_a_leg_is_made_for_who_talks_when_somebody_waits_and_dialled_when_he_is_free() -> None:
    world, ann = one_talks_one_waits()
    channel = ann.prepared
    assert [effect.channel for effect in made(world)] == [channel]
    world.deliver_all()
    assert ann.prepared_up
    agent_hangs_up(world, "ann")
    assert (rings(world)[-1].channel, rings(world)[-1].prepared) == (channel, True)
    assert ann.prepared is None
    answer(world, "ann")
    assert [leg.channel for leg in world.floor.legs.values() if leg.agent == "ann"] == [channel]


def test_a_leg_that_does_not_stand_yet_is_not_waited_for() -> None:
    world, _ = one_talks_one_waits()
    world.switch.reports.clear()
    agent_hangs_up(world, "ann")
    assert not rings(world)[-1].prepared


def test_who_is_next_in_line_has_his_leg_made() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"), agent("cid", "q"))
    world.arrive("q")
    assert [ring.agent for ring in rings(world)] == ["ann"]
    assert [leg.agent for leg in made(world)] == ["bob"]
    world.deliver_all()
    world.arrive("q")
    assert (rings(world)[-1].agent, rings(world)[-1].prepared) == ("bob", True)
    assert made(world)[-1].agent == "cid"


def test_the_leg_of_a_free_agent_is_let_go_when_nobody_calls() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    world.arrive("q")
    world.deliver_all()
    bob = the(world, "bob")
    assert bob.prepared_up
    world.run(KEPT + 0.1)
    assert bob.prepared is None
    assert world.switch.prepared == {}


def test_the_leg_of_an_agent_at_work_is_kept() -> None:
    world, ann = one_talks_one_waits()
    world.deliver_all()
    channel = ann.prepared
    world.run(KEPT * 10)
    assert channel is not None
    assert (ann.prepared, ann.prepared_up) == (channel, True)
    assert [effect.channel for effect in made(world)] == [channel]


def test_a_leg_is_let_go_when_its_agent_takes_no_calls_or_his_phone_moves() -> None:
    for change in (
        lambda world: wish(world, "ann", Wish.PAUSED, "lunch"),
        lambda world: world.take(LineSeen(the(world, "ann").id, False)),
        lambda world: world.take(PhoneMoved(the(world, "ann").id)),
    ):
        world, ann = one_talks_one_waits()
        channel = ann.prepared
        change(world)
        assert ann.prepared is None
        assert [e.channel for e in world.effects if isinstance(e, ReleaseLeg)] == [channel]


def test_a_leg_that_could_not_be_made_is_forgotten_and_not_made_again_at_once() -> None:
    world, ann = one_talks_one_waits()
    assert ann.prepared is not None
    world.take(PreparedGone(ann.id, ann.prepared))
    assert ann.prepared is None
    assert len(made(world)) == 1


def test_what_is_told_of_another_leg_changes_nothing() -> None:
    world, ann = one_talks_one_waits()
    before = len(world.facts)
    world.take(LegReady(ann.id, "leg_other"))
    world.take(PreparedGone(ann.id, "leg_other"))
    assert len(world.facts) == before


def test_a_leg_of_who_became_free_while_nothing_was_given_out_is_let_go_too() -> None:
    world, ann = one_talks_one_waits()
    world.deliver_all()
    world.take(NodeWasLost(NODE))
    caller_hangs_up(world, waiting(world, "q")[0])
    agent_hangs_up(world, "ann")
    world.run(KEPT + 1)
    assert ann.prepared is not None
    world.take(RecoveryFinished(NODE))
    world.run(KEPT + 1)
    assert (ann.prepared, world.switch.prepared) == (None, {})
