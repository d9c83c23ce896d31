"""Leaving the wait: who may join and stay, the chain of steps by their causes, the key, numbers and messages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from acd import effects, facts, inputs
from acd.config import QueueConfig
from acd.config.routing import AgentSkill, Relaxation, Requirement, Routing
from acd.config.waiting import Cause, Condition, OverflowStep, StepKind, Waiting
from acd.model import Destination, Place, Purpose, Wish
from acd.waiting.admission import empty
from kernel.ids import AgentId, CallId, CommandId, LineId, QueueId, RecordingId, TrunkName
from kernel.refusal import Code, Refused
from tests.fakes.world import NODE, World
from tests.stories import agent, answer, caller_hangs_up, go_ready, offers, open_floor, queue, sign_in, waiting, wish

OUT = Destination(LineId("line"), (TrunkName("first"), TrunkName("second")))


def waits(name: str = "q", *steps: OverflowStep, longest: float = 0.0, **rules: Any) -> QueueConfig:
    return queue(name, longest_wait=longest, waiting=Waiting(overflow=steps, **rules))


def to_queue(name: str, *causes: Cause, **more: Any) -> OverflowStep:
    return OverflowStep(StepKind.QUEUE, causes, QueueId(name), **more)


def step(kind: StepKind, *causes: Cause, **more: Any) -> OverflowStep:
    return OverflowStep(kind, causes, **more)


def ways(world: World) -> list[tuple[Cause, int, StepKind]]:
    """Which steps were taken, and why."""
    return [(one.cause, one.step, one.kind) for one in world.bodies(facts.CallOverflowed)]


def left(world: World) -> list[str]:
    return [one.outcome for one in world.bodies(facts.CallLeftQueue)]


def ended(world: World) -> list[str]:
    return [one.outcome for one in world.bodies(facts.CallEnded)]


def heard(world: World) -> list[tuple[str, ...]]:
    return [one.prompts for one in world.effects if isinstance(one, effects.PlayToCaller)]


def sounds_end(world: World) -> None:
    for playback in list(world.switch.playing):
        world.switch.finish_playback(playback)
    world.deliver_all()


def test_who_has_waited_longest_goes_to_the_next_queue_in_his_turn() -> None:
    world = open_floor(agent("ann", "q", "r"), queues=(waits("q", to_queue("r"), longest=30.0), queue("r")))
    first = world.arrive("q")
    world.run(10)
    second = world.arrive("r")
    world.run(20)
    assert waiting(world, "r") == [first, second]
    assert (ways(world), left(world)) == ([(Cause.LONGEST_WAIT, 0, StepKind.QUEUE)], ["overflowed"])
    go_ready(world, "ann")
    assert offers(world)[0] == (first, "ann")


def test_without_keeping_his_place_he_queues_up_behind_the_others() -> None:
    chain = to_queue("r", keeps_place=False, priority=0)
    world = open_floor(agent("ann", "q", "r"), queues=(waits("q", chain, longest=30.0), queue("r")))
    first = world.arrive("q")
    world.run(10)
    second = world.arrive("r")
    world.run(20)
    assert waiting(world, "r") == [second, first]


def test_the_longest_wait_counts_anew_in_the_next_queue() -> None:
    chains = (waits("q", to_queue("r"), longest=30.0), waits("r", longest=20.0))
    world = open_floor(agent("ann", "q", "r"), queues=chains)
    call = world.arrive("q")
    world.run(45)
    assert waiting(world, "r") == [call]
    world.run(10)
    assert (left(world), ended(world)) == (["overflowed", "overflowed"], ["overflowed"])


def test_a_step_is_taken_for_its_causes_only() -> None:
    chain = (to_queue("r", Cause.FULL), step(StepKind.ANNOUNCEMENT, Cause.LONGEST_WAIT, prompt="sorry"))
    world = open_floor(agent("ann", "q", "r"), queues=(waits("q", *chain, longest=5.0), queue("r")))
    call = world.arrive("q")
    world.run(6)
    assert ways(world) == [(Cause.LONGEST_WAIT, 1, StepKind.ANNOUNCEMENT)]
    assert (world.floor.calls[call].place, heard(world)) == (Place.OVERFLOW, [("sorry",)])
    sounds_end(world)
    assert ended(world) == ["overflowed"]


def test_a_ringing_offer_is_taken_back_and_its_agent_is_free_again() -> None:
    chain = step(StepKind.ANNOUNCEMENT)
    world = open_floor(agent("ann", "q"), queues=(waits("q", chain, longest=5.0),))
    go_ready(world, "ann")
    world.arrive("q")
    world.run(6)
    assert world.bodies(facts.OfferWithdrawn)[0].why == "longest_wait"
    assert world.switch.ringing("PJSIP/ann") is None
    other = world.arrive("q")
    assert offers(world)[-1] == (other, "ann")


def test_a_queue_of_so_many_is_full() -> None:
    world = open_floor(agent("ann", "q", "r"), queues=(waits("q", to_queue("r", Cause.FULL), most=1), queue("r")))
    first, second = world.arrive("q"), world.arrive("q")
    assert (waiting(world, "q"), waiting(world, "r")) == ([first], [second])
    assert world.bodies(facts.JoinRefused) == [facts.JoinRefused(second, QueueId("q"), Cause.FULL, 1, 1)]
    assert ways(world) == [(Cause.FULL, 0, StepKind.QUEUE)]


def test_a_waiting_place_that_is_not_left_is_a_full_queue_too() -> None:
    chain = step(StepKind.ANNOUNCEMENT, Cause.FULL)
    world = open_floor(agent("ann", "q"), queues=(waits("q", chain),), places={"q": 1})
    world.arrive("q")
    world.arrive("q")
    assert ways(world) == [(Cause.FULL, 0, StepKind.ANNOUNCEMENT)]
    assert len(world.bodies(facts.WaitRefused)) == 1


def test_without_a_step_for_the_cause_the_flow_says_where_he_goes() -> None:
    world = open_floor(agent("ann", "q"), queues=(waits("q", to_queue("r", Cause.KEY), most=1), queue("r")))
    world.arrive("q")
    call = world.arrive("q")
    assert effects.ContinueFlow(call, "full") in world.effects
    assert world.floor.calls[call].turned_away if call in world.floor.calls else ended(world) == ["turned_away"]


def test_so_many_may_wait_for_each_agent_who_takes_calls() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"), queues=(waits("q", ratio=1.5),))
    go_ready(world, "ann")
    talking = world.arrive("q")
    answer(world, "ann")
    assert waiting(world, "q") == []
    world.arrive("q")
    refused = world.arrive("q")
    told = world.bodies(facts.JoinRefused)
    assert told == [facts.JoinRefused(refused, QueueId("q"), Cause.RATIO, 1, 1)]
    assert world.floor.calls[talking].place is Place.TALKING


STATES = {
    Condition.PAUSED: lambda world: wish(world, "ann", Wish.PAUSED),
    Condition.UNAVAILABLE: lambda world: world.take(inputs.LineSeen(AgentId("ann"), up=False)),
    Condition.IN_USE: lambda world: (world.arrive("other"), answer(world, "ann")),
    Condition.RINGING: lambda world: world.arrive("other"),
}


@pytest.mark.parametrize("state", STATES)
def test_a_queue_whose_agents_are_all_in_such_a_state_is_not_joined(state: Condition) -> None:
    chain = step(StepKind.ANNOUNCEMENT, Cause.EMPTY)
    config = waits("q", chain, join_empty=(state,))
    world = open_floor(agent("ann", "q", "other"), queues=(config, queue("other")))
    go_ready(world, "ann")
    STATES[state](world)
    call = world.arrive("q")
    assert world.bodies(facts.JoinRefused) == [facts.JoinRefused(call, QueueId("q"), Cause.EMPTY, 0, None)]


@pytest.mark.parametrize("state", STATES)
def test_the_same_state_alone_keeps_nobody_out_when_another_is_named(state: Condition) -> None:
    config = waits("q", join_empty=(Condition.WRAP_UP,))
    world = open_floor(agent("ann", "q", "other"), queues=(config, queue("other")))
    go_ready(world, "ann")
    STATES[state](world)
    world.arrive("q")
    assert world.bodies(facts.JoinRefused) == []


def leaving(state: Condition) -> tuple[World, list[CallId]]:
    """Two callers of a queue that is left in this state; its only agent is rung for the first."""
    config = waits("q", to_queue("r", Cause.EMPTY), leave_empty=(state,))
    world = open_floor(agent("ann", "q"), queues=(config, queue("r")))
    go_ready(world, "ann")
    calls = [world.arrive("q")]
    world.pass_time(1.0)
    return world, [*calls, world.arrive("q")]


@pytest.mark.parametrize("state", [Condition.PAUSED, Condition.UNAVAILABLE])
def test_who_waits_leaves_when_the_last_agent_gets_into_such_a_state(state: Condition) -> None:
    world, calls = leaving(state)
    answer(world, "ann")
    assert waiting(world, "q") == calls[1:]
    STATES[state](world)
    assert (waiting(world, "q"), waiting(world, "r")) == ([], calls[1:])


def test_who_waits_leaves_when_the_last_agent_talks() -> None:
    world, calls = leaving(Condition.IN_USE)
    assert waiting(world, "q") == calls
    answer(world, "ann")
    assert (waiting(world, "q"), waiting(world, "r")) == ([], calls[1:])


def test_for_whom_the_last_agent_is_rung_does_not_leave() -> None:
    world, calls = leaving(Condition.RINGING)
    wish(world, "ann", Wish.PAUSED)
    assert (waiting(world, "q"), waiting(world, "r")) == (calls[:1], calls[1:])


def test_an_agent_in_another_state_keeps_the_queue_open() -> None:
    config = waits("q", join_empty=(Condition.PAUSED, Condition.UNAVAILABLE))
    world = open_floor(agent("ann", "q"), agent("bob", "q"), queues=(config,))
    go_ready(world, "ann")
    go_ready(world, "bob")
    wish(world, "ann", Wish.PAUSED)
    world.arrive("q")
    assert offers(world)[-1][1] == "bob"
    world.arrive("q")
    assert world.bodies(facts.JoinRefused) == []


def test_nobody_signed_in_is_an_empty_queue() -> None:
    world = open_floor(agent("ann", "q"), queues=(waits("q", join_empty=(Condition.INVALID,)),))
    world.arrive("q")
    assert len(world.bodies(facts.JoinRefused)) == 1


def test_with_his_key_a_caller_leaves_by_the_chain() -> None:
    config = waits("q", to_queue("r", Cause.KEY), leave_key="9")
    world = open_floor(agent("ann", "q", "r"), queues=(config, queue("r")))
    call = world.arrive("q")
    world.take(inputs.DigitPressed(call, "8"))
    assert waiting(world, "q") == [call]
    world.take(inputs.DigitPressed(call, "9"))
    assert (waiting(world, "r"), left(world)) == ([call], ["left_by_key"])


def test_a_chain_that_leads_nowhere_lets_the_key_change_nothing() -> None:
    config = waits("q", to_queue("r", Cause.KEY), leave_key="9")
    world = open_floor(agent("ann", "q", "r"), queues=(config, waits("r", most=1)))
    world.arrive("r")
    call = world.arrive("q")
    world.take(inputs.DigitPressed(call, "9"))
    assert waiting(world, "q") == [call]


def test_a_full_queue_on_the_chain_is_passed_over() -> None:
    chain = (to_queue("r"), to_queue("s"))
    world = open_floor(
        agent("ann", "q", "r", "s"), queues=(waits("q", *chain, longest=5.0), waits("r", most=1), queue("s"))
    )
    world.arrive("r")
    call = world.arrive("q")
    world.run(6)
    assert waiting(world, "s") == [call]


def dialling() -> tuple[World, CallId]:
    """A caller who is put through to a number after 5 s; behind that step he hears an announcement."""
    chain = (step(StepKind.NUMBER, number="+81312340000"), step(StepKind.ANNOUNCEMENT))
    world = open_floor(agent("ann", "q"), queues=(waits("q", *chain, longest=5.0),))
    call = world.arrive("q")
    world.run(6)
    assert effects.FindWay(call, NODE, 0, "+81312340000", "q") in world.effects
    return world, call


def callee(world: World, call: CallId) -> str:
    leg = world.floor.calls[call].callee_leg
    assert leg is not None
    return world.floor.legs[leg].channel


def test_whoever_answers_the_number_talks_with_the_caller() -> None:
    world, call = dialling()
    world.take(inputs.OverflowWayFound(call, 0, OUT))
    (dialled,) = [one for one in world.effects if isinstance(one, effects.DialOut)]
    assert (dialled.trunk, dialled.shown) == ("first", "q")
    world.switch.answer(callee(world, call))
    world.deliver_all()
    assert world.floor.calls[call].place is Place.TALKING
    caller_hangs_up(world, call)
    assert ended(world) == ["completed"]
    assert not world.switch.channels


def test_a_trunk_that_fails_is_followed_by_the_next_and_then_by_the_next_step() -> None:
    world, call = dialling()
    world.take(inputs.OverflowWayFound(call, 0, OUT))
    world.switch.fail(callee(world, call), 34, 503, elsewhere=True)
    world.deliver_all()
    assert [one.trunk for one in world.bodies(facts.DialTried)] == ["first", "second"]
    world.switch.fail(callee(world, call), 17, 486, elsewhere=False)
    world.deliver_all()
    assert world.bodies(facts.OverflowFailed) == [facts.OverflowFailed(call, QueueId("q"), 0, "busy")]
    assert ways(world)[-1] == (Cause.LONGEST_WAIT, 1, StepKind.ANNOUNCEMENT)


def test_a_number_that_the_rules_forbid_is_passed_over() -> None:
    world, call = dialling()
    world.take(inputs.OverflowWayFound(call, 0, Refused(Code.DESTINATION_NOT_ALLOWED)))
    assert world.bodies(facts.OverflowFailed)[0].why == "destination_not_allowed"
    assert ways(world)[-1][1] == 1


def test_whom_an_agent_called_and_handed_to_the_queue_is_its_caller() -> None:
    world, ann = dialling()[0], AgentId("ann")
    go_ready(world, "ann")
    world.switch.answer(callee(world, call := world.dials(ann, OUT)))
    world.deliver_all()
    world.take(inputs.InviteParty(CommandId("c"), ann, call, Purpose.TRANSFER, OUT, queue=QueueId("q")))
    world.run(26)
    assert world.floor.calls[call].place is Place.OVERFLOW
    caller_hangs_up(world, call)
    assert call not in world.floor.calls


def test_a_caller_who_hangs_up_lets_the_number_ring_no_more() -> None:
    world, call = dialling()
    world.take(inputs.OverflowWayFound(call, 0, OUT))
    caller_hangs_up(world, call)
    assert (ended(world), world.switch.channels) == (["overflowed"], {})


def test_nobody_rings_for_ever() -> None:
    world, call = dialling()
    world.take(inputs.OverflowWayFound(call, 0, OUT))
    world.run(121)
    assert ways(world)[-1][1] == 1


def message() -> tuple[World, CallId]:
    world = open_floor(agent("ann", "q"), queues=(waits("q", step(StepKind.VOICEMAIL, seconds=10.0), longest=5.0),))
    call = world.arrive("q")
    world.run(6)
    assert heard(world) == [("voicemail",)]
    sounds_end(world)
    world.take(inputs.RecordingWanted(call, RecordingId("rec_1")))
    assert world.bodies(facts.MessageStarted)[0].call == call
    return world, call


def test_a_message_is_recorded_and_ends_with_its_time() -> None:
    world, _call = message()
    world.run(11)
    assert [one.recording for one in world.bodies(facts.RecordingEnded)] == ["rec_1"]
    assert ended(world) == ["voicemail"]


def test_a_message_ends_with_the_key_or_the_caller() -> None:
    world, call = message()
    world.take(inputs.DigitPressed(call, "#"))
    world.deliver_all()
    assert ended(world) == ["voicemail"]
    world, call = message()
    caller_hangs_up(world, call)
    assert ended(world) == ["voicemail"]
    assert len(world.bodies(facts.RecordingEnded)) == 1


def test_a_restart_in_the_middle_loses_no_deadline() -> None:
    world, _call = message()
    world.restart()
    world.run(11)
    assert ended(world) == ["voicemail"]
    world, call = dialling()
    world.restart()
    world.effects.clear()
    world.floor = world.rebuilt()
    assert world.floor.calls[call].overflow is not None


def test_a_way_that_was_asked_for_before_a_restart_is_asked_for_again() -> None:
    world, call = dialling()
    before = len([one for one in world.effects if isinstance(one, effects.FindWay)])
    world.restart()
    assert len([one for one in world.effects if isinstance(one, effects.FindWay)]) == before + 1
    world.take(inputs.OverflowWayFound(call, 0, OUT))
    world.restart()
    world.run(121)
    assert ways(world)[-1][1] == 1


def test_agents_who_cannot_what_is_asked_are_no_reason_to_wait_until_the_wait_has_brought_it_down() -> None:
    english = Requirement("english", 3, (Relaxation(20.0, 1),))
    config = replace(
        waits("q", step(StepKind.ANNOUNCEMENT, Cause.EMPTY), join_empty=(Condition.SKILL_UNMET,)),
        routing=Routing(requirements=(english,)),
    )
    for level, refused in ((0, 1), (2, 1), (3, 0)):
        skilled = replace(agent("ann", "q"), skills=(AgentSkill("english", level),))
        world = open_floor(skilled, queues=(config,))
        world.take(inputs.LineSeen(AgentId("ann"), up=True))
        sign_in(world, "ann")
        world.arrive("q")
        assert len(world.bodies(facts.JoinRefused)) == refused
        assert empty(world.floor, world.floor.queues[QueueId("q")], (Condition.SKILL_UNMET,), 20.0) is (level < 1)
