"""Waiting places [待ち呼]: counted per called number, taken by who has to wait, refused above the limit."""

from __future__ import annotations

from dataclasses import replace

from acd import facts, inputs
from acd.config import Limits, NumberRule
from acd.effects import AnswerCaller, ContinueFlow, StartMusic
from acd.model import Place
from kernel.ids import CallId, QueueId
from tests.fakes.world import World
from tests.stories import agent, answer, caller_hangs_up, go_ready, offers, open_floor, queue, reject

CONTRACT = Limits(places_clause="MT-F06")


def hotline(places: dict[str, int | None], *, limits: Limits = CONTRACT, ring_time: float = 20.0) -> World:
    """One queue that two numbers lead to, and Ann, who is signed out."""
    world = open_floor(agent("ann", "q"), queues=(queue("q", ring_time=ring_time),), limits=limits, places=places)
    world.called |= {number: (QueueId("q"), 0, False) for number in places}
    return world


def taken(world: World) -> list[tuple[CallId, int, int | None]]:
    return [(one.call, one.used, one.limit) for one in world.bodies(facts.WaitingPlaceTaken)]


def test_who_has_to_wait_takes_a_place_of_the_number_he_called() -> None:
    world = hotline({"A": 2, "B": 1})
    first, second, other = world.arrive("A"), world.arrive("A"), world.arrive("B")
    assert taken(world) == [(first, 1, 2), (second, 2, 2), (other, 1, 1)]
    assert world.floor.places == {"A": {first, second}, "B": {other}}


def test_the_caller_over_the_limit_is_refused_with_clause_used_and_limit_and_the_flow_goes_on_at_full() -> None:
    world = hotline({"A": 1, "B": 1})
    world.arrive("A")
    no = world.arrive("A")
    assert world.bodies(facts.WaitRefused) == [facts.WaitRefused(no, QueueId("q"), "A", 1, 1, "MT-F06")]
    assert ContinueFlow(no, "full") in world.effects
    assert [queued.call for queued in world.bodies(facts.CallQueued)] == [call for call, _, _ in taken(world)]
    heard = [one for one in world.effects if isinstance(one, AnswerCaller | StartMusic)]
    assert all(one.channel != "caller-2" for one in heard)


def test_one_number_being_full_leaves_the_other_its_places() -> None:
    world = hotline({"A": 1, "B": 1})
    world.arrive("A")
    world.arrive("A")
    other = world.arrive("B")
    assert world.floor.calls[other].place is Place.WAITING
    assert [no.number for no in world.bodies(facts.WaitRefused)] == ["A"]


def test_the_outcome_of_who_was_turned_away_says_so() -> None:
    world = hotline({"A": 0})
    call = world.arrive("A")
    world.deliver_all()
    assert world.bodies(facts.CallEnded) == [facts.CallEnded(call, "turned_away")]


def test_who_hangs_up_in_the_busy_guidance_was_turned_away_too() -> None:
    world = hotline({"A~": 0})
    world.called["A~"] = (QueueId("q"), 0, True)
    call = world.arrive("A~")
    # The flow would go on by itself: here the guidance is still being heard when the caller leaves.
    world.take(inputs.CallRouted(call, QueueId("q"), 0, world.now), perform=False)
    caller_hangs_up(world, call)
    assert world.bodies(facts.CallEnded) == [facts.CallEnded(call, "turned_away")]


def test_a_call_for_which_somebody_is_free_needs_no_place() -> None:
    world = hotline({"A": 0})
    go_ready(world, "ann")
    call = world.arrive("A")
    assert offers(world) == [(call, "ann")]
    answer(world, "ann")
    assert (world.bodies(facts.WaitRefused), taken(world)) == ([], [])


def test_a_first_offer_that_is_missed_waits_above_the_limit_and_the_fact_says_so() -> None:
    world = hotline({"A": 1, "B": None})
    go_ready(world, "ann")
    first = world.arrive("A")
    second = world.arrive("A")
    assert taken(world) == [(second, 1, 1)]
    reject(world, "ann")
    assert taken(world)[-1] == (first, 2, 1)
    assert [one.above for one in world.bodies(facts.WaitingPlaceTaken)] == [False, True]
    assert world.bodies(facts.WaitRefused) == []


def test_a_place_is_kept_through_offers_and_free_with_the_answer() -> None:
    world = hotline({"A": 1})
    call = world.arrive("A")
    go_ready(world, "ann")
    reject(world, "ann")
    go_ready(world, "ann")
    assert (taken(world), world.bodies(facts.WaitingPlaceReturned)) == ([(call, 1, 1)], [])
    answer(world, "ann")
    assert world.bodies(facts.WaitingPlaceReturned) == [facts.WaitingPlaceReturned(call, "A", 0, 1)]
    assert world.floor.calls[world.arrive("A")].place is Place.WAITING


def test_a_place_is_free_at_once_when_the_caller_hangs_up() -> None:
    world = hotline({"A": 1})
    caller_hangs_up(world, world.arrive("A"))
    assert world.floor.places == {}
    assert world.floor.calls[world.arrive("A")].place is Place.WAITING


def test_a_place_is_free_when_the_longest_wait_is_over() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", longest_wait=5.0),), places={"q": 1})
    world.arrive("q")
    world.run(5)
    assert world.floor.places == {}


def test_the_contracts_places_hold_for_all_numbers_together() -> None:
    world = hotline({"A": 2, "B": 2, "C": None}, limits=replace(CONTRACT, places=2))
    world.arrive("A")
    world.arrive("C")
    no = world.arrive("B")
    assert world.bodies(facts.WaitRefused) == [facts.WaitRefused(no, QueueId("q"), "B", 2, 2, "MT-F06")]


def test_fewer_places_turn_nobody_away_who_waits_already() -> None:
    world = hotline({"A": 2})
    first, second = world.arrive("A"), world.arrive("A")
    world.take(inputs.UseConfig((queue("q"),), (agent("ann", "q"),), CONTRACT, (NumberRule("A", places=1),)))
    third = world.arrive("A")
    assert world.floor.places == {"A": {first, second}}
    assert [(no.call, no.used, no.limit) for no in world.bodies(facts.WaitRefused)] == [(third, 2, 1)]


def test_a_flow_may_lead_to_another_queue_whose_outcome_then_counts() -> None:
    world = hotline({"A": 0})
    world.overflow = QueueId("r")
    world.take(inputs.UseConfig((queue("q"), queue("r")), (agent("ann", "r"),), CONTRACT, (NumberRule("A", places=0),)))
    go_ready(world, "ann")
    call = world.arrive("A")
    assert [no.queue for no in world.bodies(facts.WaitRefused)] == ["q"]
    assert offers(world) == [(call, "ann")]
    answer(world, "ann")
    caller_hangs_up(world, call)
    assert world.bodies(facts.CallEnded) == [facts.CallEnded(call, "completed")]


def test_places_outlive_a_restart() -> None:
    world = hotline({"A": 1})
    call = world.arrive("A")
    world.restart()
    assert world.floor.places == {"A": {call}}
    assert [no.used for no in world.bodies(facts.WaitRefused)] == []
    world.arrive("A")
    assert [no.used for no in world.bodies(facts.WaitRefused)] == [1]
