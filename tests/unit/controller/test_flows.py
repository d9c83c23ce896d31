"""A call through the flow of its number: answered, greeted once, routed, or ended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from acd import inputs
from acd.model import Place
from asterisk import channels, playbacks, wire
from asterisk.wire import ChannelState
from controller.fault import Step
from controller.scripts import Script
from kernel.ids import PlaybackId
from tests.fakes.ari import BORN, snapshot
from tests.fakes.desk import CLOSED, GREETED, LOST, PROMPTS, STRAIGHT, TENANT, Desk, desk
from tests.fakes.virtual_time import in_jumping_time


def greeting(here: Desk) -> str:
    playback = here.call().playback
    assert playback is not None
    return playback


@in_jumping_time
async def test_a_greeted_caller_is_answered_and_hears_the_prompt(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.passed.clear()
        channel = here.arrives(GREETED)
        playback = greeting(here)
        assert here.ari.asked == [
            channels.answer(channel),
            playbacks.play(channel, playback, (f"sound:{PROMPTS}/greeting",)),
        ]
        assert here.kinds()[-1] == "FlowStepped"
        assert Step.FLOW_STEPPED in here.passed


@in_jumping_time
async def test_the_prompt_is_written_down_before_it_is_played(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        seen: list[bool] = []
        post = here.ari.post

        def watched(request, failed=None):  # type: ignore[no-untyped-def]
            if "play" in request.uri:
                seen.append("FlowStepped" in here.kinds())
            post(request, failed)

        here.node.dispatch._callers._flows._ari = type("Ari", (), {"post": staticmethod(watched)})()  # type: ignore[assignment]
        here.arrives(GREETED)
        assert seen == [True]


@in_jumping_time
async def test_after_the_prompt_the_call_waits_with_music(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(GREETED)
        here.ari.tell(wire.ChannelStateChange(snapshot(channel, ChannelState.UP), BORN))
        here.ari.forget()
        here.ari.tell(wire.PlaybackFinished(greeting(here), f"channel:{channel}", False, BORN))
        assert here.call().place is Place.WAITING
        assert here.ari.asked == [channels.moh_start(channel, "calm")]


@in_jumping_time
async def test_who_goes_straight_to_a_queue_is_answered_after_the_free_agent_has_been_rung(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        channel = here.arrives(STRAIGHT)
        asked = [request.uri for request in here.ari.asked]
        assert asked[:3] == ["channels/create", f"channels/{channel}/answer", f"channels/{channel}/moh"]


@in_jumping_time
async def test_a_caller_the_fallback_kept_is_greeted_no_second_time(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(GREETED, how="returned")
        assert here.call().place is Place.WAITING
        assert here.ari.asked == [channels.answer(channel), channels.moh_start(channel, "calm")]
        queued = next(fact.body for fact in here.facts() if fact.type == "CallQueued")
        assert queued.since == BORN


@in_jumping_time
async def test_a_flow_that_ends_hangs_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(CLOSED)
        assert here.ari.asked == [channels.answer(channel), channels.hangup(channel)]
        assert here.kinds()[-2:] == ["LegGone", "CallEnded"]
        assert here.facts()[-1].body.outcome == "released"


@in_jumping_time
async def test_a_queue_that_is_not_there_releases_the_caller(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.arrives(LOST)
        assert (here.kinds()[-1], here.facts()[-1].body.outcome) == ("CallEnded", "released")


@in_jumping_time
async def test_a_prompt_that_cannot_be_played_does_not_hold_the_caller_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.ari.outside.add("1700000000.1")
        here.arrives(GREETED)
        assert here.kinds()[-3:] == ["PlaybackFinished", "CallQueued", "WaitingPlaceTaken"]


@in_jumping_time
async def test_a_caller_who_is_gone_before_his_prompt_goes_no_further(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        gone = here.ari.arrives("1700000000.1")
        del here.ari.channels[gone.id]
        here.ari.tell(wire.StasisStart(gone, ("arrived", GREETED), BORN))
        assert here.kinds()[-1] == "FlowStepped"
        here.ari.tell(wire.ChannelDestroyed(gone, BORN, 16, "", None))
        assert here.facts()[-1].body.outcome == "ended_in_flow"


@in_jumping_time
async def test_a_call_whose_number_has_no_flow_any_more_is_released(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(GREETED)
        here.board.scripts.put(TENANT, Script(0, {}, {}), ())
        here.ari.tell(wire.PlaybackFinished(greeting(here), f"channel:{channel}", False, BORN))
        assert here.facts()[-1].body.outcome == "released"


@in_jumping_time
async def test_going_on_with_a_call_that_is_over_changes_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(GREETED)
        call = here.call()
        here.hangs_up(channel)
        facts = len(here.facts())
        flows = here.node.dispatch._callers._flows
        flows.go_on(here.box, call.id)
        flows.go_on(here.box, call.id, "full")
        flows.enter(here.box, call.id, returned=False)
        assert len(here.facts()) == facts


@in_jumping_time
async def test_resume_hears_nothing_twice(tmp_path: Path) -> None:
    """After a restart: before the first step it begins, while the prompt plays it waits, after it goes on."""
    async with desk(tmp_path) as here:
        flows = here.node.dispatch._callers._flows
        channel = here.arrives(GREETED)
        call, asked = here.call(), len(here.ari.asked)
        flows.resume(here.box, call)
        assert len(here.ari.asked) == asked
        here.box.take(inputs.PlaybackEnded(call.id, PlaybackId("play_other")))
        here.ari.tell(wire.PlaybackFinished(greeting(here), f"channel:{channel}", False, BORN))
        assert call.place is Place.WAITING


@in_jumping_time
async def test_resume_begins_what_was_never_begun(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        flows = here.node.dispatch._callers._flows
        channel = here.arrives(GREETED)
        call = here.call()
        call.node = call.playback = None
        here.ari.forget()
        flows.resume(here.box, call)
        assert here.ari.asked[0] == channels.answer(channel)
        assert "play_" in here.ari.asked[1].uri


@in_jumping_time
async def test_callers_of_a_suspended_tenant_hear_that_they_cannot_be_served_and_nothing_else(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.floor.limits = replace(here.floor.limits, suspended="GR-20")
        channel = here.arrives(STRAIGHT)
        playback = greeting(here)
        assert here.ari.asked == [
            channels.answer(channel),
            playbacks.play(channel, playback, (f"sound:{PROMPTS}/suspended",)),
        ]
        here.ari.tell(wire.ChannelStateChange(snapshot(channel, ChannelState.UP), BORN))
        here.ari.forget()
        here.ari.tell(wire.PlaybackFinished(playback, f"channel:{channel}", False, BORN))
        assert here.ari.asked == [channels.hangup(channel)]
        assert "CallQueued" not in here.kinds()
