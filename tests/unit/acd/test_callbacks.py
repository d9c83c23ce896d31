"""Called back instead of waiting: asked, confirmed, in his turn, one attempt at a time, the agent first."""

from __future__ import annotations

from dataclasses import replace

from acd import effects, facts, inputs
from acd.calling_back.callback_pacing import certainty
from acd.config import Limits, NumberRule
from acd.config.routing import AgentSkill, Requirement
from acd.config.waiting import Cause, Condition, First, OverflowStep, StepKind
from acd.model import Destination, Direction, Place, Shown
from kernel.ids import LegId, LineId, QueueId, TrunkName
from kernel.moment import after
from kernel.refusal import Code, Refused
from tests.fakes.world import World
from tests.stories import (
    agent,
    agent_hangs_up,
    answer,
    caller_hangs_up,
    go_ready,
    offers,
    open_floor,
    the,
    waiting,
)
from tests.unit.acd.called_back import OUT, asks, back, called_first, calls_back, comes, customer, goes, their_phone


def left(world: World) -> list[str]:
    return [one.outcome for one in world.bodies(facts.CallLeftQueue)]


def test_who_confirms_leaves_the_queue_and_his_call_ends_with_thanks() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    call = comes(world)
    world.take(inputs.DigitPressed(call, "9"))
    assert waiting(world, "q") == [call]
    world.take(inputs.DigitPressed(call, "1"))
    said = [one.prompts for one in world.effects if isinstance(one, effects.PlayToCaller)]
    assert said == [("callback-offer",), ("callback-accepted",)]
    assert (waiting(world, "q"), left(world)) == ([], ["callback"])
    goes(world, world.bodies(facts.CallbackRequested)[0])
    assert [one.outcome for one in world.bodies(facts.CallEnded)] == ["callback"]
    assert not world.floor.calls


def test_without_a_confirmation_he_goes_on_waiting_in_his_place() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    first = comes(world)
    world.pass_time(1.0)
    second = comes(world)
    world.take(inputs.DigitPressed(first, "9"))
    world.take(inputs.DigitPressed(first, "5"))
    world.run(31)
    assert waiting(world, "q") == [first, second]
    assert world.bodies(facts.CallbackDeclined) == [facts.CallbackDeclined(first, QueueId("q"))]


def test_after_the_longest_wait_no_confirmation_leads_to_the_next_step() -> None:
    config = calls_back(OverflowStep(StepKind.ANNOUNCEMENT), longest=5.0)
    world = open_floor(agent("ann", "q"), queues=(config,))
    call = comes(world)
    world.run(6)
    assert waiting(world, "q") == [call]
    world.run(31)
    assert [one.step for one in world.bodies(facts.CallOverflowed)] == [1]


def test_an_agent_who_gets_free_meanwhile_takes_him() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    call = comes(world)
    world.take(inputs.DigitPressed(call, "9"))
    go_ready(world, "ann")
    answer(world, "ann")
    assert world.floor.calls[call].place is Place.TALKING
    world.run(31)
    assert world.bodies(facts.CallbackDeclined) == []


def test_who_hides_his_number_is_not_asked() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    call = comes(world, mark="")
    world.take(inputs.DigitPressed(call, "9"))
    assert world.bodies(facts.CallbackOffered) == []
    assert waiting(world, "q") == [call]


def test_who_cannot_be_called_is_not_asked_and_waits_on_or_goes_on() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(OverflowStep(StepKind.ANNOUNCEMENT), longest=5.0),))
    world.way_back = Refused(Code.DESTINATION_NOT_ALLOWED)
    call = comes(world)
    world.take(inputs.DigitPressed(call, "9"))
    assert [one.step for one in world.bodies(facts.CallOverflowed)] == [1]
    failed = facts.OverflowFailed(call, QueueId("q"), 0, Code.DESTINATION_NOT_ALLOWED)
    assert world.bodies(facts.OverflowFailed) == [failed]
    assert world.bodies(facts.CallbackOffered) == []
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    world.way_back = Refused(Code.NO_LINE)
    call = comes(world)
    world.take(inputs.DigitPressed(call, "9"))
    world.take(inputs.DigitPressed(call, "1"))
    assert waiting(world, "q") == [call]
    assert world.bodies(facts.CallbackRequested) == []


