"""What agents do: seats, pauses, wrap-up, and commands that are told twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acd import facts, inputs
from acd.config import PAUSE_REASONS
from acd.model import Shown, Wish, Work
from kernel.ids import AgentId, CommandId
from kernel.refusal import Code, Refused
from tests.fakes.world import World
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
    sign_in,
    sign_out,
    staffed,
    the,
    wish,
)


def outcome(world: World) -> Refused | None:
    """What became of the last command; KeyError when nothing did."""
    last = world.taken[-1]
    assert isinstance(last, inputs.SignIn | inputs.SignOut | inputs.SetWish)
    return world.floor.outcomes[last.command]


def test_signing_in_takes_a_seat_and_begins_paused() -> None:
    world = open_floor(agent("ann", "q"), limits=bought(3, "A-1"))
    sign_in(world, "ann")
    assert world.bodies(facts.SeatTaken) == [facts.SeatTaken(AgentId("ann"), 1, 3)]
    assert the(world, "ann").shown is Shown.PAUSED
    assert outcome(world) is None


def test_no_seat_left_is_refused_with_clause_used_and_limit() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"), limits=bought(1, "A-1"))
    sign_in(world, "ann")
    sign_in(world, "bob")
    assert outcome(world) == Refused(Code.SEAT_LIMIT_REACHED, "A-1", 1, 1)
    assert world.bodies(facts.SeatRefused) == [facts.SeatRefused(AgentId("bob"), 1, 1, clause="A-1")]
    assert the(world, "bob").shown is Shown.SIGNED_OUT


def test_a_seat_given_back_can_be_taken() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"), limits=bought(1))
    sign_in(world, "ann")
    sign_out(world, "ann")
    sign_in(world, "bob")
    assert world.floor.seats == {AgentId("bob"): ""}
    assert world.bodies(facts.SeatReturned) == [facts.SeatReturned(AgentId("ann"), 0, 1)]


def test_while_the_contract_is_suspended_nobody_takes_a_seat_and_afterwards_one_is_free() -> None:
    world = open_floor(agent("ann", "q"), limits=replace(bought(3, "A-1"), suspended="GR-20"))
    sign_in(world, "ann")
    assert outcome(world) == Refused(Code.SUSPENDED, "GR-20")
    assert the(world, "ann").shown is Shown.SIGNED_OUT
    agents = tuple(one.config for one in world.floor.agents.values())
    world.take(inputs.UseConfig((queue("q"),), agents, bought(3, "A-1")))
    sign_in(world, "ann")
    assert outcome(world) is None


def test_a_lowered_limit_throws_nobody_out_and_lets_nobody_in() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"), agent("cho", "q"), limits=bought(3))
    sign_in(world, "ann")
    sign_in(world, "bob")
    agents = tuple(one.config for one in world.floor.agents.values())
    world.take(inputs.UseConfig((queue("q"),), agents, bought(1, "A-2")))
    sign_in(world, "cho")
    assert outcome(world) == Refused(Code.SEAT_LIMIT_REACHED, "A-2", 2, 1)
    assert set(world.floor.seats) == {AgentId("ann"), AgentId("bob")}


def test_who_is_unknown_or_signed_in_already_is_told_so() -> None:
    world = staffed(agent("ann", "q"))
    sign_in(world, "ann")
    assert outcome(world) == Refused(Code.ALREADY_SIGNED_IN, params=(("agent", "ann"),))
    for told in (sign_in, sign_out):
        told(world, "zoe")
        assert outcome(world) == Refused(Code.UNKNOWN_AGENT, params=(("agent", "zoe"),))
    wish(world, "zoe", Wish.READY)
    assert outcome(world) == Refused(Code.UNKNOWN_AGENT, params=(("agent", "zoe"),))


def test_who_is_not_signed_in_can_neither_leave_nor_pause() -> None:
    world = open_floor(agent("ann", "q"))
    sign_out(world, "ann")
    assert outcome(world) == Refused(Code.NOT_SIGNED_IN, params=(("agent", "ann"),))
    wish(world, "ann", Wish.READY)
    assert outcome(world) == Refused(Code.NOT_SIGNED_IN, params=(("agent", "ann"),))


def test_nobody_leaves_while_a_call_rings_or_runs() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q")
    sign_out(world, "ann")
    assert outcome(world) == Refused(Code.BUSY_WITH_CALL, params=(("agent", "ann"),))
    answer(world, "ann")
    sign_out(world, "ann")
    assert outcome(world) == Refused(Code.BUSY_WITH_CALL, params=(("agent", "ann"),))
    caller_hangs_up(world, call)
    sign_out(world, "ann")
    assert outcome(world) is None


def test_leaving_in_wrap_up_ends_it() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", wrap_up=30.0),))
    call = world.arrive("q")
    answer(world, "ann")
    caller_hangs_up(world, call)
    sign_out(world, "ann")
    assert world.bodies(facts.AgentFreed) == [facts.AgentFreed(AgentId("ann"), call)]
    assert (the(world, "ann").work, world.floor.seats) == (Work.FREE, {})


def test_wrap_up_ends_by_its_timer_and_the_next_call_rings_at_once() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", wrap_up=30.0),))
    first = world.arrive("q")
    answer(world, "ann")
    caller_hangs_up(world, first)
    assert the(world, "ann").shown is Shown.WRAP_UP
    second = world.arrive("q")
    world.run(29)
    assert len(offers(world)) == 1
    world.run(1)
    assert offers(world)[-1] == (second, "ann")


def test_saying_ready_ends_wrap_up_early_and_its_timer_comes_to_nothing() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", wrap_up=30.0),))
    first = world.arrive("q")
    answer(world, "ann")
    agent_hangs_up(world, "ann")
    second = world.arrive("q")
    wish(world, "ann", Wish.READY)
    assert offers(world) == [(first, "ann"), (second, "ann")]
    answer(world, "ann")
    world.run(31)
    assert the(world, "ann").work is Work.ON_CALL


@pytest.mark.parametrize(
    ("why", "work"), [("hung_up", Work.WRAP_UP), ("gone", Work.WRAP_UP), ("platform_failure", Work.FREE)]
)
def test_every_talk_is_followed_by_wrap_up_unless_the_platform_failed(why: str, work: Work) -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", wrap_up=30.0),))
    world.arrive("q")
    answer(world, "ann")
    leg = the(world, "ann").leg
    assert leg is not None
    world.take(inputs.LegEnded(leg, why=why))
    assert the(world, "ann").work is work


def test_a_pause_has_a_reason_and_takes_the_agent_out_of_the_order() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    wish(world, "ann", Wish.PAUSED, "lunch")
    call = world.arrive("q")
    assert (the(world, "ann").shown, the(world, "ann").reason) == (Shown.PAUSED, "lunch")
    assert offers(world) == [(call, "bob")]


@pytest.mark.parametrize("reason", sorted(PAUSE_REASONS))
def test_every_known_reason_is_taken(reason: str) -> None:
    world = staffed(agent("ann", "q"))
    wish(world, "ann", Wish.PAUSED, reason)
    assert (outcome(world), the(world, "ann").reason) == (None, reason)


@pytest.mark.parametrize("reason", ["siesta", "missed", "refused", "Lunch", " "])
def test_an_unknown_reason_is_refused_and_changes_nothing(reason: str) -> None:
    world = staffed(agent("ann", "q"))
    wish(world, "ann", Wish.PAUSED, reason)
    assert outcome(world) == Refused(Code.UNKNOWN_PAUSE_REASON, params=(("reason", reason),))
    assert the(world, "ann").shown is Shown.READY


def test_ready_keeps_no_reason() -> None:
    world = staffed(agent("ann", "q"))
    wish(world, "ann", Wish.PAUSED, "lunch")
    wish(world, "ann", Wish.READY, "free text of a person")
    assert the(world, "ann").reason == ""
    assert all(body.reason in {"", "lunch"} for body in world.bodies(facts.WishChanged))


def test_a_pause_while_talking_is_the_next_wish_and_takes_effect_after_wrap_up() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", wrap_up=5.0),))
    call = world.arrive("q")
    answer(world, "ann")
    wish(world, "ann", Wish.PAUSED, "lunch")
    assert the(world, "ann").shown is Shown.ON_CALL
    caller_hangs_up(world, call)
    assert the(world, "ann").shown is Shown.WRAP_UP
    world.run(5)
    assert (the(world, "ann").shown, the(world, "ann").reason) == (Shown.PAUSED, "lunch")
    world.arrive("q")
    assert len(offers(world)) == 1


def test_a_pause_in_wrap_up_waits_for_its_end() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", wrap_up=30.0),))
    call = world.arrive("q")
    answer(world, "ann")
    caller_hangs_up(world, call)
    wish(world, "ann", Wish.PAUSED, "lunch")
    assert the(world, "ann").shown is Shown.WRAP_UP
    world.run(30)
    assert the(world, "ann").shown is Shown.PAUSED


def test_a_next_wish_can_be_taken_back() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q")
    answer(world, "ann")
    wish(world, "ann", Wish.PAUSED, "lunch")
    wish(world, "ann", Wish.READY)
    caller_hangs_up(world, call)
    assert the(world, "ann").shown is Shown.READY


def test_a_wish_while_ringing_survives_a_missed_offer() -> None:
    world = staffed(agent("ann", "q"))
    world.arrive("q")
    wish(world, "ann", Wish.PAUSED, "meeting")
    world.run(20)
    assert (the(world, "ann").shown, the(world, "ann").reason) == (Shown.PAUSED, "meeting")


def test_one_click_brings_a_missed_agent_back() -> None:
    world = staffed(agent("ann", "q"))
    world.arrive("q")
    world.run(20)
    assert the(world, "ann").shown is Shown.MISSED
    wish(world, "ann", Wish.READY)
    assert the(world, "ann").shown is Shown.OFFERED


@pytest.mark.parametrize("known", ["ann", "zoe"])
def test_the_same_command_again_has_the_same_outcome_and_no_effect(known: str) -> None:
    world = open_floor(agent("ann", "q"))
    once = inputs.SignIn(CommandId("cmd_1"), AgentId(known))
    world.take(once)
    first = world.floor.outcomes[CommandId("cmd_1")]
    assert world.take(once) == []
    assert world.floor.outcomes[CommandId("cmd_1")] == first


def test_a_line_is_told_once() -> None:
    world = open_floor(agent("ann", "q"))
    seen = inputs.LineSeen(AgentId("ann"), up=True)
    assert world.take(seen) == [facts.LineChanged(AgentId("ann"), the(world, "ann").line)]
    assert world.take(seen) == []
    assert world.take(inputs.LineSeen(AgentId("zoe"), up=True)) == []


def test_what_is_shown_says_unreachable_only_to_who_would_be_ready() -> None:
    world = open_floor(agent("ann", "q"))
    sign_in(world, "ann")
    assert the(world, "ann").shown is Shown.PAUSED
    wish(world, "ann", Wish.READY)
    assert the(world, "ann").shown is Shown.UNREACHABLE
    go_ready(world, "ann")
    assert the(world, "ann").shown is Shown.READY
