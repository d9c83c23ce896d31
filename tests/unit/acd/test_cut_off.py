"""The node of whom a caller talks with dies: he goes back to his queue, whoever else is in the talk goes on."""

from __future__ import annotations

from typing import Any

import pytest

from acd import facts, inputs
from acd.model import Destination, Place, Purpose, Shown, Wish
from kernel.ids import AgentId, CallId, LineId, PersonalId, TrunkName
from tests.fakes.simulated_switch import endpoint_of
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
    reject,
    staffed,
    the,
    waiting,
    wish,
)
from tests.unit.acd.called_back import asks, back, called_first, calls_back, comes, customer, goes, their_phone

ANN, BOB = AgentId("ann"), AgentId("bob")
OUT = Destination(LineId("line"), (TrunkName("first"),))


def staff(*names: str, **settings: Any) -> World:
    """Ready agents of one queue."""
    return staffed(*(agent(name, "q") for name in names), queues=(queue("q", wrap_up=10.0, **settings),))


def dies(world: World, name: str) -> None:
    """The node at which his telephone is dies; nobody hung up."""
    channel = world.switch.ringing(endpoint_of(AgentId(name)))
    assert channel is not None
    world.switch.lose(channel)
    world.deliver_all()


def talks(world: World, name: str) -> CallId:
    call = world.arrive("q")
    world.deliver_all()
    answer(world, name)
    return call


def order(world: World, call: CallId, purpose: Purpose, to: Destination, by: AgentId = ANN) -> None:
    world.take(inputs.InviteParty(command(world), by, call, purpose, to, PersonalId("pii"), "+81"))
    world.deliver_all()


def heard(world: World) -> list[set[str]]:
    """Who hears whom: agents by name."""
    legs = world.floor.legs.values()
    return [
        {leg.agent or "caller" for leg in legs if leg.conversation == one} for one in sorted(world.floor.conversations)
    ]


def outcomes(world: World) -> list[str]:
    return [one.outcome for one in world.bodies(facts.CallEnded)]


def test_the_caller_is_the_first_of_his_queue_again_and_hears_music() -> None:
    world = staff("ann", longest_wait=60.0)
    call = talks(world, "ann")
    world.pass_time(5)
    behind = world.arrive("q")
    world.run(90)
    assert waiting(world, "q") == []
    last = world.arrive("q")
    dies(world, "ann")
    assert waiting(world, "q") == [call, last]
    assert behind not in world.floor.calls
    caller = world.switch.channels["caller-1"]
    assert (caller.music, caller.bridge, world.switch.bridges) == (True, "", {})
    # How long he may wait counts from now: he has been served in between.
    world.run(50)
    assert waiting(world, "q") == [call, last]
    world.run(15)
    assert waiting(world, "q") == []


def test_the_next_ready_agent_rings_and_the_record_shows_both_talks() -> None:
    world = staff("ann", "bob")
    call = talks(world, "ann")
    world.run(30)
    dies(world, "ann")
    assert offers(world) == [(call, "ann"), (call, "bob")]
    assert the(world, "ann").shown is Shown.UNREACHABLE
    world.run(4)
    answer(world, "bob")
    assert heard(world) == [{"caller", "bob"}]
    agent_hangs_up(world, "bob")
    assert [one.waited for one in world.bodies(facts.CallLeftQueue)] == [0.0, 4.0]
    assert outcomes(world) == ["completed"]
    assert [one.agent for one in world.bodies(facts.WrapUpStarted)] == ["bob"]


def test_his_telephone_rests_before_it_is_rung_again() -> None:
    world = staff("ann")
    call = talks(world, "ann")
    dies(world, "ann")
    assert waiting(world, "q") == [call]
    world.run(4)
    assert offers(world) == [(call, "ann")]
    world.restart()
    world.run(2)
    assert offers(world) == [(call, "ann")] * 2


def test_he_is_announced_his_place_again() -> None:
    world = staff("ann", announce_every=10.0)
    talks(world, "ann")
    world.take(inputs.LineSeen(ANN, up=False))
    world.run(30)
    assert not world.bodies(facts.PositionAnnounced)
    dies(world, "ann")
    world.run(11)
    assert [one.position for one in world.bodies(facts.PositionAnnounced)] == [1]


def test_with_his_own_node_the_caller_is_gone() -> None:
    world = staff("ann", "bob")
    talks(world, "ann")
    world.take(inputs.NodeWasLost(world.floor.node))  # type: ignore[arg-type]
    dies(world, "ann")
    assert (outcomes(world), waiting(world, "q")) == (["platform_failure"], [])


def test_one_who_is_rung_there_has_missed_nothing_and_the_next_is_rung() -> None:
    world = staff("ann", "bob")
    call = world.arrive("q")
    dies(world, "ann")
    assert offers(world) == [(call, "ann"), (call, "bob")]
    assert (the(world, "ann").shown, world.bodies(facts.OfferMissed)) == (Shown.UNREACHABLE, [])
    assert [one.reason for one in world.bodies(facts.OfferLost)] == ["platform_failure"]


def test_who_was_asked_is_cut_off_and_who_asked_goes_back_to_the_caller() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "r"))
    call = talks(world, "ann")
    order(world, call, Purpose.CONSULT, Destination(colleague=BOB))
    answer(world, "bob")
    assert sorted(map(len, heard(world))) == [1, 2]
    dies(world, "bob")
    assert heard(world) == [{"caller", "ann"}]