def test_at_the_door_who_cannot_be_called_goes_on_and_a_restart_asks_for_the_way_again() -> None:
    config = calls_back(OverflowStep(StepKind.ANNOUNCEMENT))
    ask = OverflowStep(StepKind.CALLBACK)
    chain = replace(config.waiting, join_empty=tuple(Condition), overflow=(ask, *config.waiting.overflow[1:]))
    world = open_floor(agent("ann", "q"), queues=(replace(config, waiting=chain),))
    world.way_back = Refused(Code.NO_LINE)
    gone = comes(world)
    assert [one.step for one in world.bodies(facts.CallOverflowed)] == [0, 1]
    assert world.bodies(facts.OverflowFailed) == [facts.OverflowFailed(gone, QueueId("q"), 0, Code.NO_LINE)]
    world.way_back = None
    call = comes(world)
    assert world.bodies(facts.CallbackOffered) == []
    world.way_back = OUT
    world.restart()
    assert [one.call for one in world.bodies(facts.CallbackOffered)] == [call]
    world.take(inputs.WayBackFound(call, QueueId("q"), Cause.EMPTY, 0, Refused(Code.NO_LINE)))
    assert len(world.bodies(facts.OverflowFailed)) == 1


def test_the_agent_is_rung_first_and_then_the_caller() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    goes(world, asks(world, comes(world)))
    go_ready(world, "ann")
    assert the(world, "ann").shown is Shown.ON_CALL
    assert not world.bodies(facts.DialTried)
    answer(world, "ann")
    assert world.bodies(facts.DialTried)[0].trunk == "first"
    assert (back(world).direction, back(world).served_by, back(world).mark) == (
        Direction.OUTBOUND,
        "q",
        "mark of caller-1",
    )
    world.switch.answer(customer(world))
    world.deliver_all()
    assert back(world).place is Place.TALKING
    agent_hangs_up(world, "ann")
    assert [one.outcome for one in world.bodies(facts.CallbackEnded)] == ["reached"]
    assert not world.floor.callbacks


def test_his_turn_is_the_one_that_he_had() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    first = comes(world)
    world.pass_time(1.0)
    second = comes(world)
    world.pass_time(1.0)
    third = comes(world)
    goes(world, asks(world, second))
    go_ready(world, "ann")
    assert offers(world) == [(first, "ann")]
    answer(world, "ann")
    caller_hangs_up(world, first)
    assert back(world).callback is not None
    assert waiting(world, "q") == [third]


def test_an_idle_agent_is_engaged_at_once() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    requested = asks(world, comes(world))
    go_ready(world, "ann")
    assert not [one for one in world.floor.calls.values() if one.callback is not None]
    goes(world, requested)
    assert back(world).caller_leg is not None


def test_who_does_not_answer_is_tried_again_later_and_not_for_ever() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(attempts=2, retry_after=60.0, ring_time=10.0),))
    goes(world, asks(world, comes(world)))
    go_ready(world, "ann")
    answer(world, "ann")
    world.run(16)
    (ended,) = world.bodies(facts.CallbackAttemptEnded)
    assert (ended.why, ended.tried) == ("no_answer", 1)
    assert the(world, "ann").shown is Shown.READY
    world.run(61)
    answer(world, "ann")
    world.switch.fail(customer(world), 17, 486, elsewhere=False)
    world.run(10)
    assert [one.outcome for one in world.bodies(facts.CallbackEnded)] == ["unreached"]


def test_an_agent_who_lets_it_ring_is_missed_and_it_was_no_attempt() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"), queues=(calls_back(),))
    goes(world, asks(world, comes(world)))
    go_ready(world, "ann")
    world.run(21)
    assert the(world, "ann").shown is Shown.MISSED
    assert world.bodies(facts.CallbackAttemptEnded)[0].tried == 0
    go_ready(world, "bob")
    answer(world, "bob")
    assert world.bodies(facts.DialTried)


