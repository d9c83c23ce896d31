"""Who rings whom: longest idle, first in turn, several queues, and what becomes of an offer."""

from __future__ import annotations

import pytest

from acd import facts, inputs
from acd.effects import Connect, HangUp, RingAgent, StopPlayback
from acd.model import LegState, Line, Shown, Work
from kernel.ids import FIRST_NODE, AgentId, CallId
from tests.fakes.simulated_switch import endpoint_of
from tests.stories import (
    agent,
    agent_hangs_up,
    answer,
    bought,
    caller_hangs_up,
    go_ready,
    offers,
    open_floor,
    queue,
    reject,
    staffed,
    the,
    waiting,
)


def test_a_call_rings_the_agent_who_has_been_idle_longest() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"), agent("cho", "q"))
    calls = [world.arrive("q") for _ in range(3)]
    assert offers(world) == list(zip(calls, ["ann", "bob", "cho"], strict=True))


def test_whoever_ends_a_call_stands_last_in_line() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    first = world.arrive("q")
    answer(world, "ann")
    world.pass_time(30)
    caller_hangs_up(world, first)
    second, third = world.arrive("q"), world.arrive("q")
    assert offers(world)[1:] == [(second, "bob"), (third, "ann")]


def test_waiting_calls_are_served_first_in_first_out() -> None:
    world = open_floor(agent("ann", "q"))
    calls = []
    for _ in range(3):
        calls.append(world.arrive("q"))
        world.pass_time(1)
    assert waiting(world, "q") == calls
    go_ready(world, "ann")
    assert offers(world) == [(calls[0], "ann")]


def test_a_higher_priority_goes_first_and_equals_keep_their_order() -> None:
    world = open_floor(agent("ann", "q"))
    order: dict[str, list[CallId]] = {}
    for number in ("q", "q!", "q", "q!"):
        order.setdefault(number, []).append(world.arrive(number))
        world.pass_time(1)
    assert waiting(world, "q") == order["q!"] + order["q"]


def test_a_caller_kept_by_the_fallback_takes_the_turn_of_his_arrival() -> None:
    world = open_floor(agent("ann", "q"))
    seen = world.arrive("q")
    kept = world.arrive("q", waited=10)
    assert waiting(world, "q") == [kept, seen]


def test_an_agent_in_several_queues_gets_whoever_has_waited_longest() -> None:
    world = open_floor(agent("ann", "q", "r", "s"))
    world.pass_time(1)
    oldest = world.arrive("s")
    world.pass_time(1)
    world.arrive("q")
    world.pass_time(1)
    world.arrive("r")
    go_ready(world, "ann")
    assert offers(world) == [(oldest, "ann")]


def test_an_agent_is_rung_by_calls_of_his_queues_only() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "r"))
    call = world.arrive("r")
    world.arrive("r")
    assert offers(world) == [(call, "bob")]
    assert the(world, "ann").shown is Shown.READY


def test_an_answer_lets_both_hear_each_other() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q")
    world.pass_time(7)
    answer(world, "ann")
    connected = next(effect for effect in world.effects if isinstance(effect, Connect))
    assert connected.channels == ("caller-1", world.floor.agents[AgentId("ann")].leg)
    assert the(world, "ann").work is Work.ON_CALL
    assert world.bodies(facts.CallLeftQueue) == [facts.CallLeftQueue(call, "q", "answered", 7.0)]  # type: ignore[arg-type]


def test_an_offer_that_rings_out_is_missed_and_the_call_keeps_its_place() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", ring_time=15.0),))
    first = world.arrive("q")
    world.pass_time(1)
    second = world.arrive("q")
    world.run(14)
    assert the(world, "ann").shown is Shown.MISSED
    assert not world.switch.channels.keys() - {"caller-1", "caller-2"}
    assert waiting(world, "q") == [first, second]
    go_ready(world, "ann")
    assert offers(world) == [(first, "ann"), (first, "ann")]


def test_a_missed_call_rings_the_next_agent_at_once() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    call = world.arrive("q")
    world.pass_time(20)
    world.deliver_all()
    assert offers(world) == [(call, "ann"), (call, "bob")]
    rung = [effect for effect in world.effects if isinstance(effect, RingAgent)]
    assert len({effect.leg for effect in rung}) == len({effect.offer for effect in rung}) == 2


