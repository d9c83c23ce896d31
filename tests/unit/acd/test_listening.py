"""A supervisor listens, whispers and joins in: his phone is rung, and the call goes on as if he were not there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from acd import facts, inputs
from acd.model import Destination, Hearing, Place, Purpose, Shown, Wish
from kernel.ids import AgentId, CallId, CommandId, LineId, PersonalId, QueueId, TrunkName
from kernel.refusal import Code
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
    sign_out,
    the,
    wish,
)

ANN, BOSS = AgentId("ann"), AgentId("boss")


def talking() -> tuple[World, CallId]:
    """Ann talks; the boss is not signed in, but his phone is there."""
    world = open_floor(agent("ann", "q"), agent("boss", "q"), agent("cat", "q"), agent("dan"))
    go_ready(world, "ann")
    world.take(inputs.LineSeen(BOSS, up=True))
    call = world.arrive("q")
    answer(world, "ann")
    return world, call


def listen(world: World, call: CallId, hearing: Hearing = Hearing.LISTEN, agent: AgentId = BOSS) -> Code | None:
    """What became of the order: None when it was carried out."""
    given = inputs.ListenIn(command(world), call, agent, hearing)
    world.take(given)
    outcome = world.floor.outcomes[given.command]
    return None if outcome is None else outcome.code


def heard(world: World) -> list[tuple[str, str, Hearing]]:
    """Who hears whom, and who hears him."""
    channels = world.switch.channels
    return [
        (channels[his].endpoint, channels[target].endpoint, how) for his, target, how in world.switch.spies.values()
    ]


def test_his_phone_is_rung_and_then_hears_the_agent_and_his_caller_but_is_not_heard() -> None:
    world, call = talking()
    before = dict(world.switch.bridges)
    assert listen(world, call) is None
    assert (the(world, "boss").shown, heard(world)) == (Shown.SIGNED_OUT, [])
    answer(world, "boss")
    assert heard(world) == [("PJSIP/boss", "PJSIP/ann", Hearing.LISTEN)]
    assert world.switch.bridges == before


def test_while_he_listens_he_whispers_and_joins_in_and_goes_back() -> None:
    world, call = talking()
    listen(world, call)
    answer(world, "boss")
    for hearing in (Hearing.WHISPER, Hearing.BARGE, Hearing.LISTEN):
        assert listen(world, call, hearing) is None
        assert heard(world) == [("PJSIP/boss", "PJSIP/ann", hearing)]
    assert [one.hearing for one in world.bodies(facts.HearingChanged)] == ["whisper", "barge", "listen"]
    assert len(world.bodies(facts.ListeningStarted)) == 1


def test_his_hanging_up_changes_nothing_for_the_others() -> None:
    world, call = talking()
    listen(world, call)
    answer(world, "boss")
    agent_hangs_up(world, "boss")
    assert (heard(world), world.floor.calls[call].place) == ([], Place.TALKING)
    assert world.floor.listenings == {}


def test_he_may_be_told_to_stop() -> None:
    world, call = talking()
    listen(world, call)
    answer(world, "boss")
    world.take(inputs.StopListening(command(world), call, BOSS))
    world.deliver_all()
    assert (world.floor.listenings, world.floor.calls[call].place) == ({}, Place.TALKING)
    given = inputs.StopListening(command(world), call, BOSS)
    world.take(given)
    outcome: Any = world.floor.outcomes[given.command]
    assert outcome.code is Code.NOT_LISTENING


def test_with_the_call_his_listening_ends() -> None:
    for leave in (lambda world, call: caller_hangs_up(world, call), lambda world, _call: agent_hangs_up(world, "ann")):
        world, call = talking()
        listen(world, call)
        answer(world, "boss")
        leave(world, call)
        assert (world.floor.calls, world.floor.legs, world.switch.channels, heard(world)) == ({}, {}, {}, [])
        assert [one.outcome for one in world.bodies(facts.CallEnded)] == ["completed"]


def test_he_stays_with_the_customer_through_a_queue_and_hears_whoever_takes_him() -> None:
    world, call = talking()
    listen(world, call, Hearing.WHISPER)
    answer(world, "boss")
    (his,) = world.floor.listenings.values()
    transfer(world, call, queue="q")
    assert (world.floor.calls[call].place, his.of) == (Place.WAITING, None)
    assert heard(world) == [("PJSIP/boss", "", Hearing.LISTEN)]
    assert listen(world, call, Hearing.BARGE) is Code.CALL_NOT_TALKING
    go_ready(world, "cat")
    answer(world, "cat")
    assert heard(world) == [("PJSIP/boss", "PJSIP/cat", Hearing.LISTEN)]
    assert listen(world, call, Hearing.WHISPER) is None
    assert heard(world) == [("PJSIP/boss", "PJSIP/cat", Hearing.WHISPER)]
    agent_hangs_up(world, "cat")
    assert (world.floor.calls, world.floor.listenings, heard(world)) == ({}, {}, [])
    assert [one.of for one in world.bodies(facts.ListeningMoved)] == [None, "cat"]
    assert world.rebuilt() == world.floor


def test_he_hears_him_also_with_somebody_outside() -> None:
    world, call = talking()
    listen(world, call)
    answer(world, "boss")
    transfer(world, call, to=Destination(LineId("l1"), (TrunkName("t1"),)))
    answer_outside(world)
    assert heard(world) == [("PJSIP/boss", "", Hearing.LISTEN)]
    caller_hangs_up(world, call)
    assert (world.floor.calls, heard(world)) == ({}, [])


def test_of_an_agent_who_asks_first_he_hears_the_asking_and_then_the_customer_with_whom_he_has_now() -> None:
    world, call = talking()
    go_ready(world, "cat")
    listen(world, call)
    answer(world, "boss")
    invite(world, call, Purpose.CONSULT, Destination(colleague=AgentId("cat")))
    answer(world, "cat")
    assert heard(world) == [("PJSIP/boss", "PJSIP/ann", Hearing.LISTEN)]
    world.take(inputs.ControlTalk(command(world), ANN, call, inputs.Act.COMPLETE))
    world.deliver_all()
    assert heard(world) == [("PJSIP/boss", "PJSIP/cat", Hearing.LISTEN)]
    assert world.rebuilt() == world.floor


def renewed(world: World) -> int:
    return len(world.bodies(facts.ListeningRenewed))


def control(world: World, call: CallId, *acts: inputs.Act) -> None:
    for act in acts:
        world.take(inputs.ControlTalk(command(world), ANN, call, act))
        world.deliver_all()


def listened_to(hearing: Hearing) -> tuple[World, CallId]:
    world, call = talking()
    go_ready(world, "cat")
    listen(world, call, hearing)
    answer(world, "boss")
    return world, call


def test_whenever_his_agent_hears_others_what_he_hears_with_is_another_and_the_same_hear_him() -> None:
    for hearing in Hearing:
        world, call = listened_to(hearing)
        cat = Destination(colleague=AgentId("cat"))
        for acts in ((inputs.Act.CANCEL,), (inputs.Act.SWAP, inputs.Act.SWAP, inputs.Act.CANCEL)):
            spies, before = set(world.switch.spies), renewed(world)
            invite(world, call, Purpose.CONSULT, cat)
            assert set(world.switch.spies) == spies
            answer(world, "cat")
            control(world, call, *acts)
            assert renewed(world) - before == len(acts) + 1
            assert heard(world) == [("PJSIP/boss", "PJSIP/ann", hearing)]
        assert not set(world.switch.spies) & spies
        assert world.rebuilt() == world.floor


def test_one_who_came_to_them_and_is_left_with_his_agent_is_heard_by_him() -> None:
    world, call = listened_to(Hearing.BARGE)
    invite(world, call, Purpose.CONFERENCE, Destination(colleague=AgentId("cat")))
    answer(world, "cat")
    assert renewed(world) == 0
    caller_hangs_up(world, call)
    assert (renewed(world), heard(world)) == (1, [("PJSIP/boss", "PJSIP/ann", Hearing.BARGE)])


def test_what_has_nothing_to_do_with_whom_his_agent_hears_leaves_his_ear_alone() -> None:
    world, call = listened_to(Hearing.LISTEN)
    spies = dict(world.switch.spies)
    control(world, call, inputs.Act.HOLD, inputs.Act.UNHOLD)
    other = world.arrive("q")
    answer(world, "cat")
    caller_hangs_up(world, other)
    assert (renewed(world), world.switch.spies) == (0, spies)


def test_two_who_listen_to_one_agent_both_hear_whom_he_asks() -> None:
    world, call = listened_to(Hearing.LISTEN)
    world.take(inputs.LineSeen(AgentId("dan"), up=True))
    assert listen(world, call, agent=AgentId("dan")) is None
    answer(world, "dan")
    invite(world, call, Purpose.CONSULT, Destination(colleague=AgentId("cat")))
    answer(world, "cat")
    assert renewed(world) == len(world.switch.spies) == 2


def test_a_phone_that_rings_while_his_agent_asks_hears_them_when_it_is_picked_up() -> None:
    world, call = talking()
    go_ready(world, "cat")
    listen(world, call)
    invite(world, call, Purpose.CONSULT, Destination(colleague=AgentId("cat")))
    answer(world, "cat")
    assert heard(world) == []
    answer(world, "boss")
    assert heard(world) == [("PJSIP/boss", "PJSIP/ann", Hearing.LISTEN)]
    assert [his.outdated for his in world.floor.listenings.values()] == [False]


def test_a_phone_that_still_rings_hears_whom_the_call_was_given_to() -> None:
    world, call = talking()
    listen(world, call)
    transfer(world, call, queue="q")
    go_ready(world, "cat")
    answer(world, "cat")
    answer(world, "boss")
    assert heard(world) == [("PJSIP/boss", "PJSIP/cat", Hearing.LISTEN)]


def invite(world: World, call: CallId, purpose: Purpose, to: Destination, queue: str = "") -> None:
    asked = QueueId(queue) if queue else None
    world.take(inputs.InviteParty(command(world), ANN, call, purpose, to, PersonalId("pii"), "+81", asked))
    world.deliver_all()


def transfer(world: World, call: CallId, to: Destination = Destination(), queue: str = "") -> None:  # noqa: B008
    """Ann gives the call away, and wants no other for the time being."""
    wish(world, "ann", Wish.PAUSED)
    invite(world, call, Purpose.TRANSFER, to, queue)


def answer_outside(world: World) -> None:
    (invited,) = [one.invitation.leg for one in world.bodies(facts.PartyInvited)]
    world.switch.answer(world.floor.legs[invited].channel)
    world.deliver_all()


def test_a_call_that_is_over_before_he_picks_up_does_not_ring_on() -> None:
    world, call = talking()
    listen(world, call)
    caller_hangs_up(world, call)
    assert (world.switch.channels, world.floor.calls) == ({}, {})


def test_a_phone_that_is_not_picked_up_rings_for_a_while_only() -> None:
    world, call = talking()
    listen(world, call)
    world.run(31.0)
    assert (world.switch.ringing("PJSIP/boss"), world.floor.listenings) == (None, {})
    assert world.floor.calls[call].place is Place.TALKING


def test_who_listens_is_given_no_call_and_afterwards_the_one_that_waits() -> None:
    world, call = talking()
    go_ready(world, "boss")
    listen(world, call)
    assert the(world, "boss").shown is Shown.LISTENING
    next_call = world.arrive("q")
    answer(world, "boss")
    assert offers(world) == [(call, "ann")]
    agent_hangs_up(world, "boss")
    assert offers(world) == [(call, "ann"), (next_call, "boss")]


def test_a_parked_call_does_not_go_back_to_a_phone_that_listens() -> None:
    world, call = talking()
    wish(world, "ann", Wish.PAUSED)
    world.take(inputs.ParkCall(command(world), ANN, call))
    world.deliver_all()
    go_ready(world, "cat")
    other = world.arrive("q")
    answer(world, "cat")
    assert listen(world, other, agent=ANN) is None
    answer(world, "ann")
    world.run(world.floor.parking.seconds + 1.0)
    assert world.floor.calls[call].place is Place.WAITING
    assert the(world, "ann").shown is Shown.LISTENING


def test_where_nothing_is_to_be_heard_or_no_phone_is_free_it_is_refused() -> None:
    world, call = talking()
    waits = world.arrive("q")
    assert listen(world, waits) is Code.CALL_NOT_TALKING
    assert listen(world, CallId("call_x")) is Code.CALL_NOT_TALKING
    assert listen(world, call, agent=ANN) is Code.CALL_NOT_TALKING
    assert listen(world, call, agent=AgentId("nobody")) is Code.UNKNOWN_AGENT
    world.take(inputs.LineSeen(BOSS, up=False))
    assert listen(world, call) is Code.PHONE_UNREACHABLE
    go_ready(world, "boss")
    answer(world, "boss")
    assert listen(world, call) is Code.BUSY_WITH_CALL
    assert world.bodies(facts.ListeningStarted) == []


def test_a_supervisor_does_not_sign_out_with_his_ear_in_a_call() -> None:
    world, call = talking()
    go_ready(world, "boss")
    wish(world, "boss", Wish.PAUSED)
    listen(world, call)
    sign_out(world, "boss")
    given: Any = world.taken[-1]
    outcome: Any = world.floor.outcomes[given.command]
    assert outcome.code is Code.BUSY_WITH_CALL


def test_a_controller_that_comes_back_lets_him_go_and_the_call_goes_on() -> None:
    world, call = talking()
    listen(world, call)
    answer(world, "boss")
    world.restart()
    world.deliver_all()
    assert (world.switch.spies, world.floor.listenings) == ({}, {})
    assert world.floor.calls[call].place is Place.TALKING
    assert world.rebuilt() == world.floor


def test_the_same_order_again_rings_nobody_again() -> None:
    world, call = talking()
    given = replace(inputs.ListenIn(command(world), call, BOSS, Hearing.LISTEN), command=CommandId("once"))
    world.take(given)
    assert world.take(given) == []