@pytest.mark.parametrize("answered", [True, False])
def test_who_asks_is_cut_off_and_the_caller_is_left_to_whom_he_asked(answered: bool) -> None:
    world = staffed(agent("ann", "q"), agent("bob", "r"))
    call = talks(world, "ann")
    order(world, call, Purpose.CONSULT, Destination(colleague=BOB))
    if answered:
        answer(world, "bob")
    dies(world, "ann")
    if not answered:
        assert world.switch.channels["caller-1"].music
        answer(world, "bob")
    assert heard(world) == [{"caller", "bob"}]
    dies(world, "bob")
    assert waiting(world, "q") == [call]


def test_a_conference_goes_on_and_the_last_of_them_to_be_cut_off_leaves_the_caller_to_his_queue() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "r"))
    call = talks(world, "ann")
    order(world, call, Purpose.CONFERENCE, Destination(colleague=BOB))
    answer(world, "bob")
    dies(world, "ann")
    assert heard(world) == [{"caller", "bob"}]
    dies(world, "bob")
    assert (heard(world), waiting(world, "q")) == ([], [call])


def test_whom_a_transfer_rings_is_cut_off_and_it_goes_back_to_who_made_it() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "r"))
    call = talks(world, "ann")
    order(world, call, Purpose.TRANSFER, Destination(colleague=BOB))
    dies(world, "bob")
    assert world.switch.ringing(endpoint_of(ANN)) is not None
    answer(world, "ann")
    assert heard(world) == [{"caller", "ann"}]
    assert world.floor.calls[call].place is Place.TALKING


@pytest.mark.parametrize("then", ["is lost", "is not answered", "is lost, nor does who gave it take it back"])
def test_who_was_given_away_and_is_taken_by_nobody_waits_in_the_turn_that_he_had(then: str) -> None:
    world = staffed(agent("ann", "q"), agent("bob", "r"))
    call = talks(world, "ann")
    world.pass_time(5)
    busy = then == "is not answered" or then == "is lost"
    if busy:
        # She has the next one when it comes back.
        world.arrive("q")
        world.pass_time(1)
    else:
        wish(world, "ann", Wish.PAUSED)
    behind = world.arrive("q")
    world.pass_time(1)
    order(world, call, Purpose.TRANSFER, Destination(colleague=BOB))
    if busy:
        answer(world, "ann")
        assert sorted(map(len, heard(world))) == [1, 2]
    if then == "is not answered":
        reject(world, "bob")
    else:
        dies(world, "bob")
    if not busy:
        reject(world, "ann")
    assert waiting(world, "q") == [call, behind]
    caller_hangs_up(world, call)
    assert [one.waited for one in world.bodies(facts.CallLeftQueue)][-1] == 0.0


def test_who_was_called_back_and_given_away_waits_in_the_turn_that_he_had_before() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "r"), queues=(calls_back(),))
    requested = asks(world, comes(world))
    goes(world, requested)
    world.pass_time(1)
    go_ready(world, "bob")
    go_ready(world, "ann")
    world.deliver_all()
    answer(world, "ann")
    behind = world.arrive("q")
    world.switch.answer(customer(world))
    world.deliver_all()
    world.pass_time(1)
    call = back(world).id
    wish(world, "ann", Wish.PAUSED)
    order(world, call, Purpose.TRANSFER, Destination(colleague=BOB))
    dies(world, "bob")
    reject(world, "ann")
    assert waiting(world, "q") == [call, behind]
    assert [one.called_back for one in world.bodies(facts.CallQueued)] == [False, False, True]


def test_who_came_from_no_queue_has_nobody_to_go_back_to() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    world.dials(ANN, Destination(colleague=BOB))
    world.deliver_all()
    answer(world, "bob")
    assert heard(world) == [{"ann", "bob"}]
    dies(world, "bob")
    world.deliver_all()
    assert outcomes(world) == ["platform_failure"]


def test_whom_an_agent_called_back_waits_in_the_turn_that_he_had_before() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    requested = asks(world, comes(world))
    goes(world, requested)
    world.pass_time(1)
    behind = world.arrive("q")
    go_ready(world, "ann")
    world.deliver_all()
    answer(world, "ann")
    world.switch.answer(customer(world))
    world.deliver_all()
    assert len(heard(world)) == 1
    call = back(world).id
    world.run(20)
    dies(world, "ann")
    assert waiting(world, "q") == [call, behind]
    world.restart()
    world.run(6)
    answer(world, "ann")
    assert back(world).place is Place.TALKING
    agent_hangs_up(world, "ann")
    assert [one.outcome for one in world.bodies(facts.CallbackEnded)] == ["reached"]


def test_who_was_called_back_first_waits_again() -> None:
    world, requested = called_first()
    goes(world, requested)
    go_ready(world, "ann")
    world.switch.answer(their_phone(world))
    world.deliver_all()
    answer(world, "ann")
    call = back(world).id
    dies(world, "ann")
    assert waiting(world, "q") == [call]
    go_ready(world, "bob")
    answer(world, "bob")
    assert back(world).place is Place.TALKING
