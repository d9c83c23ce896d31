"""What supervisors do to calls that wait: move, prioritise, pick, withdraw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from acd import effects, facts, inputs
from acd.config.routing import Routing
from acd.config.waiting import Cause, OverflowStep, StepKind, Waiting
from acd.interventions import FRONT
from acd.model import OfferKind, Place, Shown, Wish
from kernel.ids import AgentId, CallId, CommandId, QueueId
from kernel.refusal import Code
from reports.call_fold import call_record
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
    sign_in,
    staffed,
    the,
    waiting,
    wish,
)

ANN = AgentId("ann")
Q, R = QueueId("q"), QueueId("r")


def refused(world: World) -> Code | None:
    """Why the last command was refused; None when it was carried out."""
    given: Any = world.taken[-1]
    outcome = world.floor.outcomes[given.command]
    return None if outcome is None else outcome.code


def move(world: World, call: CallId, priority: int | None = None) -> None:
    world.take(inputs.MoveCall(command(world), call, Q, R, priority))


# --- move -----------------------------------------------------------------------------------------------------------
def test_a_call_that_is_moved_stands_where_the_beginning_of_its_wait_puts_it() -> None:
    world = open_floor(agent("ann", "q", "r"))
    first = world.arrive("q")
    world.pass_time(5.0)
    second = world.arrive("r")
    move(world, first)
    assert (waiting(world, "q"), waiting(world, "r")) == ([], [first, second])
    left = world.bodies(facts.CallLeftQueue)
    assert [(one.queue, one.outcome, one.waited) for one in left] == [(Q, "moved", 5.0)]


def test_each_second_of_the_wait_of_a_moved_call_counts_once_in_its_record() -> None:
    world = open_floor(agent("ann", "q", "r"))
    call = world.arrive("q")
    world.pass_time(5.0)
    move(world, call)
    world.pass_time(2.0)
    go_ready(world, "ann")
    answer(world, "ann")
    agent_hangs_up(world, "ann")
    left = world.bodies(facts.CallLeftQueue)
    # Who takes it answers somebody who has waited so long, as his service level says.
    assert [(one.queue, one.outcome, one.waited) for one in left] == [(Q, "moved", 5.0), (R, "answered", 7.0)]
    record = call_record([fact for fact in world.facts if fact.subject == call])
    assert record is not None
    assert record.wait_seconds == 7.0


def test_a_call_that_is_moved_is_offered_there_at_once() -> None:
    world = open_floor(agent("ann", "r"), agent("bob", "q"))
    go_ready(world, "ann")
    call = world.arrive("q")
    move(world, call)
    assert offers(world) == [(call, "ann")]


def test_who_rings_for_a_call_that_is_moved_rings_no_more_and_is_given_the_next() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "r"))
    call, next_call = world.arrive("q"), world.arrive("q")
    move(world, call)
    world.deliver_all()
    assert offers(world) == [(call, "ann"), (call, "bob"), (next_call, "ann")]
    assert [one.why for one in world.bodies(facts.OfferWithdrawn)] == ["moved"]


def test_a_move_keeps_the_waiting_place_even_where_the_limit_is_reached() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "r"), places={"q": 1})
    call = world.arrive("q")
    move(world, call)
    assert world.floor.places == {"q": {call}}
    assert world.bodies(facts.WaitingPlaceReturned) == []


def test_what_cannot_be_moved_is_refused_and_stays() -> None:
    world = open_floor(agent("ann", "q", "r"))
    call = world.arrive("q")
    for at, to, code in (
        (Q, "nowhere", Code.UNKNOWN_QUEUE),
        (Q, "q", Code.ALREADY_THERE),
        (R, "q", Code.CALL_NOT_WAITING),
    ):
        world.take(inputs.MoveCall(command(world), call, at, QueueId(to)))
        assert refused(world) is code
    world.take(inputs.MoveCall(command(world), CallId("call_x"), Q, R))
    assert refused(world) is Code.CALL_NOT_WAITING
    assert waiting(world, "q") == [call]


# --- prioritise -----------------------------------------------------------------------------------------------------
def test_a_call_that_is_put_in_front_is_served_first() -> None:
    world = open_floor(agent("ann", "q"))
    first, urgent = world.arrive("q"), world.arrive("q!")
    world.pass_time(1.0)
    last = world.arrive("q")
    world.take(inputs.PrioritiseCall(command(world), last, Q))
    assert waiting(world, "q") == [last, urgent, first]
    assert world.bodies(facts.PriorityChanged) == [facts.PriorityChanged(last, Q, FRONT, 1)]
    go_ready(world, "ann")
    assert offers(world) == [(last, "ann")]


def test_a_priority_may_also_be_named() -> None:
    world = open_floor(agent("ann", "q"))
    first = world.arrive("q")
    world.pass_time(1.0)
    second = world.arrive("q")
    world.take(inputs.PrioritiseCall(command(world), first, Q, -3))
    assert waiting(world, "q") == [second, first]
    assert (world.bodies(facts.PriorityChanged)[0].position, refused(world)) == (2, None)


def aged() -> tuple[World, list[CallId]]:
    """Three wait, a second apart, where whoever waits for 2 s has 5 more priority, and 100 at most."""
    world = open_floor(
        agent("ann", "q", "r"), queues=(queue("q", routing=Routing(age_every=2.0, age_by=5)), queue("r"))
    )
    calls = [world.arrive("q", waited=seconds) for seconds in (2.0, 1.0, 0.0)]
    return world, calls


def test_who_is_put_in_front_stays_there_whoever_waits_longer_or_comes() -> None:
    world, (first, second, last) = aged()
    world.take(inputs.PrioritiseCall(command(world), last, Q))
    world.run(60.0)
    urgent = world.arrive("q!")
    assert waiting(world, "q")[0] == last
    assert set(waiting(world, "q")) == {first, second, last, urgent}


def test_who_is_first_already_and_is_put_in_front_stays_there_too_and_once_is_enough() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", routing=Routing(age_every=2.0, age_by=5)),))
    late = world.arrive("q!")
    early = world.arrive("q", waited=1.0)
    assert waiting(world, "q") == [late, early]
    for _ in range(2):
        world.take(inputs.PrioritiseCall(command(world), late, Q))
    assert [one.priority for one in world.bodies(facts.PriorityChanged)] == [FRONT]
    world.run(60.0)
    assert waiting(world, "q") == [late, early]


def test_of_several_who_are_put_in_front_the_last_one_is_the_first() -> None:
    world, (first, second, last) = aged()
    for call in (last, second, last):
        world.take(inputs.PrioritiseCall(command(world), call, Q))
        assert waiting(world, "q")[0] == call
    world.run(60.0)
    assert waiting(world, "q") == [last, second, first]


def test_who_was_put_in_front_is_so_in_the_queue_to_which_he_is_moved_unless_he_is_given_a_priority() -> None:
    world, (first, second, last) = aged()
    there = world.arrive("r", waited=90.0)
    for call in (second, last):
        world.take(inputs.PrioritiseCall(command(world), call, Q))
    move(world, last)
    move(world, second, 0)
    assert (waiting(world, "q"), waiting(world, "r")) == ([first], [last, there, second])


def test_what_was_the_front_before_it_was_kept_free_of_others_is_replayed_as_it_was() -> None:
    """An older fact gave him one more than the first: he stands where that puts him until he is put in front again."""
    world, (first, second, last) = aged()
    world.take(inputs.PrioritiseCall(command(world), last, Q, 6))
    assert waiting(world, "q") == [last, first, second]
    world.take(inputs.PrioritiseCall(command(world), second, Q))
    world.take(inputs.PrioritiseCall(command(world), last, Q))
    assert (waiting(world, "q"), world.rebuilt() == world.floor) == ([last, second, first], True)


# --- pick -----------------------------------------------------------------------------------------------------------
def test_a_paused_agent_picks_a_call_from_the_middle_of_the_queue() -> None:
    world = open_floor(agent("ann", "r"))
    go_ready(world, "ann")
    wish(world, "ann", Wish.PAUSED)
    first, middle = world.arrive("r"), world.arrive("r")
    world.take(inputs.PickCall(command(world), middle, R, ANN))
    assert [(made.call, made.agent, made.kind) for made in world.bodies(facts.OfferMade)] == [
        (middle, ANN, OfferKind.DIRECT)
    ]
    answer(world, "ann")
    assert (world.floor.calls[middle].place, waiting(world, "r")) == (Place.TALKING, [first])


def test_a_call_that_is_picked_rings_nobody_else_and_goes_on_as_it_was_when_it_is_not_taken() -> None:
    world = staffed(agent("bob", "q"), agent("ann", "q"))
    call = world.arrive("q")
    world.take(inputs.PickCall(command(world), call, Q, ANN))
    world.deliver_all()
    assert world.switch.ringing("PJSIP/bob") is None
    reject(world, "ann")
    assert offers(world) == [(call, "bob"), (call, "ann"), (call, "bob")]


def test_who_has_no_hand_free_picks_nothing() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"))
    call = world.arrive("q")
    world.take(inputs.PickCall(command(world), call, Q, ANN))
    assert refused(world) is Code.AGENT_NOT_FREE
    sign_in(world, "ann")
    world.take(inputs.PickCall(command(world), call, Q, ANN))
    assert refused(world) is Code.AGENT_NOT_FREE
    world.take(inputs.PickCall(command(world), call, Q, AgentId("nobody")))
    assert refused(world) is Code.UNKNOWN_AGENT
    assert offers(world) == []


# --- withdraw -------------------------------------------------------------------------------------------------------
def test_a_call_that_is_withdrawn_ends_at_once_and_nobody_rings_any_more() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q")
    world.take(inputs.WithdrawCall(command(world), call, Q))
    world.deliver_all()
    assert [(one.call, one.outcome) for one in world.bodies(facts.CallEnded)] == [(call, "withdrawn")]
    assert (the(world, "ann").shown, world.switch.channels) == (Shown.READY, {})


def test_its_caller_hears_why_before_it_ends() -> None:
    world = open_floor(agent("ann", "q"))
    call = world.arrive("q")
    world.take(inputs.WithdrawCall(command(world), call, Q, "closed"))
    (said,) = [one for one in world.effects if isinstance(one, effects.SayPrompt)]
    assert (said.channel, said.prompt) == ("caller-1", "closed")
    world.deliver_all()
    assert call in world.floor.calls
    world.switch.finish_playback(said.playback)
    world.deliver_all()
    assert [one.outcome for one in world.bodies(facts.CallEnded)] == ["withdrawn"]


def test_who_hangs_up_while_he_is_told_is_gone_once() -> None:
    world = open_floor(agent("ann", "q"))
    call = world.arrive("q")
    world.take(inputs.WithdrawCall(command(world), call, Q, "closed"))
    caller_hangs_up(world, call)
    world.run(90.0)
    assert [one.outcome for one in world.bodies(facts.CallEnded)] == ["withdrawn"]
    assert world.floor.calls == {}


def test_the_same_order_again_changes_nothing() -> None:
    world = open_floor(agent("ann", "q", "r"))
    call = world.arrive("q")
    orders: tuple[inputs.CallCommand, ...] = (
        inputs.MoveCall(command(world), call, Q, R),
        inputs.PrioritiseCall(command(world), call, R, 3),
        inputs.WithdrawCall(command(world), call, R),
    )
    for number, order in enumerate(orders):
        named = replace(order, command=CommandId(f"again_{number}"))
        world.take(named)
        assert world.take(named) == []


def test_a_call_that_is_withdrawn_may_go_where_its_overflow_leads() -> None:
    step = OverflowStep(StepKind.QUEUE, (Cause.WITHDRAWN,), queue=R)
    chain = queue("q", waiting=Waiting(overflow=(step,)))
    world = open_floor(agent("ann", "q", "r"), queues=(chain,))
    call = world.arrive("q")
    world.take(inputs.WithdrawCall(command(world), call, Q, overflow=True))
    assert (waiting(world, "q"), waiting(world, "r")) == ([], [call])
    world.take(inputs.WithdrawCall(command(world), call, R, overflow=True))
    world.deliver_all()
    assert world.floor.calls == {}
