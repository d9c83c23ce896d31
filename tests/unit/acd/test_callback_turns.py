"""Who is called back by whom and from when on: his skills, a free channel, and who may not even wait."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from acd import effects, facts, inputs
from acd.config import Limits, LineRule, NumberRule
from acd.config.routing import Requirement
from acd.config.waiting import Cause, Condition, First, OverflowStep, StepKind, Waiting
from acd.model import Place, Wish
from kernel.ids import CallId, LegId, LineId, QueueId
from tests.fakes.world import World
from tests.stories import agent, answer, caller_hangs_up, go_ready, open_floor, queue, waiting, wish
from tests.unit.acd.called_back import OUT, TO_R, asks, calls_back, comes, customer, goes


@pytest.mark.parametrize("first", list(First))
def test_a_channel_that_gets_free_is_enough_to_be_called_back(first: First) -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(first=first),))
    number, line = NumberRule("q~", line=LineId("line")), LineRule(LineId("line"), 1)
    configs = tuple(one.config for one in world.floor.queues.values())
    agents = tuple(one.config for one in world.floor.agents.values())
    world.take(inputs.UseConfig(configs, agents, Limits(), (number,), (line,), version=9))
    greeted = world.arrive("q~")
    requested = asks(world, comes(world))
    caller_hangs_up(world, requested.call)
    world.take(inputs.CallbackWayFound(requested.callback, OUT))
    go_ready(world, "ann")
    world.deliver_all()
    assert world.bodies(facts.CallbackTried) == []
    caller_hangs_up(world, greeted)
    assert len(world.bodies(facts.CallbackTried)) == 1


@pytest.mark.parametrize("first", list(First))
def test_a_line_that_gets_more_channels_is_enough_to_be_called_back(first: First) -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(first=first),))
    configs = tuple(one.config for one in world.floor.queues.values())
    agents = tuple(one.config for one in world.floor.agents.values())
    requested = asks(world, comes(world))
    for version, channels in ((8, 0), (9, 1)):
        line = LineRule(LineId("line"), channels)
        world.take(inputs.UseConfig(configs, agents, Limits(), (), (line,), version=version))
        if not channels:
            goes(world, requested)
            go_ready(world, "ann")
        assert len(world.bodies(facts.CallbackTried)) == channels


@pytest.mark.parametrize("first", list(First))
def test_nobody_is_called_back_while_his_number_is_on_a_line(first: First) -> None:
    config = calls_back(first=first)
    world = open_floor(agent("ann", "q"), agent("bob", "r"), queues=(config, replace(config, id=QueueId("r"))))
    world.called["r"] = (QueueId("r"), 0, False)
    for number in ("q", "r"):
        goes(world, asks(world, comes(world, "his", number)))
    here = comes(world, "his", "r")
    for name in ("ann", "bob"):
        go_ready(world, name)
    assert world.bodies(facts.CallbackTried) == []
    caller_hangs_up(world, here)
    (tried,) = world.bodies(facts.CallbackTried)
    if first is First.AGENT:
        answer(world, "ann" if tried.queue == "q" else "bob")
    called = next(one for one in world.switch.channels.values() if one.call == tried.call and not one.endpoint)
    world.switch.fail(called.name, 17, 486, elsewhere=False)
    world.run(6)
    assert [one.queue for one in world.bodies(facts.CallbackTried)] == ["q", "r"]


def test_who_asks_again_in_the_same_queue_is_called_once_in_the_turn_that_he_had() -> None:
    world = open_floor(agent("ann", "q"), queues=(calls_back(),))
    requested = asks(world, comes(world, "his"))
    goes(world, requested)
    world.pass_time(5.0)
    again = comes(world, "his")
    assert asks(world, again) == requested
    for playback in list(world.switch.playing):
        world.switch.finish_playback(playback)
    world.deliver_all()
    assert [(one.call, one.outcome) for one in world.bodies(facts.CallEnded)][-1] == (again, "callback")
    assert [one.since for one in world.floor.callbacks.values()] == [requested.since]
    go_ready(world, "ann")
    # Who asks while he is called has asked anew.
    assert asks(world, comes(world, "his")) != requested
    assert len(world.floor.callbacks) == 2


def test_for_a_queue_that_is_deleted_nobody_is_called_back_any_more() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "r"), queues=(calls_back(retry_after=60.0), queue("r")))
    idle, called = asks(world, comes(world)), asks(world, comes(world))
    world.pass_time(1.0)
    waits = comes(world)
    goes(world, called)
    go_ready(world, "ann")
    answer(world, "ann")
    agents = tuple(replace(one.config, queues=(QueueId("r"),)) for one in world.floor.agents.values())
    left = (world.floor.queues[QueueId("r")].config,)
    world.take(inputs.UseConfig(left, agents, Limits(), version=8))
    assert world.bodies(facts.CallbackEnded) == [facts.CallbackEnded(idle.callback, QueueId("q"), "queue_deleted")]
    assert waiting(world, "q") == [waits]
    caller_hangs_up(world, waits)
    world.take(inputs.UseConfig(left, agents, Limits(), version=9))
    assert not [one for one in world.floor.queues if one == "q"]
    world.switch.fail(customer(world), 17, 486, elsewhere=False)
    world.run(6)
    assert [one.outcome for one in world.bodies(facts.CallbackEnded)] == ["queue_deleted"] * 2
    assert not world.floor.callbacks


NOT_LET_IN: dict[Cause, dict[str, Any]] = {
    Cause.EMPTY: {"join_empty": (Condition.PAUSED,)},
    Cause.FULL: {"most": 1},
    Cause.RATIO: {"ratio": 1.0},
}


def turned_away(cause: Cause, *behind: OverflowStep) -> tuple[World, CallId]:
    """The only agent talks, or is paused; one waits if he may; who comes then may not join for this reason."""
    ask = OverflowStep(StepKind.CALLBACK, (cause,))
    config = queue("q", waiting=Waiting(overflow=(ask, *behind), **NOT_LET_IN[cause]))
    world = open_floor(agent("ann", "q"), queues=(config, queue("r")))
    world.wishes = {"q": (Requirement("english", 0),)}
    go_ready(world, "ann")
    if cause is Cause.EMPTY:
        wish(world, "ann", Wish.PAUSED)
    else:
        comes(world)
        answer(world, "ann")
        world.pass_time(1.0)
        comes(world)
    world.pass_time(1.0)
    call = comes(world)
    assert [one.cause for one in world.bodies(facts.JoinRefused)] == [cause]
    return world, call


@pytest.mark.parametrize("cause", NOT_LET_IN)
def test_who_may_not_join_is_asked_and_called_back_in_the_turn_of_his_call(cause: Cause) -> None:
    world, call = turned_away(cause)
    came = world.now
    assert [one.cause for one in world.bodies(facts.CallbackOffered)] == [cause]
    assert (call in waiting(world, "q"), world.floor.calls[call].place) == (False, Place.OVERFLOW)
    world.restart()
    world.pass_time(3.0)
    world.take(inputs.DigitPressed(call, "1"))
    (requested,) = world.bodies(facts.CallbackRequested)
    assert (requested.since, requested.demand.requirements) == (came, world.wishes["q"])
    assert call not in [one.call for one in world.bodies(facts.CallLeftQueue)]
    goes(world, requested)
    assert [one.outcome for one in world.bodies(facts.CallEnded)] == ["callback"]
    world.run(60)
    assert world.bodies(facts.CallbackDeclined) == []


@pytest.mark.parametrize("cause", NOT_LET_IN)
def test_who_may_not_join_and_does_not_confirm_goes_to_the_next_step(cause: Cause) -> None:
    for behind, place in ((OverflowStep(StepKind.ANNOUNCEMENT), Place.OVERFLOW), (TO_R, Place.WAITING)):
        world, call = turned_away(cause, behind)
        for playback in list(world.switch.playing):
            world.switch.finish_playback(playback)
        world.deliver_all()
        heard = [one for one in world.effects if isinstance(one, effects.StartMusic)]
        assert heard[-1].channel == world.floor.legs[world.floor.calls[call].caller_leg or LegId("")].channel
        world.restart()
        world.run(31)
        assert [one.call for one in world.bodies(facts.CallbackDeclined)] == [call]
        assert world.floor.calls[call].place is place


def test_who_may_not_join_and_hangs_up_at_the_question_is_not_called_back() -> None:
    world, call = turned_away(Cause.EMPTY)
    caller_hangs_up(world, call)
    assert [one.outcome for one in world.bodies(facts.CallEnded)] == ["overflowed"]
    assert not world.floor.callbacks


def test_a_waiting_place_that_is_not_left_asks_too_and_behind_it_nobody_hides() -> None:
    ask = OverflowStep(StepKind.CALLBACK, (Cause.FULL,))
    config = queue("q", waiting=Waiting(overflow=(ask, TO_R)))
    world = open_floor(agent("ann", "q"), queues=(config, queue("r")), places={"q": 0})
    call = comes(world)
    assert [one.call for one in world.bodies(facts.CallbackOffered)] == [call]
    comes(world, mark="")
    assert len(world.bodies(facts.CallbackOffered)) == 1


def test_he_is_not_called_while_somebody_before_him_would_be_given_the_only_agent() -> None:
    for before, called in ((False, [None]), (True, [])):
        world = open_floor(agent("ann", "q"), queues=(calls_back(first=First.CALLER, certainty=0.45),))
        go_ready(world, "ann")
        comes(world)
        answer(world, "ann")
        if before:
            comes(world, mark="")
            world.pass_time(1.0)
        requested = asks(world, comes(world))
        world.floor.queues[QueueId("q")].history.handled.extend([30.0] * 15 + [300.0] * 10)
        world.pass_time(25.0)
        goes(world, requested)
        assert [one.agent for one in world.bodies(facts.CallbackTried)] == called
