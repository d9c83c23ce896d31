"""What agents, supervisors and outside systems change beside calls: the missed policy, wrap-up, single queues, other
desks, connectable or not, forced states."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from acd import facts, inputs
from acd.config import AgentConfig, Limits, PauseReason, QueueConfig
from acd.config.routing import Membership
from acd.config.service import AfterMissed, Service
from acd.explaining.obstacles import Obstacle, hindrances
from acd.model import Line, Shown, Wish, Work
from kernel.ids import AgentId, QueueId
from kernel.moment import after
from kernel.refusal import Code
from tests.fakes.world import World
from tests.stories import (
    agent,
    agent_hangs_up,
    answer,
    bought,
    command,
    go_ready,
    offers,
    open_floor,
    queue,
    sign_in,
    sign_out,
    staffed,
    the,
    waiting,
    wish,
)

ANN, BOB = AgentId("ann"), AgentId("bob")
Q = QueueId("q")


def serving(service: Service, *agents: AgentConfig, **settings: Any) -> World:
    """Agents who are ready for one queue of this service."""
    return staffed(*(agents or (agent("ann", "q"),)), queues=(queue("q", service=service, **settings),))


def refused(world: World) -> Code | None:
    """Why the last command was refused; None when it was carried out."""
    given: Any = world.taken[-1]
    outcome = world.floor.outcomes[given.command]
    return None if outcome is None else outcome.code


def use(world: World, *agents: AgentConfig, queues: tuple[QueueConfig, ...], **more: Any) -> None:
    world.take(inputs.UseConfig(queues, agents, Limits(), version=world.floor.config + 1, **more))


# --- the missed policy --------------------------------------------------------------------------------------------
def test_only_after_so_many_missed_offers_in_a_row_an_agent_is_paused() -> None:
    world = serving(Service(missed_after=3))
    world.arrive("q")
    world.run(20.5)
    assert (the(world, "ann").missed, the(world, "ann").wish) == (1, Wish.READY)
    world.run(20.5)
    assert (the(world, "ann").missed, the(world, "ann").work) == (2, Work.OFFERED)
    world.run(20.5)
    assert (the(world, "ann").missed, the(world, "ann").shown) == (3, Shown.MISSED)
    assert [missed.then for missed in world.bodies(facts.OfferMissed)] == ["nothing", "nothing", "paused"]


def test_who_missed_one_is_last_in_line() -> None:
    world = serving(Service(missed_after=2), agent("ann", "q"), agent("bob", "q"))
    call = world.arrive("q")
    world.run(20.5)
    assert offers(world) == [(call, "ann"), (call, "bob")]


def test_a_call_that_is_taken_makes_the_misses_forgotten() -> None:
    world = serving(Service(missed_after=2))
    world.arrive("q")
    world.run(20.5)
    answer(world, "ann")
    assert the(world, "ann").missed == 0


def test_the_policy_may_sign_out_whoever_does_not_answer() -> None:
    world = serving(Service(missed_then=AfterMissed.SIGNED_OUT), agent("ann", "q"), agent("bob", "q"))
    call = world.arrive("q")
    world.run(20.5)
    assert the(world, "ann").shown is Shown.SIGNED_OUT
    assert [one.why for one in world.bodies(facts.SeatReturned)] == ["missed"]
    assert world.floor.seats == {BOB: ""}
    assert offers(world)[-1] == (call, "bob")


def test_without_consequences_the_only_agent_is_rung_again_and_again() -> None:
    world = serving(Service(missed_then=AfterMissed.NOTHING))
    call = world.arrive("q")
    world.run(65.0)
    assert offers(world) == [(call, "ann")] * 4
    assert waiting(world, "q") == [call]


# --- wrap-up ------------------------------------------------------------------------------------------------------
def wrapping_up(service: Service) -> World:
    world = serving(service, wrap_up=10.0)
    world.arrive("q")
    answer(world, "ann")
    agent_hangs_up(world, "ann")
    assert the(world, "ann").shown is Shown.WRAP_UP
    return world


def test_wrap_up_is_put_off_by_what_the_queue_grants_up_to_its_longest() -> None:
    world = wrapping_up(Service(wrap_up_extension=30.0, wrap_up_longest=45.0))
    began = world.now
    for length in (40.0, 45.0):
        world.take(inputs.ExtendWrapUp(command(world), ANN))
        assert the(world, "ann").wrap_up_until == after(began, length)
    world.take(inputs.ExtendWrapUp(command(world), ANN))
    assert refused(world) is Code.WRAP_UP_NOT_EXTENDABLE
    world.run(44.0)
    assert the(world, "ann").shown is Shown.WRAP_UP
    world.run(2.0)
    assert the(world, "ann").shown is Shown.READY


def test_a_wrap_up_that_the_queue_does_not_let_grow_is_not_put_off() -> None:
    world = wrapping_up(Service())
    world.take(inputs.ExtendWrapUp(command(world), ANN))
    assert refused(world) is Code.WRAP_UP_NOT_EXTENDABLE


def test_an_agent_ends_his_wrap_up_and_is_what_he_wished_to_be() -> None:
    world = wrapping_up(Service())
    wish(world, "ann", Wish.PAUSED, "lunch")
    world.take(inputs.EndWrapUp(command(world), ANN))
    assert (the(world, "ann").shown, the(world, "ann").reason) == (Shown.PAUSED, "lunch")
    for order in (inputs.EndWrapUp, inputs.ExtendWrapUp):
        world.take(order(command(world), ANN))
        assert refused(world) is Code.NOT_IN_WRAP_UP


# --- pause reasons of the tenant's own ------------------------------------------------------------------------------
def test_a_tenant_has_pause_reasons_of_his_own_for_as_long_as_they_are_configured() -> None:
    world = open_floor(agent("ann", "q"))
    sign_in(world, "ann")
    wish(world, "ann", Wish.PAUSED, "cleaning")
    assert refused(world) is Code.UNKNOWN_PAUSE_REASON
    reason = PauseReason("cleaning", "掃除")
    use(world, agent("ann", "q"), queues=(queue("q"),), pauses=(reason,))
    wish(world, "ann", Wish.PAUSED, "cleaning")
    assert (refused(world), the(world, "ann").reason) == (None, "cleaning")
    use(world, agent("ann", "q"), queues=(queue("q"),))
    assert the(world, "ann").reason == "cleaning"
    assert world.bodies(facts.PausesChanged) == [facts.PausesChanged((reason,)), facts.PausesChanged(())]


# --- queues one by one ----------------------------------------------------------------------------------------------
def test_an_agent_leaves_one_queue_and_goes_on_serving_the_other() -> None:
    world = staffed(agent("ann", "q", "r"))
    world.take(inputs.LeaveQueue(command(world), ANN, Q))
    left, other = world.arrive("q"), world.arrive("r")
    assert offers(world) == [(other, "ann")]
    answer(world, "ann")
    agent_hangs_up(world, "ann")
    assert offers(world) == [(other, "ann")]
    world.take(inputs.JoinQueue(command(world), ANN, Q))
    assert offers(world)[-1] == (left, "ann")


@pytest.mark.parametrize("signs_in", [False, True])
def test_who_waits_comes_to_the_step_of_one_who_joins_with_a_delay_that_nobody_else_has(signs_in: bool) -> None:
    world = staffed(agent("ann", "q"))
    world.take(inputs.LeaveQueue(command(world), ANN, Q))
    if signs_in:
        sign_out(world, "ann")
    use(world, replace(agent("ann", "q"), memberships=(Membership(Q, delay=4.0),)), queues=(queue("q"),))
    call = world.arrive("q")
    if signs_in:
        go_ready(world, "ann")
    else:
        world.take(inputs.JoinQueue(command(world), ANN, Q))
    assert offers(world) == []
    world.run(5)
    assert offers(world) == [(call, "ann")]


def test_a_queue_that_is_not_his_can_be_neither_left_nor_joined() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "r"))
    for order in (inputs.LeaveQueue, inputs.JoinQueue):
        world.take(order(command(world), ANN, QueueId("r")))
        assert refused(world) is Code.NOT_HIS_QUEUE


def test_who_signs_in_anew_serves_all_his_queues() -> None:
    world = staffed(agent("ann", "q", "r"))
    world.take(inputs.LeaveQueue(command(world), ANN, Q))
    sign_out(world, "ann")
    go_ready(world, "ann")
    assert the(world, "ann").queues == (Q, QueueId("r"))


# --- other desks ----------------------------------------------------------------------------------------------------
def test_an_agent_is_rung_at_the_phone_at_which_he_has_signed_in() -> None:
    world = open_floor(agent("ann", "q"), replace(agent("bob", "q"), extension="302"))
    world.take(inputs.LineSeen(BOB, up=True))
    world.take(inputs.SignIn(command(world), ANN, "302"))
    wish(world, "ann", Wish.READY)
    assert (the(world, "ann").line, the(world, "ann").shown) == (Line.UP, Shown.READY)
    world.arrive("q")
    assert world.switch.ringing("PJSIP/bob") is not None
    assert world.switch.ringing("PJSIP/ann") is None


def test_nobody_sits_down_at_a_phone_that_still_rings_for_who_was_signed_out() -> None:
    service = Service(missed_then=AfterMissed.SIGNED_OUT)
    world = open_floor(agent("ann", "q"), agent("bob", "q"), queues=(queue("q", service=service),))
    go_ready(world, "ann")
    world.arrive("q")
    world.pass_time(20.0)
    (timer,) = [what for kind, what in world.deliverable() if kind == "timer"]
    world.deliver("timer", timer)
    assert not the(world, "ann").signed_in
    world.take(inputs.SignIn(command(world), AgentId("bob"), "ann"))
    assert refused(world) is Code.PHONE_TAKEN
    world.deliver_all()
    world.take(inputs.SignIn(command(world), AgentId("bob"), "ann"))
    assert the(world, "bob").signed_in


def test_two_agents_are_never_at_the_same_phone() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"), agent("cid", "q"))
    world.take(inputs.SignIn(command(world), ANN, "bob"))
    for name, phone in (("bob", ""), ("cid", "bob"), ("cid", "ann and bob")):
        world.take(inputs.SignIn(command(world), AgentId(name), phone))
        assert refused(world) is (Code.UNKNOWN_PHONE if " " in phone else Code.PHONE_TAKEN)
    world.take(inputs.SignIn(command(world), BOB, "ann"))
    assert refused(world) is None
    sign_out(world, "ann")
    world.take(inputs.SignIn(command(world), AgentId("cid"), "bob"))
    assert refused(world) is None


def test_when_he_goes_his_own_phone_is_his_again() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"))
    world.take(inputs.SignIn(command(world), ANN, "bob"))
    assert the(world, "ann").endpoint == "PJSIP/bob"
    sign_out(world, "ann")
    assert the(world, "ann").endpoint == "PJSIP/ann"
    assert [(one.agent, one.endpoint) for one in world.effects if type(one).__name__ == "AskLine"] == [
        (ANN, "PJSIP/ann")
    ]


# --- connectable or not ---------------------------------------------------------------------------------------------
def test_who_is_not_reported_as_connectable_is_never_rung_and_who_is_at_once() -> None:
    world = staffed(replace(agent("ann", "q"), reported=True))
    call = world.arrive("q")
    assert (offers(world), the(world, "ann").shown) == ([], Shown.NOT_CONNECTABLE)
    assert [one.kind for one in hindrances(world.floor, the(world, "ann"))] == [Obstacle.NOT_CONNECTABLE]
    world.take(inputs.TellConnectable(command(world), ANN, True))
    assert offers(world) == [(call, "ann")]
    answer(world, "ann")
    world.take(inputs.TellConnectable(command(world), ANN, False))
    agent_hangs_up(world, "ann")
    world.arrive("q")
    assert (len(offers(world)), the(world, "ann").shown) == (1, Shown.NOT_CONNECTABLE)


def test_not_connectable_is_busy_where_nobody_may_wait() -> None:
    world = open_floor(replace(agent("ann", "q"), reported=True), places={"q": 0})
    go_ready(world, "ann")
    world.arrive("q")
    assert [one.outcome for one in world.bodies(facts.CallEnding)] == ["turned_away"]


def test_of_an_agent_who_is_not_under_agent_management_nothing_is_reported() -> None:
    world = staffed(agent("ann", "q"))
    world.take(inputs.TellConnectable(command(world), ANN, False))
    assert refused(world) is Code.NOT_REPORTED
    assert the(world, "ann").matchable


# --- forced states --------------------------------------------------------------------------------------------------
def test_what_somebody_else_makes_of_an_agent_is_a_fact_of_its_own() -> None:
    world = wrapping_up(Service())
    world.take(inputs.EndWrapUp(command(world), ANN, forced=True))
    world.take(inputs.SetWish(command(world), ANN, Wish.PAUSED, "meeting", forced=True))
    world.take(inputs.SetWish(command(world), ANN, Wish.READY, forced=True))
    world.take(inputs.SignOut(command(world), ANN, forced=True))
    forced = [(one.to, one.reason) for one in world.bodies(facts.StateForced)]
    assert forced == [("wrap_up_over", ""), ("paused", "meeting"), ("ready", ""), ("signed_out", "")]
    assert the(world, "ann").shown is Shown.SIGNED_OUT


def test_an_agent_whose_call_rings_or_runs_cannot_be_signed_out_by_force() -> None:
    world = serving(Service())
    world.arrive("q")
    world.take(inputs.SignOut(command(world), ANN, forced=True))
    assert (refused(world), world.bodies(facts.StateForced)) == (Code.BUSY_WITH_CALL, [])


@pytest.mark.parametrize("end", ["ready", "paused"])
def test_of_ten_thousand_changes_in_a_row_none_is_lost(end: str) -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"), limits=bought(2))
    for name in ("ann", "bob"):
        world.take(inputs.LineSeen(AgentId(name), up=True))
        sign_in(world, name)
    orders = [
        inputs.SetWish(command(world), ANN, Wish.READY),
        inputs.SetWish(command(world), ANN, Wish.PAUSED, "lunch"),
    ]
    for n in range(10_000):
        world.take(replace(orders[n % 2], command=f"rapid_{n}"))
        if n % 2_500 == 0:
            world.arrive("q")
    last = replace(orders[0 if end == "ready" else 1], command="last")
    world.take(last)
    changed = [one.wish for one in world.bodies(facts.WishChanged)]
    assert len(changed) >= 10_000
    assert all(one is not other for one, other in pairwise(changed))
    assert len(world.bodies(facts.CommandDone)) == 10_000 + 1 + 2
    assert the(world, "ann").wish == end
    assert world.rebuilt() == world.floor