def test_an_agent_who_hangs_up_while_it_rings_at_the_customers_made_no_attempt() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(attempts=1, retry_after=60.0),))
    goes(world, asks(world, comes(world)))
    go_ready(world, "ann")
    answer(world, "ann")
    world.take(inputs.LegAlerts(back(world).callee_leg or LegId("")))
    agent_hangs_up(world, "ann")
    (ended,) = world.bodies(facts.CallbackAttemptEnded)
    assert (ended.why, ended.tried, ended.due) == ("cancelled", 0, after(world.now, 60.0))
    world.run(61)
    answer(world, "ann")
    world.switch.fail(customer(world), 17, 486, elsewhere=False)
    world.deliver_all()
    agent_hangs_up(world, "ann")
    assert [one.outcome for one in world.bodies(facts.CallbackEnded)] == ["unreached"]


def test_no_line_no_callback() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    requested = asks(world, comes(world))
    world.take(inputs.CallbackWayFound(requested.callback, Refused(Code.NO_LINE)))
    assert [one.outcome for one in world.bodies(facts.CallbackEnded)] == ["refused"]


def test_a_restart_keeps_who_is_to_be_called_back() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(retry_after=60.0),))
    requested = asks(world, comes(world))
    world.restart()
    assert [one.callback for one in world.effects if isinstance(one, effects.FindCallbackWay)][-1] == requested.callback
    goes(world, requested)
    go_ready(world, "ann")
    world.restart()
    answer(world, "ann")
    world.switch.fail(customer(world), 17, 486, elsewhere=False)
    world.run(5)
    world.restart()
    world.run(61)
    assert back(world).callback == requested.callback


def test_the_caller_is_called_first_when_an_agent_is_free_and_served_at_once() -> None:
    world, requested = called_first()
    goes(world, requested)
    assert not world.bodies(facts.DialTried)
    go_ready(world, "ann")
    assert (world.bodies(facts.CallbackTried)[0].agent, back(world).mark) == (None, requested.mark)
    assert the(world, "ann").shown is Shown.READY
    world.switch.answer(their_phone(world))
    world.deliver_all()
    answer(world, "ann")
    assert back(world).place is Place.TALKING
    agent_hangs_up(world, "ann")
    assert [one.outcome for one in world.bodies(facts.CallbackEnded)] == ["reached"]
    assert not world.floor.calls


def test_the_agent_is_kept_for_him_while_his_telephone_rings() -> None:
    world, requested = called_first()
    goes(world, requested)
    go_ready(world, "ann")
    world.pass_time(1.0)
    other = comes(world)
    assert offers(world) == []
    go_ready(world, "bob")
    assert [call for call, _ in offers(world)] == [other]


def test_the_agent_is_given_to_others_when_he_does_not_answer() -> None:
    world, requested = called_first(ring_time=10.0)
    goes(world, requested)
    go_ready(world, "ann")
    world.pass_time(1.0)
    other = comes(world)
    world.run(11)
    assert offers(world) == [(other, "ann")]
    assert world.bodies(facts.CallbackAttemptEnded)[0].why == "no_answer"


def test_he_is_called_over_the_next_trunk_when_the_first_is_at_fault() -> None:
    world, requested = called_first(attempts=1)
    way = Destination(LineId("line"), (TrunkName("first"), TrunkName("second")))
    goes(world, requested, way)
    go_ready(world, "ann")
    world.switch.fail(their_phone(world), 34, 503, elsewhere=True)
    world.deliver_all()
    assert [one.trunk for one in world.bodies(facts.DialTried)] == ["first", "second"]
    assert len(world.bodies(facts.CallbackTried)) == 1
    world.switch.fail(their_phone(world), 17, 486, elsewhere=True)
    world.deliver_all()
    assert [one.outcome for one in world.bodies(facts.CallbackEnded)] == ["unreached"]


