"""Several Asterisk nodes of one floor: what is lost with one of them, and what goes on."""

from __future__ import annotations

from itertools import takewhile

from acd import facts, inputs
from acd.config import Limits, NumberRule
from acd.effects import PrepareLeg, RingAgent
from acd.evolve import evolve
from acd.explaining.explain import CallKey, offer_reason
from acd.explaining.explain_wait import WaitState, wait_reason
from acd.model import Floor, Place
from kernel.ids import AgentId, NodeId
from tests.fakes.world import NODE, World
from tests.stories import agent, answer, offers, queue, staffed, the, waiting

OTHER = NodeId("node-2")


def two_nodes(*names: str) -> World:
    """Ready agents, and two nodes on which callers may be."""
    world = staffed(*(agent(name, "q") for name in names))
    world.take(inputs.RecoveryFinished(OTHER))
    return world


def test_an_agent_is_rung_from_the_node_of_the_caller() -> None:
    world = two_nodes("ann", "bob")
    world.arrive("q", node=OTHER)
    world.arrive("q", node=NODE)
    assert [effect.node for effect in world.effects if isinstance(effect, RingAgent)] == [OTHER, NODE]


def test_with_one_node_lost_the_callers_of_the_other_are_served() -> None:
    world = two_nodes("ann")
    world.take(inputs.NodeWasLost(NODE))
    stranded = world.arrive("q", node=NODE)
    assert offers(world) == []
    served = world.arrive("q", node=OTHER)
    assert offers(world) == [(served, "ann")]
    reason = wait_reason(world.floor, stranded)
    assert reason is not None
    assert reason.state is WaitState.RECOVERING
    assert world.floor.open


def test_who_becomes_free_passes_by_the_callers_of_a_lost_node_and_they_keep_their_turn() -> None:
    world = two_nodes("ann")
    first = world.arrive("q", node=OTHER)
    answer(world, "ann")
    stranded = world.arrive("q", node=NODE)
    world.pass_time(1)
    behind = world.arrive("q", node=OTHER)
    world.take(inputs.NodeWasLost(NODE))
    world.take(inputs.LegEnded(next(leg.id for leg in world.floor.legs.values() if leg.call == first)))
    world.deliver_all()
    assert offers(world)[-1] == (behind, "ann")
    assert waiting(world, "q")[0] == stranded
    answer(world, "ann")
    world.take(inputs.RecoveryFinished(NODE))
    world.take(inputs.LegEnded(next(leg.id for leg in world.floor.legs.values() if leg.call == behind)))
    world.deliver_all()
    assert offers(world)[-1] == (stranded, "ann")


def test_passing_by_a_stranded_caller_is_explained_as_the_turn_it_is() -> None:
    world = two_nodes("ann")
    world.take(inputs.LineSeen(AgentId("ann"), up=False))
    world.take(inputs.NodeWasLost(NODE))
    world.arrive("q", node=NODE)
    world.pass_time(1)
    behind = world.arrive("q", node=OTHER)
    world.take(inputs.LineSeen(AgentId("ann"), up=True))
    assert offers(world) == [(behind, "ann")]
    before = Floor(world.floor.tenant)
    for fact in takewhile(lambda fact: not isinstance(fact.body, facts.OfferMade), world.facts):
        evolve(before, fact)
    reason = offer_reason(before, behind)
    assert reason is not None
    assert (reason.turn.key, reason.turn.before) == (CallKey.ONLY_ONE, 0)


def test_the_talk_on_the_other_node_goes_on() -> None:
    world = two_nodes("ann")
    call = world.arrive("q", node=OTHER)
    answer(world, "ann")
    world.take(inputs.NodeWasLost(NODE))
    assert world.floor.calls[call].place is Place.TALKING
    world.take(inputs.NodeWasLost(OTHER))
    assert not world.floor.open
    assert world.floor.calls[call].place is Place.TALKING


def test_what_was_made_ahead_on_a_lost_node_is_made_on_the_other() -> None:
    world = two_nodes("ann", "bob")
    world.arrive("q", node=NODE)
    world.deliver_all()
    assert the(world, "bob").prepared_on == NODE
    world.take(inputs.NodeWasLost(NODE))
    assert the(world, "bob").prepared is None
    world.arrive("q", node=OTHER)
    made = [effect.node for effect in world.effects if isinstance(effect, PrepareLeg)]
    assert made[0] == NODE
    assert set(made[1:]) <= {OTHER}


def test_a_node_is_lost_and_found_once() -> None:
    world = two_nodes()
    before = len(world.facts)
    world.take(inputs.NodeWasLost(NODE))
    world.take(inputs.NodeWasLost(NODE))
    world.take(inputs.NodeWasLost(NodeId("node-9")))
    world.take(inputs.RecoveryFinished(NODE))
    world.take(inputs.RecoveryFinished(NODE))
    assert [type(fact.body) for fact in world.facts[before:]] == [facts.FloorHeld, facts.FloorOpened]


def test_a_shard_that_is_taken_holds_every_node() -> None:
    world = two_nodes()
    world.take(inputs.ShardWasTaken(7))
    assert world.floor.nodes == set()


def test_an_agent_who_was_rung_from_a_lost_node_has_missed_nothing_and_serves_the_other() -> None:
    world = two_nodes("ann")
    stranded = world.arrive("q", node=NODE)
    world.take(inputs.NodeWasLost(NODE))
    world.pass_time(1)
    behind = world.arrive("q", node=OTHER)
    (offer,) = world.floor.offers
    world.take(inputs.RingTimeEnded(offer))
    assert offers(world) == [(stranded, "ann"), (behind, "ann")]
    assert [lost.reason for lost in world.bodies(facts.OfferLost)] == ["node_lost"]
    assert not world.bodies(facts.OfferMissed)
    assert waiting(world, "q")[0] == stranded
    world.take(inputs.RecoveryFinished(NODE))
    assert world.floor.calls[stranded].place is Place.WAITING


def test_who_waits_again_because_a_node_was_lost_takes_his_waiting_place() -> None:
    world = two_nodes("ann")
    stranded = world.arrive("q", node=NODE)
    assert not world.floor.places
    world.take(inputs.NodeWasLost(NODE))
    world.pass_time(1)
    (offer,) = world.floor.offers
    world.take(inputs.RingTimeEnded(offer))
    assert world.floor.places == {"q": {stranded}}


def test_nobody_ready_makes_room_for_a_caller_on_a_lost_node() -> None:
    world = two_nodes("ann")
    rules = (NumberRule("q", places=0),)
    world.take(
        inputs.UseConfig((queue("q"),), (agent("ann", "q"),), Limits(places_clause="clause 6"), rules, version=1)
    )
    world.take(inputs.NodeWasLost(NODE))
    call = world.arrive("q", node=NODE)
    assert [(no.call, no.limit) for no in world.bodies(facts.WaitRefused)] == [(call, 0)]
    assert not world.bodies(facts.CallQueued)
