"""Calls that agents make: to the outside over one trunk after another, to colleagues, and those that are refused."""

from __future__ import annotations

import pytest

from acd import attempts, effects, facts, inputs
from acd.attempts import RING_LIMIT, TONE_SECONDS
from acd.config import LineRule, NumberRule
from acd.model import Destination, Direction, Place, Shown
from kernel.ids import AgentId, CallId, LegId, LineId, TrunkName
from kernel.refusal import Code, Refused
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
)

ANN, BOB = AgentId("ann"), AgentId("bob")
OUT = Destination(LineId("l1"), (TrunkName("t1"), TrunkName("t2")))
URGENT = Destination(LineId("l1"), (TrunkName("t1"),), emergency=True)
TO_BOB = Destination(colleague=BOB)


def callee(world: World, call: CallId) -> str:
    """The channel of the other party."""
    leg = world.floor.calls[call].callee_leg
    assert leg is not None
    return world.floor.legs[leg].channel


def callee_answers(world: World, call: CallId) -> None:
    world.switch.answer(callee(world, call))
    world.deliver_all()


def callee_fails(world: World, call: CallId, sip: int | None, cause: int = 34, *, elsewhere: bool = False) -> None:
    world.switch.fail(callee(world, call), cause, sip, elsewhere)
    world.deliver_all()


def outcomes(world: World) -> list[str]:
    return [ended.outcome for ended in world.bodies(facts.CallEnded)]


def told_sip(world: World) -> list[int]:
    """What unanswered phones were hung up with."""
    return [one.sip for one in world.effects if isinstance(one, effects.HangUp) and one.sip is not None]


def test_an_agent_who_dials_is_on_a_call_and_both_talk_when_the_other_answers() -> None:
    world = staffed(agent("ann", "q"))
    call = world.dials(ANN, OUT)
    assert the(world, "ann").shown is Shown.ON_CALL
    assert world.floor.calls[call].direction is Direction.OUTBOUND
    assert [tried.trunk for tried in world.bodies(facts.DialTried)] == ["t1"]
    world.switch.alert(callee(world, call))
    world.deliver_all()
    assert [one for one in world.effects if isinstance(one, effects.StartRinging)]
    callee_answers(world, call)
    assert world.floor.calls[call].place is Place.TALKING
    assert len(world.switch.bridges) == 1
    agent_hangs_up(world, "ann")
    assert (the(world, "ann").shown, outcomes(world)) == (Shown.READY, ["completed"])
    assert world.switch.channels == {}


def test_whom_he_called_may_hang_up_too_and_there_is_no_wrap_up() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", wrap_up=30.0),))
    call = world.dials(ANN, OUT)
    callee_answers(world, call)
    world.switch.end(callee(world, call))
    world.deliver_all()
    assert (the(world, "ann").shown, outcomes(world)) == (Shown.READY, ["completed"])


def test_a_call_of_his_queue_waits_until_he_has_finished_his_own() -> None:
    world = staffed(agent("ann", "q"))
    world.dials(ANN, OUT)
    waiting = world.arrive("q")
    assert offers(world) == []
    agent_hangs_up(world, "ann")
    assert offers(world) == [(waiting, "ann")]


def test_paused_he_may_call_and_is_paused_afterwards() -> None:
    world = open_floor(agent("ann", "q"))
    world.take(inputs.LineSeen(ANN, up=True))
    world.take(inputs.SignIn(command(world), ANN))
    world.dials(ANN, OUT)
    assert the(world, "ann").shown is Shown.ON_CALL
    agent_hangs_up(world, "ann")
    assert (the(world, "ann").shown, outcomes(world)) == (Shown.PAUSED, ["cancelled"])


def test_his_call_ends_the_wrap_up_of_the_one_before() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", wrap_up=30.0),))
    world.arrive("q")
    answer(world, "ann")
    agent_hangs_up(world, "ann")
    assert the(world, "ann").shown is Shown.WRAP_UP
    call = world.dials(ANN, OUT)
    assert (the(world, "ann").shown, the(world, "ann").call) == (Shown.ON_CALL, call)
    world.run(60.0)
    assert the(world, "ann").shown is Shown.ON_CALL


