"""Each effect is its ARI requests in their order; what Asterisk cannot do comes back as an input."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from acd import effects, inputs
from acd.effects import Effect
from acd.model import Line, Place
from asterisk import bridges, channels, playbacks
from asterisk.channels import Cause
from asterisk.request import Request
from controller.leases import RENEW_EVERY, TALK_LEASE
from kernel.ids import AgentId, CallId, ConversationId, LegId, NodeId, OfferId, PlaybackId, RecordingId
from kernel.moment import after
from tests.fakes.desk import GREETED, PROMPTS, Desk, desk
from tests.fakes.virtual_time import LoopClock, in_jumping_time

NODE = NodeId("node-1")
CONV, LEG, CALL = ConversationId("conv_1"), LegId("leg_1"), CallId("call_1")


def perform(here: Desk, effect: Effect) -> list[Request]:
    """What is asked of Asterisk for one effect."""
    here.ari.forget()
    here.node.performer.perform(here.box, effect)
    return here.ari.forget()


@pytest.mark.parametrize(
    ("effect", "asked"),
    [
        (
            effects.RingAgent(OfferId("o"), CALL, AgentId("ann"), LEG, NODE, "ann", "leg_1", False, "c1"),
            [channels.create("leg_1", "PJSIP/ann", "denwaban-00", "ringing", originator="c1")],
        ),
        (
            effects.RingAgent(OfferId("o"), CALL, AgentId("ann"), LEG, NODE, "ann", "leg_7", True, "c1"),
            [channels.dial("leg_7", caller="c1")],
        ),
        (
            effects.PrepareLeg(AgentId("ann"), NODE, "ann", "leg_7"),
            [channels.create("leg_7", "PJSIP/ann", "denwaban-00", "prepared", formats=("ulaw", "alaw"))],
        ),
        (effects.ReleaseLeg(NODE, "leg_7"), [channels.hangup("leg_7")]),
        (effects.AnswerCaller(NODE, "c1"), [channels.answer("c1")]),
        (
            effects.Connect(CONV, NODE, ("c1", "leg_1")),
            [bridges.create("conv_1"), bridges.add("conv_1", ("c1", "leg_1"))],
        ),
        (effects.Disconnect(CONV, NODE), [bridges.destroy("conv_1")]),
        (effects.HangUp(LEG, NODE, "leg_1"), [channels.hangup("leg_1", Cause.NORMAL)]),
        (effects.HangUp(LEG, NODE, "leg_1", "no_answer"), [channels.hangup("leg_1", Cause.NO_ANSWER)]),
        (effects.StartMusic(NODE, "c1", "calm"), [channels.moh_start("c1", "calm")]),
        (effects.StopMusic(NODE, "c1"), [channels.moh_stop("c1")]),
        (
            effects.AnnouncePosition(CALL, NODE, "c1", PlaybackId("play_1"), 20),
            [playbacks.play("c1", "play_1", (f"sound:{PROMPTS}/position-20",))],
        ),
        (
            effects.AnnouncePosition(CALL, NODE, "c1", PlaybackId("play_1"), 21),
            [playbacks.play("c1", "play_1", (f"sound:{PROMPTS}/position-many",))],
        ),
        (effects.StopPlayback(NODE, PlaybackId("play_1")), [playbacks.stop("play_1")]),
    ],
)  # fmt: skip
@in_jumping_time
async def test_an_effect_is_its_requests(tmp_path: Path, effect: Effect, asked: list[Request]) -> None:
    async with desk(tmp_path) as here:
        assert perform(here, effect) == asked


@in_jumping_time
async def test_who_is_connected_gets_a_lease_for_hours_a_caller_at_once_and_a_leg_of_ours_when_the_talk_lasts(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        caller = here.arrives()
        leg = here.leg()
        here.answers(leg)

        def leased() -> list[str]:
            return [told[1] for told in here.ami.told if told[0] == "lease" and told[2] == str(TALK_LEASE)]

        await asyncio.sleep(RENEW_EVERY / 2)
        assert leased() == [caller]
        await asyncio.sleep(RENEW_EVERY)
        assert leased() == [caller, leg]


@in_jumping_time
async def test_a_recording_is_started_and_stopped_on_the_callers_leg(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        caller = here.arrives()
        here.answers(here.leg())
        recording = here.call().recording
        await asyncio.sleep(1)
        here.hangs_up(caller)
        await asyncio.sleep(1)
        told = [said for said in here.ami.told if said[0] in ("start", "stop")]
        assert told[0][:2] == ("start", caller)
        assert all(recording in name for name in told[0][2:])
        assert told[1] == ("stop", caller, "mix-1")


@in_jumping_time
async def test_a_recording_that_was_never_started_here_is_stopped_by_what_its_channel_says(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.ari.arrives("c1")
        here.ari.channels["c1"].variables["DENWABAN_MIXMONITOR"] = "mix-of-before"
        perform(here, effects.StopRecording(RecordingId("rec_1"), NODE, "c1"))
        perform(here, effects.StopRecording(RecordingId("rec_2"), NODE, "c2"))
        await asyncio.sleep(1)
        assert [said for said in here.ami.told if said[0] == "stop"] == [("stop", "c1", "mix-of-before")]


@in_jumping_time
async def test_who_is_gone_when_he_is_hung_up_has_ended(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        caller = here.arrives()
        del here.ari.channels[caller]
        leg = here.call().caller_leg
        assert leg is not None
        perform(here, effects.HangUp(leg, NODE, caller))
        here.ari.settle()
        gone = [fact.body for fact in here.facts() if fact.type == "LegGone"]
        assert [(one.channel, one.why) for one in gone] == [(caller, "gone")]
        assert here.floor.calls == {}


@in_jumping_time
async def test_a_phone_that_cannot_be_rung_loses_the_offer_and_the_next_is_rung(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        for agent in ("ann", "bob"):
            here.goes_ready(agent)
            await asyncio.sleep(1)
        here.ari.phones.discard("ann")
        here.arrives()
        lost = [fact.body for fact in here.facts() if fact.type == "OfferLost"]
        assert [(one.agent, one.reason) for one in lost] == [("ann", "rejected_500")]
        assert here.floor.agents[AgentId("ann")].line is Line.FAILED
        (offer,) = here.call().offers
        assert here.floor.offers[offer].agent == "bob"


@in_jumping_time
async def test_a_leg_that_is_gone_before_it_is_dialled_loses_its_offer(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.ari.arrives("c1")
        here.arrives()
        leg = here.leg()
        del here.ari.channels[leg]
        here.node.performer.dial(here.box, leg, "")
        here.ari.settle()
        lost = [fact.body for fact in here.facts() if fact.type == "OfferLost"]
        assert [one.reason for one in lost] == ["gone"]
        assert here.call().place is Place.WAITING


@in_jumping_time
async def test_a_socket_that_is_down_loses_no_offer(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.ari.up = False
        here.arrives()
        assert here.call().offered
        assert "OfferLost" not in here.kinds()


@in_jumping_time
async def test_a_created_leg_is_dialled_and_one_without_its_offer_is_hung_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.arrives()
        leg = here.leg()
        assert channels.dial(leg, caller=here.floor.legs[here.call().caller_leg].channel) in here.ari.forget()
        here.answers(leg)
        here.ari.forget()
        here.node.performer.dial(here.box, leg, "")
        assert here.ari.forget() == [channels.hangup(leg)]


@in_jumping_time
async def test_an_announcement_that_cannot_be_heard_is_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        ended: list[inputs.Input] = []
        here.box.take = ended.append  # type: ignore[method-assign]
        here.ari.arrives("c1")
        here.ari.outside.add("c1")
        for channel in ("c1", "gone"):
            perform(here, effects.AnnouncePosition(CALL, NODE, channel, PlaybackId("play_1"), 1))
        here.ari.settle()
        assert ended == [inputs.PlaybackEnded(CALL, PlaybackId("play_1"))]


@in_jumping_time
async def test_a_socket_that_is_down_ends_no_prompt_and_no_announcement(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.ari.up = False
        here.arrives(GREETED)
        perform(here, effects.AnnouncePosition(CALL, NODE, "c1", PlaybackId("play_1"), 1))
        here.ari.settle()
        assert here.kinds()[-1] == "FlowStepped"
        assert here.call().playback is not None


@in_jumping_time
async def test_a_timer_rings_at_its_moment_and_a_late_one_at_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        rung: list[tuple[float, inputs.Input]] = []
        loop = asyncio.get_running_loop()
        here.box.take = lambda given: rung.append((loop.time(), given))  # type: ignore[method-assign]
        start, now = loop.time(), LoopClock().now()
        soon, late = inputs.RingTimeEnded(OfferId("soon")), inputs.RingTimeEnded(OfferId("late"))
        perform(here, effects.SetTimer(after(now, 20.0), soon))
        perform(here, effects.SetTimer(after(now, -300.0), late))
        assert rung == []
        await asyncio.sleep(60)
        assert [(pytest.approx(at - start, abs=0.01), given) for at, given in rung] == [(0, late), (20, soon)]


@in_jumping_time
async def test_an_offer_that_rings_out_goes_on_by_its_timer(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.arrives()
        leg = here.leg()
        here.ari.forget()
        await asyncio.sleep(21)
        assert "OfferMissed" in here.kinds()
        assert here.ari.forget() == [channels.hangup(leg, Cause.NO_ANSWER)]
