"""Calls before and beside the offer: flow, wait, announcements, longest wait, recording, and the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acd import facts, inputs
from acd.config import QueueConfig
from acd.config.waiting import OverflowStep, StepKind, Waiting
from acd.effects import AnnouncePosition, ContinueFlow, StartMusic, StartRecording, StopRecording
from acd.model import Place
from kernel.ids import AgentId, CallId, LegId, NodeName, OfferId, PersonalId, PlaybackId, QueueId, RecordingId
from kernel.moment import after
from tests.fakes.world import NODE, START, World
from tests.stories import agent, answer, caller_hangs_up, go_ready, offers, open_floor, queue, reject, staffed


def announced(world: World) -> list[tuple[CallId, int]]:
    """Who was told which position, in order."""
    return [(spoken.call, spoken.position) for spoken in world.effects if isinstance(spoken, AnnouncePosition)]


def music(world: World) -> list[str]:
    return [started.channel for started in world.effects if isinstance(started, StartMusic)]


def use_queue(world: World, config: QueueConfig) -> None:
    """Put another version of one queue into force."""
    agents = tuple(one.config for one in world.floor.agents.values())
    world.take(inputs.UseConfig((config,), agents, world.floor.limits))


def prompt_ends(world: World) -> None:
    for playback in list(world.switch.playing):
        world.switch.finish_playback(playback)
    world.deliver_all()


def test_the_same_channel_seen_twice_is_the_same_call() -> None:
    world = open_floor(agent("ann", "q"))
    call = world.arrive("q")
    seen = inputs.CallArrived(call, LegId("leg_x"), NODE, "caller-1", "q", PersonalId("pii_1"), world.now)
    assert world.take(seen) == []


def test_a_greeting_is_heard_to_its_end_before_the_call_waits() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q~")
    assert (world.floor.calls[call].place, offers(world)) == (Place.FLOW, [])
    prompt_ends(world)
    assert ContinueFlow(call) in world.effects
    assert offers(world) == [(call, "ann")]


def test_a_step_told_twice_is_taken_once() -> None:
    world = open_floor(agent("ann", "q"))
    call = world.arrive("q~")
    again = inputs.FlowMoved(call, "flow_1", 1, NodeName("greeting"), PlaybackId(f"play_{call}"))
    assert world.take(again) == []


def test_a_caller_who_leaves_in_the_greeting_was_never_in_a_queue() -> None:
    world = open_floor(agent("ann", "q"))
    call = world.arrive("q~")
    leg = world.floor.calls[call].caller_leg
    assert leg is not None
    world.take(inputs.LegEnded(leg, 16))
    assert world.bodies(facts.CallEnded) == [facts.CallEnded(call, "ended_in_flow")]
    assert world.bodies(facts.CallLeftQueue) == []


def test_a_number_that_leads_nowhere_is_released() -> None:
    world = open_floor(agent("ann", "q"))
    call = world.arrive("0120")
    world.deliver_all()
    assert world.bodies(facts.CallEnded) == [facts.CallEnded(call, "released")]


def test_a_call_for_a_queue_that_is_not_there_is_released() -> None:
    world = open_floor(agent("ann", "q"))
    world.called["lost"] = (QueueId("nowhere"), 0, False)
    call = world.arrive("lost")
    world.deliver_all()
    assert world.bodies(facts.CallEnded) == [facts.CallEnded(call, "released")]


def test_a_waiting_caller_hears_the_music_of_his_queue() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", music="koto"),))
    world.arrive("q")
    assert [one for one in world.effects if isinstance(one, StartMusic)] == [StartMusic(NODE, "caller-1", "koto")]


def test_positions_are_told_at_whole_steps_of_the_wait_and_music_follows() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", announce_every=10.0),))
    first, second = world.arrive("q"), world.arrive("q!")
    world.run(10)
    assert sorted(announced(world)) == sorted([(first, 2), (second, 1)])
    assert len(music(world)) == 2
    prompt_ends(world)
    assert len(music(world)) == 4
    world.run(9)
    assert len(announced(world)) == 2
    world.run(1)
    assert len(announced(world)) == 4


def test_nothing_is_announced_over_an_announcement_or_a_ringing_agent() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", announce_every=5.0, ring_time=12.0),))
    call = world.arrive("q")
    world.run(11)
    assert announced(world) == [(call, 1)]
    prompt_ends(world)
    go_ready(world, "ann")
    world.run(11)
    assert announced(world) == [(call, 1)]
    world.run(5)
    assert announced(world) == [(call, 1), (call, 1)]


def test_an_announcement_due_twice_is_made_once() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", announce_every=10.0),))
    world.arrive("q")
    due = next(then for _, then in world.switch.timers if isinstance(then, inputs.AnnouncementDue))
    world.run(10)
    prompt_ends(world)
    assert world.take(due) == []
    assert len([then for _, then in world.switch.timers if isinstance(then, inputs.AnnouncementDue)]) == 1


def test_who_has_waited_longest_allowed_is_released() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", longest_wait=60.0),))
    call = world.arrive("q")
    world.run(59)
    assert world.bodies(facts.CallLeftQueue) == []
    world.run(1)
    assert world.bodies(facts.CallLeftQueue) == [facts.CallLeftQueue(call, QueueId("q"), "overflowed", 60.0)]
    assert world.bodies(facts.CallEnded) == [facts.CallEnded(call, "overflowed")]


def test_the_longest_wait_takes_a_ringing_offer_back() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", longest_wait=5.0, ring_time=20.0),))
    call = world.arrive("q")
    world.run(5)
    assert world.bodies(facts.OfferWithdrawn)[0].why == "longest_wait"
    assert (world.floor.calls, world.floor.legs, world.switch.channels) == ({}, {}, {})
    assert offers(world) == [(call, "ann")]


def test_the_longest_wait_of_a_talk_that_began_in_time_comes_to_nothing() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", longest_wait=5.0),))
    call = world.arrive("q")
    answer(world, "ann")
    world.run(10)
    assert world.floor.calls[call].place is Place.TALKING


def test_a_time_kept_by_the_fallback_counts_as_waiting() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", longest_wait=60.0),))
    world.arrive("q", waited=50.0)
    world.run(10)
    assert world.bodies(facts.CallLeftQueue)[0].waited == 60.0


@pytest.mark.parametrize(("before", "then"), [(30.0, 0.0), (30.0, 90.0), (30.0, 10.0)])
def test_who_waits_keeps_the_longest_wait_with_which_he_joined(before: float, then: float) -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", longest_wait=before),))
    world.arrive("q")
    world.run(5)
    use_queue(world, queue("q", longest_wait=then, version=2))
    world.run(24)
    assert world.bodies(facts.CallLeftQueue) == []
    world.run(1)
    assert world.bodies(facts.CallLeftQueue)[0].waited == 30.0


def test_the_next_caller_waits_as_the_queue_is_now() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", longest_wait=0.0),))
    world.arrive("q")
    use_queue(world, queue("q", longest_wait=30.0, version=2))
    second = world.arrive("q")
    world.run(60)
    assert [(left.call, left.waited) for left in world.bodies(facts.CallLeftQueue)] == [(second, 30.0)]


def test_announcements_go_on_for_who_joined_with_them() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", announce_every=10.0),))
    call = world.arrive("q")
    use_queue(world, replace(world.floor.queues[QueueId("q")].config, announce_every=0.0, version=2))
    world.run(1)
    world.arrive("q")
    world.run(10)
    prompt_ends(world)
    world.run(10)
    assert announced(world) == [(call, 1), (call, 1)]


def test_ring_time_and_wrap_up_are_those_with_which_the_call_joined() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q", ring_time=5.0, wrap_up=3.0),))
    call = world.arrive("q")
    use_queue(world, queue("q", ring_time=20.0, wrap_up=0.0, version=2))
    go_ready(world, "ann")
    offered = world.bodies(facts.OfferMade)[-1]
    assert offered.ring_until == after(world.now, 5.0)
    answer(world, "ann")
    caller_hangs_up(world, call)
    assert world.bodies(facts.WrapUpStarted)[-1].until == after(world.now, 3.0)


def test_a_talk_is_recorded_on_the_callers_leg_until_it_ends() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q")
    wanted = inputs.RecordingWanted(call, RecordingId("rec_1"))
    assert world.take(wanted) == []
    answer(world, "ann")
    world.take(wanted)
    assert world.take(replace(wanted, recording=RecordingId("rec_2"))) == []
    caller_hangs_up(world, call)
    assert StartRecording(RecordingId("rec_1"), NODE, "caller-1") in world.effects
    assert StopRecording(RecordingId("rec_1"), NODE, "caller-1") in world.effects
    assert world.bodies(facts.RecordingEnded) == [facts.RecordingEnded(RecordingId("rec_1"), call)]


def test_each_way_out_leaves_its_outcome_once() -> None:
    world = staffed(agent("ann", "q"))
    talked = world.arrive("q")
    answer(world, "ann")
    caller_hangs_up(world, talked)
    turned_down = world.arrive("q")
    reject(world, "ann")
    caller_hangs_up(world, turned_down)
    failed = world.arrive("q")
    leg = world.floor.calls[failed].caller_leg
    assert leg is not None
    world.take(inputs.LegEnded(leg, why="platform_failure"))
    ends = [(ended.call, ended.outcome) for ended in world.bodies(facts.CallEnded)]
    assert ends == [(talked, "completed"), (turned_down, "abandoned"), (failed, "platform_failure")]


@pytest.mark.parametrize(
    "late",
    [
        inputs.FlowMoved(CallId("call_x"), "flow_1", 1, NodeName("n"), None),
        inputs.CallRouted(CallId("call_x"), QueueId("q"), 0, START),
        inputs.CallReleased(CallId("call_x"), "released"),
        inputs.PlaybackEnded(CallId("call_x"), PlaybackId("play_x")),
        inputs.LegAnswered(LegId("leg_x")),
        inputs.LegEnded(LegId("leg_x")),
        inputs.OfferFailed(OfferId("offer_x"), "gone"),
        inputs.RecordingWanted(CallId("call_x"), RecordingId("rec_x")),
        inputs.RingTimeEnded(OfferId("offer_x")),
        inputs.WrapUpTimeEnded(AgentId("zoe"), START),
        inputs.LongestWaitReached(CallId("call_x"), QueueId("q"), START),
        inputs.AnnouncementDue(CallId("call_x"), QueueId("q"), START, START),
        inputs.LineRested(AgentId("zoe"), START),
        inputs.LineSeen(AgentId("zoe"), up=True),
    ],
    ids=lambda late: type(late).__name__,
)
def test_what_is_told_of_somebody_who_is_gone_changes_nothing(late: inputs.Input) -> None:
    world = staffed(agent("ann", "q"))
    assert world.take(late) == []


def test_a_flow_has_no_say_once_the_call_waits() -> None:
    world = open_floor(agent("ann", "q"))
    call = world.arrive("q")
    assert world.take(inputs.CallReleased(call, "released")) == []
    assert world.take(inputs.FlowMoved(call, "flow_1", 1, NodeName("n"), None)) == []
    assert world.take(inputs.CallRouted(call, QueueId("q"), 9, world.now)) == []


def test_the_end_of_another_prompt_does_not_move_the_flow() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q~")
    assert world.take(inputs.PlaybackEnded(call, PlaybackId("play_x"))) == []
    assert world.floor.calls[call].place is Place.FLOW


def test_a_step_that_leads_back_into_the_same_queue_is_passed_over() -> None:
    chain = (OverflowStep(StepKind.QUEUE, queue=QueueId("q")), OverflowStep(StepKind.ANNOUNCEMENT))
    world = open_floor(agent("ann", "q"), queues=(queue("q", longest_wait=10.0, waiting=Waiting(overflow=chain)),))
    world.arrive("q")
    world.run(10.0)
    assert [one.kind for one in world.bodies(facts.CallOverflowed)] == [StepKind.ANNOUNCEMENT]
