"""Talks: hold, transfer, asking first, conferences and park places, and what is left when somebody goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acd import effects, facts, inputs
from acd.config import NumberRule
from acd.config.routing import AgentSkill, Requirement
from acd.config.waiting import Condition, OverflowStep, StepKind, Waiting
from acd.inputs import Act
from acd.model import Destination, Place, Purpose, Shown, Wish
from kernel.ids import AgentId, CallId, LegId, LineId, PersonalId, QueueId, TrunkName
from kernel.refusal import Code, Refused
from tests.fakes.world import World
from tests.stories import (
    agent,
    agent_hangs_up,
    answer,
    caller_hangs_up,
    command,
    go_ready,
    open_floor,
    queue,
    reject,
    staffed,
    the,
    wish,
)

ANN, BOB = AgentId("ann"), AgentId("bob")
TO_BOB = Destination(colleague=BOB)
OUT = Destination(LineId("l1"), (TrunkName("t1"), TrunkName("t2")))


@pytest.fixture
def world() -> World:
    """ann talks with a caller of queue `front`; bob is there, and serves `back` alone."""
    front, back = queue("front", wrap_up=10.0), queue("back", wrap_up=30.0)
    world = staffed(agent("ann", "front"), agent("bob", "back"), queues=(front, back))
    world.arrive("front")
    world.deliver_all()
    answer(world, "ann")
    return world


def call(world: World) -> CallId:
    (only,) = world.floor.calls
    return only


def invite(
    world: World, purpose: Purpose, to: Destination | Refused = TO_BOB, queue: str = "", by: str = "ann"
) -> None:
    asked = QueueId(queue) if queue else None
    world.take(inputs.InviteParty(command(world), ANN, call(world), purpose, to, PersonalId("pii"), "+81", asked))
    world.deliver_all()


def do(world: World, act: Act, by: str = "ann") -> None:
    world.take(inputs.ControlTalk(command(world), AgentId(by), call(world), act))
    world.deliver_all()


def told(world: World) -> Code | None:
    """Why the last order was refused; None: it was done."""
    last = next(reversed(world.floor.outcomes.values()))
    return None if last is None else last.code


def together(world: World) -> list[set[str]]:
    """Who hears whom: the caller, and agents by name."""
    legs = world.floor.legs
    return [{legs[one].agent or "caller" for one in talk.legs} for talk in world.floor.conversations.values()]


def test_an_ordered_hold_is_music_for_the_one_and_silence_for_the_other(world: World) -> None:
    do(world, Act.HOLD)
    assert [type(one) for one in world.effects[-2:]] == [effects.Mute, effects.StartMusic]
    do(world, Act.HOLD)
    assert len(world.bodies(facts.LegHeld)) == 1
    do(world, Act.UNHOLD)
    assert [type(one) for one in world.effects[-2:]] == [effects.Unmute, effects.StopMusic]


def test_a_hold_of_the_phone_ends_at_the_phone(world: World) -> None:
    leg = the(world, "ann").leg
    assert leg is not None
    world.take(inputs.LegHeld(leg))
    do(world, Act.UNHOLD)
    assert told(world) is Code.HELD_ON_PHONE


def test_a_blind_transfer_frees_the_agent_at_once_and_wraps_up_for_his_queue(world: World) -> None:
    invite(world, Purpose.TRANSFER)
    (wrap_up,) = world.bodies(facts.WrapUpStarted)
    assert (wrap_up.agent, the(world, "ann").shown) == (ANN, Shown.WRAP_UP)
    assert together(world) == [{"caller"}]
    answer(world, "bob")
    assert together(world) == [{"caller", "bob"}]
    agent_hangs_up(world, "bob")
    assert [ended.outcome for ended in world.bodies(facts.CallEnded)] == ["completed"]


def test_a_call_that_nobody_takes_goes_back_to_who_gave_it_away_and_then_to_its_queue(world: World) -> None:
    invite(world, Purpose.TRANSFER)
    reject(world, "bob")
    assert the(world, "ann").shown is Shown.OFFERED
    reject(world, "ann")
    assert world.floor.calls[call(world)].place is Place.WAITING
    assert [one.queue for one in world.bodies(facts.CallQueued)] == ["front", "front"]


def test_without_a_queue_a_call_that_nobody_takes_ends_and_says_so() -> None:
    world = open_floor(agent("ann", "front"), agent("bob", "front"), queues=(queue("front"),))
    for name in ("ann", "bob"):
        go_ready(world, name)
        wish(world, name, Wish.PAUSED)
    world.dials(ANN, OUT)
    leg = next(iter(world.floor.calls.values())).callee_leg
    assert leg is not None
    world.switch.answer(world.floor.legs[leg].channel)
    world.deliver_all()
    invite(world, Purpose.TRANSFER)
    reject(world, "bob")
    reject(world, "ann")
    assert [ended.outcome for ended in world.bodies(facts.CallEnded)] == ["not_taken"]


def test_a_call_given_to_a_queue_waits_there_and_each_wraps_up_for_his_own(world: World) -> None:
    invite(world, Purpose.TRANSFER, queue="back")
    answer(world, "bob")
    assert together(world) == [{"caller", "bob"}]
    caller_hangs_up(world, call(world))
    until = {one.agent: one.until for one in world.bodies(facts.WrapUpStarted)}
    assert (until[BOB] - until[ANN]).total_seconds() == 20.0


def test_a_queue_without_a_place_is_refused() -> None:
    numbers = (NumberRule("front", places=0),)
    world = open_floor(agent("ann", "front"), agent("bob", "back"), queues=(queue("front"), queue("back")))
    floor = world.floor
    world.take(
        inputs.UseConfig(
            tuple(one.config for one in floor.queues.values()),
            tuple(one.config for one in floor.agents.values()),
            floor.limits,
            numbers,
            (),
            floor.config + 1,
        )
    )
    go_ready(world, "ann")
    world.arrive("front")
    world.deliver_all()
    answer(world, "ann")
    invite(world, Purpose.TRANSFER, queue="back")
    assert told(world) is Code.WAITING_PLACES_EXCEEDED
    assert together(world) == [{"caller", "ann"}]


@pytest.mark.parametrize(
    ("rules", "code", "clause", "counted"),
    [
        (Waiting(join_empty=(Condition.PAUSED,)), Code.QUEUE_EMPTY, "waiting.join_empty", (1, None)),
        (Waiting(most=1), Code.QUEUE_FULL, "waiting.most", (1, 1)),
        (Waiting(ratio=1.0), Code.QUEUE_FULL, "waiting.ratio", (1, 0)),
    ],
)
def test_a_queue_that_takes_no_callers_takes_none_who_is_given_to_it_unless_he_is_rung_for_at_once(
    rules: Waiting, code: Code, clause: str, counted: tuple[int, int | None]
) -> None:
    queues = (queue("front"), queue("back", waiting=rules))
    world = open_floor(agent("ann", "front"), agent("bob", "back"), queues=queues)
    for name in ("ann", "bob"):
        go_ready(world, name)
    given, waits = [world.arrive(name) for name in ("front", "back")]
    answer(world, "ann")
    wish(world, "bob", Wish.PAUSED)

    def give() -> None:
        to = QueueId("back")
        world.take(inputs.InviteParty(command(world), ANN, given, Purpose.TRANSFER, Destination(), queue=to))
        world.deliver_all()

    give()
    (no,) = world.bodies(facts.CommandRefused)
    assert (no.code, no.clause, (no.used, no.limit), no.params) == (code, clause, counted, (("queue", "back"),))
    assert together(world) == [{"caller", "ann"}]
    caller_hangs_up(world, waits)
    wish(world, "bob", Wish.READY)
    give()
    assert [one.queue for one in world.bodies(facts.CallTransferred)] == ["back"]


def test_asking_first_leaves_the_caller_with_music_until_both_are_together(world: World) -> None:
    invite(world, Purpose.CONSULT)
    assert together(world) == [{"caller"}]
    answer(world, "bob")
    assert together(world) == [{"caller"}, {"ann", "bob"}]
    do(world, Act.SWAP)
    assert together(world) == [{"caller", "ann"}, {"bob"}]
    do(world, Act.COMPLETE)
    assert together(world) == [{"caller", "bob"}]
    assert the(world, "ann").shown is Shown.WRAP_UP


@pytest.mark.parametrize("answered", [False, True])
def test_who_asked_goes_back_or_makes_it_a_transfer_by_hanging_up(world: World, answered: bool) -> None:
    invite(world, Purpose.CONSULT)
    if answered:
        answer(world, "bob")
    agent_hangs_up(world, "ann")
    if not answered:
        answer(world, "bob")
    assert together(world) == [{"caller", "bob"}]


@pytest.mark.parametrize("how", ["cancel", "bob hangs up", "caller hangs up"])
def test_whoever_else_leaves_a_consultation_nobody_is_left_behind(world: World, how: str) -> None:
    invite(world, Purpose.CONSULT)
    answer(world, "bob")
    match how:
        case "cancel":
            do(world, Act.CANCEL)
        case "bob hangs up":
            agent_hangs_up(world, "bob")
        case _:
            caller_hangs_up(world, call(world))
    assert together(world) == [{"ann", "bob"} if how == "caller hangs up" else {"caller", "ann"}]


def test_to_ask_a_queue_is_to_ring_its_next_free_agent(world: World) -> None:
    wish(world, "bob", Wish.PAUSED)
    invite(world, Purpose.CONSULT, queue="back")
    assert told(world) is Code.NOBODY_FREE
    wish(world, "bob", Wish.READY)
    invite(world, Purpose.CONSULT, queue="back")
    answer(world, "bob")
    assert together(world) == [{"caller"}, {"ann", "bob"}]


def test_who_asks_a_queue_for_a_skill_gets_one_who_has_it_and_the_next_one_who_has() -> None:
    skilled = [replace(agent(name, "back"), skills=(AgentSkill("english", 3),)) for name in ("cat", "dan")]
    world = staffed(agent("ann", "front"), agent("bob", "back"), *skilled)
    world.arrive("front")
    answer(world, "ann")
    ask(world, Purpose.CONSULT, Requirement("tax"))
    assert told(world) is Code.NOBODY_FREE
    ask(world, Purpose.CONSULT, Requirement("english", 2))
    reject(world, "cat")
    answer(world, "dan")
    assert together(world) == [{"caller"}, {"ann", "dan"}]
    assert world.rebuilt() == world.floor


def test_a_call_that_is_given_to_a_queue_waits_for_the_skill_and_with_the_priority_that_were_said() -> None:
    skilled = replace(agent("cat", "back"), skills=(AgentSkill("english", 3),))
    world = staffed(agent("ann", "front"), agent("bob", "back"), skilled)
    wish(world, "cat", Wish.PAUSED)
    world.arrive("front")
    answer(world, "ann")
    ask(world, Purpose.TRANSFER, Requirement("english", 2), priority=7)
    (given,) = world.floor.calls.values()
    assert (given.place, given.priority) == (Place.WAITING, 7)
    wish(world, "cat", Wish.READY)
    answer(world, "cat")
    assert together(world) == [{"caller", "cat"}]


def ask(world: World, purpose: Purpose, skill: Requirement, priority: int | None = None) -> None:
    """Ann wants somebody of the other queue with this skill."""
    wanted = inputs.InviteParty(
        command(world), ANN, call(world), purpose, Destination(), queue=QueueId("back"), requirements=(skill,),
        priority=priority,
    )  # fmt: skip
    world.take(wanted)
    world.deliver_all()


def test_three_talk_and_two_go_on(world: World) -> None:
    invite(world, Purpose.CONFERENCE)
    answer(world, "bob")
    assert together(world) == [{"caller", "ann", "bob"}]
    do(world, Act.LEAVE)
    assert together(world) == [{"caller", "bob"}]
    do(world, Act.END, by="bob")
    assert not world.floor.calls


def test_a_call_goes_out_over_the_next_trunk_when_the_first_fails(world: World) -> None:
    invite(world, Purpose.TRANSFER, OUT)
    first = world.floor.calls[call(world)].invitation
    assert first is not None
    world.switch.fail(world.floor.legs[first.leg].channel, 34, 503, elsewhere=True)
    world.deliver_all()
    second = world.floor.calls[call(world)].invitation
    assert second is not None
    assert [one.trunk for one in world.bodies(facts.DialTried)] == ["t1", "t2"]
    world.switch.answer(world.floor.legs[second.leg].channel)
    world.deliver_all()
    assert len(together(world)) == 1


def test_a_colleague_who_was_given_to_a_queue_is_free_when_he_hangs_up_on_its_chain() -> None:
    chain = OverflowStep(StepKind.NUMBER, number="+81312340000")
    front = queue("front", longest_wait=5.0, waiting=Waiting(overflow=(chain,)))
    world = staffed(agent("ann", "front"), agent("bob", "back"), queues=(front, queue("back")))
    world.dials(ANN, TO_BOB)
    world.deliver_all()
    answer(world, "bob")
    wish(world, "ann", Wish.PAUSED)
    invite(world, Purpose.TRANSFER, queue="front")
    world.run(6)
    assert world.floor.calls[call(world)].place is Place.OVERFLOW
    caller_hangs_up(world, call(world))
    assert the(world, "bob").shown is Shown.READY


def test_a_parked_call_is_picked_up_or_goes_back_when_it_is_time(world: World) -> None:
    for place, code in (("9", Code.UNKNOWN_PARK_PLACE), ("702", None)):
        world.take(inputs.ParkCall(command(world), ANN, call(world), place))
        assert told(world) is code
    world.deliver_all()
    assert dict(world.floor.parked) == {"702": call(world)}
    world.take(inputs.PickUpCall(command(world), BOB, "701"))
    assert told(world) is Code.NOTHING_PARKED
    world.picks_up(BOB, "702")
    world.deliver_all()
    assert together(world) == [{"caller", "bob"}]
    world.take(inputs.ParkCall(command(world), BOB, call(world)))
    world.run(world.floor.parking.seconds + 1.0)
    answer(world, "bob")
    assert together(world) == [{"caller", "bob"}]
    assert not world.floor.parked


def test_keys_go_to_whoever_is_outside(world: World) -> None:
    world.take(inputs.SendDigits(command(world), ANN, call(world), "12#"))
    (caller,) = (one for one in world.switch.channels.values() if not one.endpoint)
    assert caller.tones == "12#"


@pytest.mark.parametrize(
    ("act", "code"),
    [(Act.COMPLETE, Code.NOT_CONSULTING), (Act.SWAP, Code.NOT_CONSULTING), (Act.CANCEL, Code.NOT_CONSULTING)],
)
def test_what_makes_no_sense_is_refused(world: World, act: Act, code: Code) -> None:
    do(world, act)
    assert told(world) is code
    do(world, act, by="bob")
    assert told(world) is Code.NOT_ON_CALL
    world.take(inputs.DropParty(command(world), ANN, call(world), LegId("leg_of_nobody")))
    assert told(world) is Code.UNKNOWN_PARTY
    invite(world, Purpose.CONFERENCE)
    invite(world, Purpose.CONSULT)
    assert told(world) is Code.ALREADY_INVITING