@pytest.mark.parametrize("cause", [19, 21])
def test_a_phone_that_turns_the_call_down_pauses_its_agent(cause: int) -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    call = world.arrive("q")
    reject(world, "ann", cause)
    assert world.bodies(facts.OfferRefused)[0].cause == cause
    assert (the(world, "ann").shown, the(world, "ann").reason) == (Shown.MISSED, "refused")
    assert offers(world) == [(call, "ann"), (call, "bob")]


def test_a_phone_that_cannot_be_reached_rests_and_is_tried_again() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q")
    reject(world, "ann", cause=34)
    assert (the(world, "ann").line, the(world, "ann").shown) == (Line.FAILED, Shown.UNREACHABLE)
    world.run(4)
    assert len(offers(world)) == 1
    world.run(1)
    assert offers(world) == [(call, "ann"), (call, "ann")]


def test_a_phone_that_cannot_be_rung_hands_the_call_to_the_next_agent() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    world.switch.broken.add(endpoint_of(AgentId("ann")))
    call = world.arrive("q")
    world.deliver_all()
    assert world.bodies(facts.OfferLost)[0].reason == "rejected_400"
    assert offers(world) == [(call, "ann"), (call, "bob")]


def test_the_end_of_an_older_rest_does_not_wake_a_line_that_failed_again() -> None:
    world = staffed(agent("ann", "q"))
    world.arrive("q")
    reject(world, "ann", cause=34)
    world.pass_time(3)
    world.take(inputs.LineSeen(AgentId("ann"), up=True))
    reject(world, "ann", cause=34)
    world.run(3)
    assert the(world, "ann").line is Line.FAILED
    world.run(2)
    assert the(world, "ann").work is Work.OFFERED


def test_a_caller_who_leaves_stops_the_ringing_and_the_agent_keeps_his_turn() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    first = world.arrive("q")
    world.pass_time(3)
    caller_hangs_up(world, first)
    assert world.bodies(facts.OfferWithdrawn)[0].why == "caller_gone"
    assert world.bodies(facts.CallLeftQueue)[0].outcome == "abandoned"
    assert world.bodies(facts.CallEnded) == [facts.CallEnded(first, "abandoned")]
    second = world.arrive("q")
    assert offers(world)[-1] == (second, "ann")


def test_an_agent_whose_phone_still_rings_is_not_rung_a_second_time() -> None:
    world = staffed(agent("ann", "q"))
    gone = world.arrive("q")
    leg = world.floor.calls[gone].caller_leg
    assert leg is not None
    world.take(inputs.LegEnded(leg, 16))
    waiting_call = world.arrive("q")
    assert the(world, "ann").work is Work.FREE
    assert len(offers(world)) == 1
    world.deliver_all()
    assert offers(world)[-1] == (waiting_call, "ann")


def test_an_answer_that_crosses_the_end_of_the_offer_changes_nothing() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    world.arrive("q")
    phone = world.switch.ringing(endpoint_of(AgentId("ann")))
    assert phone is not None
    made = world.bodies(facts.OfferMade)[0]
    world.take(inputs.RingTimeEnded(made.offer))
    world.switch.answer(phone)
    world.deliver_all()
    assert world.bodies(facts.OfferAccepted) == []
    assert the(world, "ann").shown is Shown.MISSED
    assert the(world, "bob").work is Work.OFFERED
    assert all(leg.state is LegState.RINGING for leg in world.floor.legs.values() if leg.agent)


def test_an_announcement_stops_the_moment_an_agent_is_rung() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", announce_every=10.0),))
    call = world.arrive("q")
    world.pass_time(10)
    world.deliver_all()
    playback = world.floor.calls[call].playback
    assert playback is not None
    go_ready(world, "ann")
    assert StopPlayback(world.floor.legs[world.floor.calls[call].caller_leg].node, playback) in world.effects  # type: ignore[index]