def test_a_trunk_that_fails_is_followed_by_the_next_and_the_last_failure_is_told() -> None:
    world = staffed(agent("ann", "q"))
    call = world.dials(ANN, OUT)
    callee_fails(world, call, 503, elsewhere=True)
    assert [tried.trunk for tried in world.bodies(facts.DialTried)] == ["t1", "t2"]
    callee_fails(world, call, None, 18, elsewhere=True)
    assert [(one.cause, one.sip) for one in world.bodies(facts.DialFailed)] == [(34, 503), (18, None)]
    assert (outcomes(world), told_sip(world)) == (["no_answer"], [480])


@pytest.mark.parametrize(
    ("sip", "cause", "outcome"),
    [
        (486, 17, "busy"),
        (404, 1, "unobtainable"),
        (603, 21, "declined"),
        (487, 127, "no_answer"),
        (480, 19, "no_answer"),
        (302, 23, "unobtainable"),
    ],
)
def test_what_the_far_end_decided_is_told_to_the_phone_and_not_tried_again(sip: int, cause: int, outcome: str) -> None:
    world = staffed(agent("ann", "q"))
    call = world.dials(ANN, OUT)
    callee_fails(world, call, sip, cause)
    assert len(world.bodies(facts.DialTried)) == 1
    assert (outcomes(world), told_sip(world)) == ([outcome], [sip])
    assert the(world, "ann").shown is Shown.READY


def test_a_trunk_that_is_not_there_is_passed_over() -> None:
    world = staffed(agent("ann", "q"))
    world.switch.broken.add("t1")
    call = world.dials(ANN, OUT)
    world.deliver_all()
    assert [tried.trunk for tried in world.bodies(facts.DialTried)] == ["t1", "t2"]
    callee_answers(world, call)
    assert world.floor.calls[call].place is Place.TALKING


def test_nobody_rings_for_ever() -> None:
    world = staffed(agent("ann", "q"))
    world.dials(ANN, OUT)
    world.run(RING_LIMIT)
    assert (outcomes(world), told_sip(world)) == (["no_answer"], [480])
    assert world.switch.channels == {}


def test_who_gives_up_before_the_answer_stops_the_ringing() -> None:
    world = staffed(agent("ann", "q"))
    call = world.dials(ANN, OUT)
    caller_hangs_up(world, call)
    assert (outcomes(world), world.switch.channels) == (["cancelled"], {})
    assert the(world, "ann").shown is Shown.READY


def test_one_who_is_on_a_call_cannot_make_another() -> None:
    world = staffed(agent("ann", "q"))
    world.arrive("q")
    answer(world, "ann")
    world.dials(ANN, OUT)
    world.deliver_all()
    assert [no.code for no in world.bodies(facts.DialRefused)] == [Code.BUSY_WITH_CALL]
    assert world.bodies(facts.DialTried) == []
    assert (outcomes(world), told_sip(world)) == (["refused"], [486])
    assert the(world, "ann").shown is Shown.ON_CALL


def test_one_who_is_not_signed_in_hears_why_he_cannot_call() -> None:
    world = open_floor(agent("ann", "q"))
    call = world.dials(ANN, OUT)
    told = [one for one in world.effects if isinstance(one, effects.TellAgent)]
    assert [(one.call, one.what) for one in told] == [(call, Code.NOT_SIGNED_IN)]
    world.switch.finish_playback(told[0].playback)
    world.deliver_all()
    assert (outcomes(world), told_sip(world)) == (["refused"], [403])
    assert the(world, "ann").shown is Shown.SIGNED_OUT


def test_an_emergency_call_that_no_line_carries_is_refused_before_every_other_rule() -> None:
    world = open_floor(agent("ann", "q"))
    world.dials(ANN, Refused(Code.EMERGENCY_NOT_AVAILABLE_ON_LINE))
    assert [no.code for no in world.bodies(facts.DialRefused)] == [Code.EMERGENCY_NOT_AVAILABLE_ON_LINE]
    told = [one.what for one in world.effects if isinstance(one, effects.TellAgent)]
    assert told == [Code.EMERGENCY_NOT_AVAILABLE_ON_LINE]
    assert world.bodies(facts.DialTried) == []


