"""What is told of a call that rings at several phones: at which, why at no other one yet, and who has turned it off."""

from __future__ import annotations

import pytest

from acd import inputs
from acd.config import AgentConfig, Limits
from acd.config.routing import Routing, Strategy
from acd.explaining.explain_wait import Change, ChangeKind, WaitReason, WaitState, wait_reason
from acd.explaining.obstacles import Hindrance, Obstacle
from acd.model import Wish
from kernel.ids import AgentId, CallId, QueueId
from kernel.moment import after
from tests.fakes.world import World
from tests.stories import agent, answer, command, go_ready, offers, queue, staffed, wish
from tests.unit.acd.test_explain import explained

ANN, BOB, CID = (AgentId(name) for name in ("ann", "bob", "cid"))
CREW = tuple(agent(name, "q") for name in (ANN, BOB, CID))


def rings(strategy: Strategy, crew: tuple[AgentConfig, ...] = CREW, **more: float) -> tuple[World, CallId]:
    """A call that rings as this strategy says."""
    config = queue("q", routing=Routing(strategy, **more))  # type: ignore[arg-type]
    world = staffed(*crew, queues=(config,))
    return world, world.arrive("q")


def told(world: World, call: CallId) -> WaitReason:
    reason = wait_reason(world.floor, call)
    assert reason is not None
    return reason


def kept(reason: WaitReason) -> dict[AgentId, list[Hindrance]]:
    return {one.agent: list(one.hindrances) for one in reason.agents}


def test_every_phone_that_rings_is_told_and_who_is_beyond_the_most_with_the_moment_when_he_is_rung() -> None:
    world, call = rings(Strategy.RING_ALL, ring_at_most=2)
    reason, ends = told(world, call), after(world.now, 20.0)
    assert (reason.state, sorted(one.agent for one in reason.offers)) == (WaitState.OFFERED, [ANN, BOB])
    assert kept(reason) == {CID: [Hindrance(Obstacle.RING_LIMIT, until=ends)]}
    assert reason.changes == (Change(ChangeKind.RING_ENDS, ends, (ANN, BOB)),)
    assert CID not in {name for _, name in offers(world)}
    world.run(20.0)
    assert CID in {name for _, name in offers(world)}


def test_who_is_rung_later_is_told_when_and_each_ringing_that_ends_how_many_ring_on() -> None:
    world, call = rings(Strategy.RING_PROGRESSIVE, ring_more_every=3.0)
    began = world.now
    assert {one: why[0].until for one, why in kept(told(world, call)).items()} == dict.fromkeys(
        (BOB, CID), after(began, 3.0)
    )
    world.run(4.0)
    reason = told(world, call)
    assert [one.agent for one in reason.offers] == [ANN, BOB]
    assert kept(reason) == {CID: [Hindrance(Obstacle.RUNG_LATER, until=after(began, 6.0))]}
    assert reason.changes == (
        Change(ChangeKind.ONE_MORE_RUNG, after(began, 6.0), ring_on=2),
        Change(ChangeKind.RING_ENDS, after(began, 20.0), (ANN,), ring_on=1),
        Change(ChangeKind.RING_ENDS, after(began, 23.0), (BOB,)),
    )
    world.run(1.0)
    assert len(offers(world)) == 2
    world.run(1.0)
    assert [name for _, name in offers(world)] == [ANN, BOB, CID]
    # Nobody is left whom one more could be.
    assert {one.kind for one in told(world, call).changes} == {ChangeKind.RING_ENDS}


def test_a_progressive_ring_that_has_reached_its_most_waits_for_one_that_ends() -> None:
    world, call = rings(Strategy.RING_PROGRESSIVE, ring_more_every=3.0, ring_at_most=2)
    began = world.now
    world.run(7.0)
    reason = told(world, call)
    assert kept(reason) == {CID: [Hindrance(Obstacle.RING_LIMIT, until=after(began, 20.0))]}
    assert ChangeKind.ONE_MORE_RUNG not in {one.kind for one in reason.changes}


def test_when_fewer_may_be_rung_than_are_enough_of_them_have_to_end() -> None:
    world, call = rings(Strategy.RING_PROGRESSIVE, ring_more_every=3.0)
    began = world.now
    wish(world, CID, Wish.PAUSED)
    world.run(4.0)
    config = queue("q", routing=Routing(Strategy.LONGEST_IDLE), version=2)
    world.take(inputs.UseConfig((config,), CREW, Limits(), version=9))
    go_ready(world, CID)
    # Two ring where one may: the first that ends leaves no room yet.
    assert kept(told(world, call)) == {CID: [Hindrance(Obstacle.RING_LIMIT, until=after(began, 23.0))]}


def test_who_is_paused_beside_a_call_that_rings_enough_is_not_awaited() -> None:
    world, call = rings(Strategy.LONGEST_IDLE)
    wish(world, CID, Wish.PAUSED, "lunch")
    reason = told(world, call)
    assert [[why.kind for why in kept(reason)[one]] for one in (BOB, CID)] == [
        [Obstacle.RING_LIMIT],
        [Obstacle.PAUSED, Obstacle.RING_LIMIT],
    ]
    assert reason.awaited == ()


@pytest.mark.parametrize("strategy", [Strategy.RING_ALL, Strategy.LONGEST_IDLE])
def test_an_offer_tells_colleagues_of_the_same_call_from_those_of_another_one(strategy: Strategy) -> None:
    world = staffed(*CREW, queues=(queue("q", routing=Routing(strategy)),))
    reasons = explained(world)
    world.arrive("q")
    if strategy is Strategy.LONGEST_IDLE:
        world.arrive("q")
    same = Obstacle.RUNG_ALREADY if strategy is Strategy.RING_ALL else Obstacle.OFFERED
    assert [(one.agent, [why.kind for why in one.hindrances]) for one in reasons[1].excluded] == [(ANN, [same])]
    assert all(1 + len(one.runners_up) + len(one.excluded) == len(CREW) for one in reasons)


def test_who_has_turned_a_queue_off_is_one_of_its_agents_and_told_so() -> None:
    world = staffed(agent("ann", "q", "r"))
    world.take(inputs.LeaveQueue(command(world), ANN, QueueId("q")))
    call = world.arrive("q")
    reason = told(world, call)
    assert (reason.state, kept(reason)) == (WaitState.NOBODY_READY, {ANN: [Hindrance(Obstacle.QUEUE_OFF)]})
    assert [(one.kind, one.agents) for one in reason.counts] == [(Obstacle.QUEUE_OFF, 1)]
    world.arrive("r")
    answer(world, "ann")
    assert [why.kind for why in kept(told(world, call))[ANN]] == [Obstacle.ON_CALL, Obstacle.QUEUE_OFF]