def test_who_hangs_up_after_answering_is_called_no_more() -> None:
    world, requested = called_first()
    goes(world, requested)
    go_ready(world, "ann")
    world.switch.answer(their_phone(world))
    world.deliver_all()
    caller_hangs_up(world, back(world).id)
    assert [one.outcome for one in world.bodies(facts.CallbackEnded)] == ["gave_up"]
    assert the(world, "ann").shown is Shown.READY


def test_he_is_called_before_an_agent_is_free_only_if_that_is_certain_enough() -> None:
    for certain, called in ((0.99, []), (0.45, [None])):
        world, requested = called_first(certain)
        go_ready(world, "ann")
        comes(world)
        answer(world, "ann")
        world.floor.queues[QueueId("q")].history.handled.extend([30.0] * 15 + [300.0] * 10)
        world.pass_time(25.0)
        goes(world, requested)
        assert [one.agent for one in world.bodies(facts.CallbackTried)] == called


def test_it_is_certain_only_when_enough_agents_are_free_for_those_before_him() -> None:
    ages = [30.0] * 5
    assert certainty(1, [], 0, [], 90.0, []) == 1.0
    assert certainty(1, ages, 1, [], 90.0, []) < 0.5
    assert certainty(0, [], 0, [], 90.0, []) == 0.0
    assert certainty(0, [50.0], 0, [60.0] * 25 + [200.0] * 10, 90.0, [12.0]) > 0.7
    assert certainty(0, [10.0], 0, [60.0] * 30, 90.0, [12.0]) == 0.0
    few, more = (certainty(0, ages[:n], 0, [], 90.0, [10.0]) for n in (1, 5))
    assert few < more < 1


def test_a_restart_while_his_telephone_rings_goes_on() -> None:
    world, requested = called_first()
    goes(world, requested)
    go_ready(world, "ann")
    world.restart()
    world.switch.answer(their_phone(world))
    world.deliver_all()
    answer(world, "ann")
    assert back(world).place is Place.TALKING


def test_a_phone_that_cannot_be_rung_is_not_rung_for_one_callback_after_the_other() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    for requested in [asks(world, comes(world)) for _ in range(2)]:
        goes(world, requested)
    world.switch.broken.add(the(world, "ann").endpoint)
    go_ready(world, "ann")
    world.deliver_all()
    assert the(world, "ann").shown is Shown.MISSED
    assert len(world.bodies(facts.CallbackTried)) == 1


def test_after_a_restart_his_telephone_rings_as_long_as_it_would_have() -> None:
    world, requested = called_first(ring_time=30.0)
    goes(world, requested)
    go_ready(world, "ann")
    world.restart()
    world.run(25)
    assert back(world).place is Place.DIALLING


def test_who_comes_is_turned_away_although_an_agent_is_kept() -> None:
    world, requested = called_first()
    goes(world, requested)
    go_ready(world, "ann")
    number = NumberRule("q", places=1)
    queues = tuple(one.config for one in world.floor.queues.values())
    agents = tuple(one.config for one in world.floor.agents.values())
    world.take(inputs.UseConfig(queues, agents, Limits(), (number,), version=9))
    world.pass_time(1.0)
    first, second = comes(world), comes(world)
    assert waiting(world, "q") == [first]
    assert [one.call for one in world.bodies(facts.WaitRefused)] == [second]


def test_who_becomes_ready_and_can_take_nobody_who_waits_is_kept_in_place_of_one_who_can() -> None:
    bob, tax = replace(agent("bob", "q"), skills=(AgentSkill("tax", 1),)), Requirement("tax", 1)
    world = open_floor(agent("ann", "q"), bob, queues=(calls_back(first=First.CALLER),))
    goes(world, asks(world, comes(world)))
    go_ready(world, "bob")
    world.pass_time(1.0)
    world.wishes = {"q": (tax,)}
    other = comes(world)
    assert offers(world) == []
    go_ready(world, "ann")
    assert offers(world) == [(other, "bob")]