@pytest.mark.parametrize("situation", ["signed_out", "on_call", "line_full"])
def test_an_emergency_call_goes_through_whatever_else_would_refuse_it(situation: str) -> None:
    world = open_floor(agent("ann", "q"))
    lines = (LineRule(LineId("l1"), channels=0, clause="none"),)
    if situation == "line_full":
        world.take(inputs.UseConfig((queue("q"),), (agent("ann", "q"),), world.floor.limits, (), lines, version=2))
    if situation != "signed_out":
        go_ready(world, "ann")
    if situation == "on_call":
        world.arrive("q")
        answer(world, "ann")
    before = the(world, "ann").shown
    call = world.dials(ANN, URGENT)
    callee_answers(world, call)
    assert world.floor.calls[call].place is Place.TALKING
    assert the(world, "ann").shown is (Shown.ON_CALL if situation == "line_full" else before)


def test_a_line_that_is_full_refuses_one_more_call_with_its_count() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    lines = (LineRule(LineId("l1"), channels=1, clause="a line of one"),)
    config = (agent("ann", "q"), agent("bob", "q"))
    numbers = (NumberRule("q", LineId("l1")),)
    world.take(inputs.UseConfig((queue("q"),), config, world.floor.limits, numbers, lines, version=2))
    world.arrive("q")
    answer(world, "ann")
    world.dials(BOB, OUT)
    no = world.bodies(facts.DialRefused)[0]
    assert (no.code, no.clause, no.used, no.limit) == (Code.CHANNELS_EXHAUSTED, "a line of one", 1, 1)
    assert told_sip(world) == [486]


def test_a_colleague_is_rung_inside_and_no_trunk_is_touched() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    call = world.dials(ANN, TO_BOB)
    assert world.floor.calls[call].direction is Direction.INTERNAL
    assert (the(world, "ann").shown, the(world, "bob").shown) == (Shown.ON_CALL, Shown.OFFERED)
    waiting = world.arrive("q")
    answer(world, "bob")
    assert (world.floor.calls[call].place, the(world, "bob").shown) == (Place.TALKING, Shown.ON_CALL)
    assert offers(world) == []
    agent_hangs_up(world, "bob")
    assert world.bodies(facts.DialTried) == []
    assert waiting in [made for made, _ in offers(world)]


def test_a_colleague_who_turns_it_down_is_free_again_and_not_paused() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    world.dials(ANN, TO_BOB)
    reject(world, "bob", 17)
    assert (the(world, "ann").shown, the(world, "bob").shown) == (Shown.READY, Shown.READY)
    assert (outcomes(world), told_sip(world)) == (["busy"], [486])


def test_who_gives_up_stops_the_ringing_at_his_colleague() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    call = world.dials(ANN, TO_BOB)
    caller_hangs_up(world, call)
    assert (the(world, "bob").shown, outcomes(world), world.switch.channels) == (Shown.READY, ["cancelled"], {})


@pytest.mark.parametrize(
    ("state", "code"), [("signed_out", Code.COLLEAGUE_AWAY), ("on_call", Code.COLLEAGUE_BUSY), ("paused", None)]
)
def test_only_a_colleague_at_his_place_is_rung(state: str, code: Code | None) -> None:
    world = staffed(agent("ann", "q"))
    config = (agent("ann", "q"), agent("bob", "r"))
    world.take(inputs.UseConfig((queue("q"), queue("r")), config, world.floor.limits, version=2))
    if state != "signed_out":
        world.take(inputs.LineSeen(BOB, up=True))
        world.take(inputs.SignIn(command(world), BOB))
    if state == "on_call":
        world.dials(BOB, OUT)
    world.dials(ANN, TO_BOB)
    assert [no.code for no in world.bodies(facts.DialRefused)] == ([] if code is None else [code])


def test_nobody_calls_himself() -> None:
    world = staffed(agent("bob", "q"))
    world.dials(BOB, TO_BOB)
    assert [no.code for no in world.bodies(facts.DialRefused)] == [Code.COLLEAGUE_BUSY]


def test_an_ordered_call_rings_his_own_phone_first() -> None:
    world = staffed(agent("ann", "q"))
    call = world.orders(ANN, OUT, command(world))
    assert (the(world, "ann").shown, world.bodies(facts.DialTried)) == (Shown.ON_CALL, [])
    answer(world, "ann")
    assert [tried.trunk for tried in world.bodies(facts.DialTried)] == ["t1"]
    callee_answers(world, call)
    assert world.floor.calls[call].place is Place.TALKING