def test_whoever_hangs_up_ends_the_call_for_both() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q")
    answer(world, "ann")
    agent_hangs_up(world, "ann")
    assert any(isinstance(effect, HangUp) and effect.channel == "caller-1" for effect in world.effects)
    assert world.bodies(facts.CallEnded) == [facts.CallEnded(call, "completed")]
    assert (world.floor.calls, world.floor.legs, world.floor.conversations) == ({}, {}, {})


def test_a_line_that_goes_down_takes_the_agent_out_of_the_order() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    world.take(inputs.LineSeen(AgentId("ann"), up=False))
    call = world.arrive("q")
    assert offers(world) == [(call, "bob")]
    assert the(world, "ann").shown is Shown.UNREACHABLE


def test_a_line_that_comes_up_is_matched_at_once() -> None:
    world = staffed(agent("ann", "q"))
    world.take(inputs.LineSeen(AgentId("ann"), up=False))
    call = world.arrive("q")
    world.take(inputs.LineSeen(AgentId("ann"), up=True))
    assert offers(world) == [(call, "ann")]


def test_nobody_is_matched_while_the_floor_is_held() -> None:
    world = staffed(agent("ann", "q"))
    world.take(inputs.NodeWasLost(FIRST_NODE))
    call = world.arrive("q")
    assert offers(world) == []
    world.take(inputs.RecoveryFinished())
    assert world.bodies(facts.FloorOpened)[-1].waiting == 1
    assert offers(world) == [(call, "ann")]


def test_a_new_queue_of_an_agent_is_matched_when_it_comes_into_force() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("r"),))
    call = world.arrive("r")
    queues = tuple(one.config for one in world.floor.queues.values())
    world.take(inputs.UseConfig(queues, (agent("ann", "r", version=2),), world.floor.limits))
    assert offers(world) == [(call, "ann")]


def test_a_queue_with_callers_stays_until_a_later_configuration() -> None:
    world = open_floor(agent("ann", "q", "r"))
    call = world.arrive("r")
    smaller = inputs.UseConfig((queue("q"),), (agent("ann", "q"),), world.floor.limits)
    world.take(smaller)
    assert "r" in world.floor.queues
    caller_hangs_up(world, call)
    world.take(smaller)
    assert "r" not in world.floor.queues


def test_an_agent_whom_the_configuration_no_longer_names_gives_his_seat_back() -> None:
    world = staffed(agent("ann", "q"), limits=bought(1))
    world.take(inputs.UseConfig((queue("q"),), (), world.floor.limits))
    assert world.bodies(facts.SeatReturned) == [facts.SeatReturned(AgentId("ann"), 0, 1, why="removed")]
    assert (world.floor.agents, world.floor.seats) == ({}, {})


def test_an_agent_with_a_call_goes_when_it_is_over() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", wrap_up=30.0),))
    call = world.arrive("q")
    answer(world, "ann")
    world.arrive("q")
    without = inputs.UseConfig((queue("q", wrap_up=30.0),), (), world.floor.limits)
    world.take(without)
    world.take(without)
    assert world.bodies(facts.AgentLeaving) == [facts.AgentLeaving(AgentId("ann"))]
    assert the(world, "ann").shown is Shown.ON_CALL
    caller_hangs_up(world, call)
    assert (world.floor.agents, world.floor.seats, len(offers(world))) == ({}, {}, 1)


def test_an_agent_whose_phone_rings_goes_when_it_no_longer_does() -> None:
    world = staffed(agent("ann", "q"))
    world.arrive("q")
    world.take(inputs.UseConfig((queue("q"),), (), world.floor.limits))
    assert the(world, "ann").shown is Shown.OFFERED
    reject(world, "ann")
    assert AgentId("ann") not in world.floor.agents


def test_an_agent_who_is_named_again_before_his_call_is_over_stays() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q")
    answer(world, "ann")
    world.take(inputs.UseConfig((queue("q"),), (), world.floor.limits))
    world.take(inputs.UseConfig((queue("q"),), (agent("ann", "q"),), world.floor.limits))
    caller_hangs_up(world, call)
    assert offers(world) == [(call, "ann")]
    again = world.arrive("q")
    assert offers(world)[-1] == (again, "ann")
