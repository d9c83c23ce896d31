"""Each state of the agents in which a queue is empty, one by one: for who comes, and for who waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acd import facts, inputs
from acd.config.routing import AgentSkill, Requirement, Routing
from acd.config.waiting import Cause, Condition, OverflowStep, StepKind, Waiting
from acd.leaving.callback_asking import ASKED_FOR
from acd.model import Wish
from kernel.ids import AgentId, QueueId
from tests.fakes.world import World
from tests.stories import (
    agent,
    agent_hangs_up,
    answer,
    command,
    go_ready,
    open_floor,
    queue,
    reject,
    sign_in,
    sign_out,
    waiting,
    wish,
)

OTHERS = {state: tuple(one for one in Condition if one is not state) for state in Condition}
"""All states but this one."""


def floor(state: Condition, waits: Waiting) -> World:
    """Ann is in this state and in no other; Bob serves the queue too and is not at work yet."""
    skills = Routing(requirements=(Requirement("tax", 1),)) if state is Condition.SKILL_UNMET else Routing()
    asked = queue("q", waiting=waits, routing=skills)
    there = replace(agent("ann", "q", "other"), **({"endpoint": ""} if state is Condition.INVALID else {}))
    world = open_floor(there, agent("bob", "q"), queues=(asked, queue("other", wrap_up=60.0), queue("r")))
    if state in (Condition.UNKNOWN, Condition.INVALID):
        sign_in(world, "ann")
        wish(world, "ann", Wish.READY)
    else:
        go_ready(world, "ann")
    _bring(world, state)
    return world


def _bring(world: World, state: Condition) -> None:
    match state:
        case Condition.PAUSED:
            wish(world, "ann", Wish.PAUSED)
        case Condition.UNAVAILABLE:
            world.take(inputs.LineSeen(AgentId("ann"), up=False))
        case Condition.RINGING | Condition.IN_USE | Condition.WRAP_UP:
            world.arrive("other")
            if state is not Condition.RINGING:
                answer(world, "ann")
            if state is Condition.WRAP_UP:
                agent_hangs_up(world, "ann")
        case Condition.SKILL_UNMET | Condition.INVALID | Condition.UNKNOWN:
            return


@pytest.mark.parametrize("state", list(Condition))
def test_nobody_joins_where_all_agents_are_in_the_state(state: Condition) -> None:
    step = OverflowStep(StepKind.QUEUE, (Cause.EMPTY,), QueueId("r"))
    world = floor(state, Waiting(join_empty=(state,), overflow=(step,)))
    call = world.arrive("q")
    assert world.bodies(facts.JoinRefused) == [facts.JoinRefused(call, QueueId("q"), Cause.EMPTY, 0, None)]
    assert (waiting(world, "q"), waiting(world, "r")) == ([], [call])


@pytest.mark.parametrize("state", list(Condition))
def test_the_state_keeps_nobody_out_when_all_others_are_named(state: Condition) -> None:
    world = floor(state, Waiting(join_empty=OTHERS[state]))
    call = world.arrive("q")
    assert (world.bodies(facts.JoinRefused), waiting(world, "q")) == ([], [call])


@pytest.mark.parametrize("state", list(Condition))
def test_who_waits_leaves_when_only_agents_in_the_state_are_left(state: Condition) -> None:
    step = OverflowStep(StepKind.QUEUE, (Cause.EMPTY,), QueueId("r"))
    named = (state,)
    world = floor(state, Waiting(leave_empty=named, overflow=(step,)))
    _another_keeps_it_open(world, state)
    call = world.arrive("q")
    assert waiting(world, "q") == [call]
    sign_out(world, "bob")
    assert (waiting(world, "q"), waiting(world, "r")) == ([], [call])


@pytest.mark.parametrize("state", list(Condition))
def test_the_state_sends_nobody_away_when_all_others_are_named(state: Condition) -> None:
    world = floor(state, Waiting(leave_empty=OTHERS[state]))
    call = world.arrive("q")
    _another_keeps_it_open(world, state)
    sign_out(world, "bob")
    assert waiting(world, "q") == [call]


def _another_keeps_it_open(world: World, state: Condition) -> None:
    """Bob cannot be rung, for another reason than Ann."""
    if state is Condition.SKILL_UNMET:
        skilled = replace(agent("bob", "q"), skills=(AgentSkill("tax", 1),))
        queues = tuple(one.config for one in world.floor.queues.values())
        there = world.floor.agents[AgentId("ann")].config
        world.take(inputs.UseConfig(queues, (there, skilled), world.floor.limits, version=9))
    go_ready(world, "bob")
    if state is Condition.PAUSED:
        world.take(inputs.LineSeen(AgentId("bob"), up=False))
    else:
        wish(world, "bob", Wish.PAUSED)


def test_who_joins_where_nobody_is_to_stay_goes_on_at_once_and_through_a_second_such_queue() -> None:
    def to(name: str) -> OverflowStep:
        return OverflowStep(StepKind.QUEUE, (Cause.EMPTY,), QueueId(name))

    paused = (Condition.PAUSED,)
    first = queue("q", waiting=Waiting(leave_empty=paused, overflow=(to("p"),)))
    second = queue("p", waiting=Waiting(leave_empty=paused, overflow=(to("r"),)))
    world = open_floor(agent("ann", "q", "p"), queues=(first, second, queue("r")))
    go_ready(world, "ann")
    wish(world, "ann", Wish.PAUSED)
    call = world.arrive("q")
    assert [waiting(world, name) for name in ("q", "p", "r")] == [[], [], [call]]


def test_a_queue_that_its_last_agent_serves_no_more_is_left() -> None:
    world = open_floor(agent("ann", "q", "r"), queues=(queue("q", waiting=Waiting(leave_empty=(Condition.RINGING,))),))
    go_ready(world, "ann")
    wish(world, "ann", Wish.PAUSED)
    call = world.arrive("q")
    assert waiting(world, "q") == [call]
    world.take(inputs.LeaveQueue(command(world), AgentId("ann"), QueueId("q")))
    assert waiting(world, "q") == []


@pytest.mark.parametrize("how", ["refused", "missed", "could not be rung", "busy"])
def test_a_queue_is_left_when_whoever_rang_last_has_been_paused_and_does_not_take_the_call(how: str) -> None:
    step = OverflowStep(StepKind.QUEUE, (Cause.EMPTY,), QueueId("r"))
    there, rules = agent("ann", "q"), queue("q", waiting=Waiting(leave_empty=(Condition.PAUSED,), overflow=(step,)))
    world = open_floor(there, queues=(rules, queue("r")))
    go_ready(world, "ann")
    call = world.arrive("q")
    (offer,) = world.floor.offers
    wish(world, "ann", Wish.PAUSED)
    assert waiting(world, "q") == [call], "while it rings he may be answered"
    match how:
        case "refused":
            reject(world, "ann")
        case "missed":
            world.take(inputs.RingTimeEnded(offer))
        case "could not be rung":
            world.take(inputs.OfferFailed(offer, "gone"))
        case _:
            reject(world, "ann", 17)
    assert (waiting(world, "q"), waiting(world, "r")) == ([], [call])


def test_who_was_picked_by_somebody_of_another_queue_leaves_his_own_when_that_one_does_not_take_him() -> None:
    """He who rang does not serve the queue that is empty."""
    rules = queue("q", waiting=Waiting(leave_empty=(Condition.WRAP_UP, Condition.PAUSED)))
    world = open_floor(agent("ann", "q"), agent("bob", "r"), queues=(rules, queue("r")))
    go_ready(world, "ann")
    world.take(inputs.LineSeen(AgentId("ann"), up=False))
    go_ready(world, "bob")
    call = world.arrive("q")
    world.take(inputs.PickCall(command(world), call, QueueId("q"), AgentId("bob")))
    wish(world, "ann", Wish.PAUSED)
    assert waiting(world, "q") == [call]
    reject(world, "bob")
    assert waiting(world, "q") == []


def test_a_queue_is_left_when_it_has_been_told_to_be() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q"),))
    go_ready(world, "ann")
    wish(world, "ann", Wish.PAUSED)
    call = world.arrive("q")
    assert waiting(world, "q") == [call]
    rules = queue("q", waiting=Waiting(leave_empty=(Condition.PAUSED,)), version=2)
    world.take(inputs.UseConfig((rules,), (agent("ann", "q"),), world.floor.limits, version=9))
    assert waiting(world, "q") == []


def test_who_is_not_connectable_is_in_use_and_not_counted_among_those_who_take_calls() -> None:
    rules = Waiting(leave_empty=(Condition.IN_USE,), ratio=1.0)
    ann = replace(agent("ann", "q"), reported=True)
    world = open_floor(ann, agent("bob", "q"), queues=(queue("q", waiting=rules),))
    for name in ("ann", "bob"):
        go_ready(world, name)
    world.take(inputs.TellConnectable(command(world), AgentId("ann"), connectable=True))
    for _ in range(2):
        world.arrive("q")
    answer(world, "ann")
    answer(world, "bob")
    wish(world, "bob", Wish.PAUSED)
    world.take(inputs.TellConnectable(command(world), AgentId("ann"), connectable=False))
    world.arrive("q")
    (no,) = world.bodies(facts.JoinRefused)
    assert (no.cause, no.limit) == (Cause.RATIO, 0)


def test_an_agent_whose_phone_is_away_is_none_for_whom_somebody_may_wait() -> None:
    config = queue("q", waiting=Waiting(ratio=1.0))
    world = open_floor(agent("ann", "q"), agent("bob", "q"), queues=(config,))
    for name in ("ann", "bob"):
        go_ready(world, name)
    world.arrive("q")
    answer(world, "ann")
    world.take(inputs.LineSeen(AgentId("bob"), up=False))
    world.arrive("q")
    third = world.arrive("q")
    assert third not in waiting(world, "q")
    assert [(one.waiting, one.limit) for one in world.bodies(facts.JoinRefused)] == [(1, 1)]


def test_who_is_being_asked_whether_he_wants_to_be_called_back_is_not_sent_away_meanwhile() -> None:
    ask = OverflowStep(StepKind.CALLBACK, (Cause.KEY,))
    world = open_floor(
        agent("ann", "q"),
        queues=(queue("q", waiting=Waiting(leave_empty=(Condition.PAUSED,), overflow=(ask,), leave_key="9")),),
    )
    go_ready(world, "ann")
    world.arrive("q")
    answer(world, "ann")
    call = world.arrive("q", mark="mine")
    world.take(inputs.DigitPressed(call, "9"))
    wish(world, "ann", Wish.PAUSED)
    assert (waiting(world, "q"), world.floor.calls[call].asked is not None) == ([call], True)
    world.pass_time(ASKED_FOR)
    world.deliver_all()
    assert waiting(world, "q") == [], "he has not wanted it, and is not to wait any longer"