def test_an_ordered_call_that_fails_is_told_by_a_tone_before_it_ends() -> None:
    world = staffed(agent("ann", "q"))
    call = world.orders(ANN, OUT, command(world))
    answer(world, "ann")
    callee_fails(world, call, 486, 17)
    assert [one.what for one in world.effects if isinstance(one, effects.TellAgent)] == ["busy"]
    assert the(world, "ann").shown is Shown.ON_CALL
    world.run(TONE_SECONDS)
    assert (outcomes(world), the(world, "ann").shown) == (["busy"], Shown.READY)


def test_an_ordered_call_ends_when_his_own_phone_is_not_answered() -> None:
    world = staffed(agent("ann", "q"))
    world.orders(ANN, OUT, command(world))
    world.run(RING_LIMIT)
    assert (outcomes(world), the(world, "ann").shown) == (["cancelled"], Shown.READY)


@pytest.mark.parametrize(
    ("ready", "destination", "code"),
    [
        (False, OUT, Code.NOT_SIGNED_IN),
        (True, Refused(Code.DESTINATION_NOT_ALLOWED), Code.DESTINATION_NOT_ALLOWED),
        (False, Refused(Code.EMERGENCY_NOT_AVAILABLE_ON_LINE), Code.EMERGENCY_NOT_AVAILABLE_ON_LINE),
        (True, Destination(colleague=BOB), Code.UNKNOWN_EXTENSION),
        (False, URGENT, Code.PHONE_UNREACHABLE),
    ],
)
def test_an_order_that_is_refused_begins_no_call(ready: bool, destination: Destination | Refused, code: Code) -> None:
    world = open_floor(agent("ann", "q"))
    if ready:
        go_ready(world, "ann")
    order = command(world)
    world.orders(ANN, destination, order)
    outcome = world.floor.outcomes[order]
    assert outcome is not None
    assert (outcome.code, world.floor.calls) == (code, {})


def test_the_same_order_twice_is_one_call() -> None:
    world = staffed(agent("ann", "q"))
    order = command(world)
    world.orders(ANN, OUT, order)
    world.orders(ANN, OUT, order)
    assert len(world.bodies(facts.CallStarted)) == 1


@pytest.mark.parametrize("answered", [False, True])
def test_a_restart_in_the_middle_keeps_what_lives_in_the_switch(answered: bool) -> None:
    world = staffed(agent("ann", "q"))
    call = world.dials(ANN, OUT)
    if answered:
        callee_answers(world, call)
    world.restart()
    world.deliver_all()
    if not answered:
        callee_answers(world, call)
    assert world.floor.calls[call].place is Place.TALKING
    agent_hangs_up(world, "ann")
    assert (outcomes(world), the(world, "ann").shown, world.switch.channels) == (["completed"], Shown.READY, {})


@pytest.mark.parametrize("to", [OUT, TO_BOB])
def test_a_try_that_nobody_was_asked_for_can_be_made_once_more(to: Destination) -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    call = world.dials(ANN, to)
    if to is OUT:
        callee_fails(world, call, 503, elsewhere=True)
    asked = [one for one in world.effects if isinstance(one, effects.DialOut | effects.DialInside)]
    leg = world.floor.legs[world.floor.calls[call].callee_leg or LegId("")]
    assert list(attempts.once_more(world.floor, leg)) == asked[-1:]
    callee_answers(world, call)
    assert list(attempts.once_more(world.floor, leg)) == []


def test_a_crash_before_anybody_was_called_ends_the_call_cleanly() -> None:
    world = staffed(agent("ann", "q"))
    world.switch.phone_calls("phone-x", "leg_x", "call_x", "PJSIP/ann")  # type: ignore[arg-type]
    dialled = inputs.PhoneDialled(
        CallId("call_x"), "leg_x", ANN, world.floor.node or "node-1", "phone-x", world.now, "+81", "pii", OUT  # type: ignore[arg-type]
    )  # fmt: skip
    world.take(dialled, perform=False)
    world.restart()
    world.deliver_all()
    assert (outcomes(world), the(world, "ann").shown, world.switch.channels) == (["congested"], Shown.READY, {})


def test_outside_the_other_party_is_recorded_inside_who_began() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"))
    for destination in (OUT, TO_BOB):
        call = world.dials(ANN, destination)
        callee_answers(world, call)
        other = callee(world, call)
        world.take(inputs.RecordingWanted(call, f"rec_{call}"))  # type: ignore[arg-type]
        recorded = [one.channel for one in world.effects if isinstance(one, effects.StartRecording)][-1]
        assert (recorded == other) is (destination is OUT)
        agent_hangs_up(world, "ann")
