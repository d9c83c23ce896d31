"""Each event of Asterisk becomes the word of the domain it stands for, or is counted, and never an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from acd.model import LegState, Line, Place
from asterisk import channels, wire
from asterisk.channels import Cause
from asterisk.endpoints import BROWSER
from asterisk.wire import ChannelState
from controller.fault import Step
from kernel.ids import AgentId
from tests.fakes.ari import BORN, snapshot
from tests.fakes.desk import GREETED, STRAIGHT, desk
from tests.fakes.virtual_time import in_jumping_time


@in_jumping_time
async def test_a_caller_from_the_dialplan_becomes_a_call(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        since = len(here.facts())
        here.passed.clear()
        here.arrives(STRAIGHT)
        assert here.kinds(since) == ["CallStarted", "LegStarted", "CallQueued", "WaitingPlaceTaken"]
        assert here.call().place is Place.WAITING
        first = [Step.EVENT_READ, Step.DISPATCHED, Step.IN_MAILBOX, Step.DECIDED, Step.JOURNALED]
        assert here.passed[:5] == first


@in_jumping_time
async def test_a_number_that_nobody_owns_is_turned_away_and_leaves_no_fact(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        before = here.journal.path.read_bytes()
        channel = here.arrives("0399999999")
        assert here.ari.asked == [channels.hangup(channel, Cause.UNALLOCATED)]
        assert here.journal.path.read_bytes() == before
        assert here.floor.calls == {}


@pytest.mark.parametrize("args", [(), ("arrived",), ("arrived", "1", "2"), ("dialled", "110"), ("nonsense", STRAIGHT)])
@in_jumping_time
async def test_who_comes_with_other_words_is_rejected(tmp_path: Path, args: tuple[str, ...]) -> None:
    async with desk(tmp_path) as here:
        channel = here.ari.arrives("1700000000.9")
        here.ari.tell(wire.StasisStart(channel, args, BORN))
        assert here.ari.asked == [channels.hangup(channel.id, Cause.REJECTED)]
        assert here.floor.calls == {}


@in_jumping_time
async def test_a_leg_of_nobody_is_hung_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.ari.tell(wire.StasisStart(here.ari.arrives("leg_ghost"), ("ringing",), BORN))
        assert here.ari.asked == [channels.hangup("leg_ghost")]


@in_jumping_time
async def test_an_answer_of_the_agent_connects(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.arrives()
        leg = here.leg()
        here.ari.tell(wire.ChannelStateChange(snapshot(leg, ChannelState.RINGING), BORN))
        assert here.floor.legs[leg].state is LegState.RINGING  # type: ignore[index]
        here.answers(leg)
        assert here.call().place is Place.TALKING
        assert len(here.ari.bridges) == 1


@in_jumping_time
async def test_a_hang_up_of_the_caller_ends_his_call_at_the_request(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives()
        here.ari.tell(wire.ChannelHangupRequest(snapshot(channel, ChannelState.UP), BORN, 16, False))
        assert here.kinds()[-4:] == ["CallLeftQueue", "WaitingPlaceReturned", "CallEnding", "CallEnded"]
        facts = len(here.facts())
        here.ari.tell(wire.ChannelDestroyed(snapshot(channel), BORN, 16, "", None))
        assert len(here.facts()) == facts


@in_jumping_time
async def test_our_own_hang_up_of_an_agent_ends_his_leg_only_when_the_channel_is_gone(tmp_path: Path) -> None:
    """Asterisk tells our DELETE back as a soft request, before any BYE is sent."""
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        caller = here.arrives()
        leg = here.leg()
        here.answers(leg)
        here.ari.channels.pop(caller)
        here.ari.on_event(wire.ChannelHangupRequest(snapshot(caller, ChannelState.UP), BORN, 16, False))
        here.ari.on_event(wire.ChannelHangupRequest(snapshot(leg, ChannelState.UP), BORN, 32, True))
        assert here.floor.legs[leg].channel == leg  # type: ignore[index]
        here.ari.settle()
        gone = [fact.body for fact in here.facts() if fact.type == "LegGone"][-1]
        assert (gone.channel, gone.cause) == (leg, 16)


@in_jumping_time
async def test_a_refusal_has_its_cause_from_the_end_of_the_channel(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.arrives()
        leg = here.leg()
        here.ari.tell(wire.ChannelHangupRequest(snapshot(leg, ChannelState.RINGING), BORN, 0, False))
        assert here.kinds()[-1] != "OfferRefused"
        here.ari.tell(wire.ChannelDestroyed(snapshot(leg, ChannelState.RINGING), BORN, 21, "", 603))
        assert "OfferRefused" in here.kinds()


@in_jumping_time
async def test_the_end_of_a_prompt_lets_the_flow_go_on(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(GREETED)
        playback = here.call().playback
        assert playback is not None
        here.ari.tell(wire.PlaybackFinished("play_other", f"channel:{channel}", False, BORN))
        here.ari.tell(wire.PlaybackFinished(playback, "channel:1700000000.77", False, BORN))
        assert here.call().place is Place.FLOW
        here.ari.tell(wire.PlaybackFinished(playback, f"channel:{channel}", False, BORN))
        assert here.call().place is Place.WAITING


@in_jumping_time
async def test_a_phone_that_registers_or_goes_away_moves_the_line(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        ann = here.floor.agents[AgentId("ann")]
        for state, line in (("Reachable", Line.UP), ("Unreachable", Line.DOWN), ("Unknown", Line.DOWN)):
            here.ari.tell(wire.PeerStatusChange("PJSIP", "ann", state, BORN))
            assert ann.line is line
        here.ari.tell(wire.PeerStatusChange("PJSIP", "stranger", "Reachable", BORN))


@in_jumping_time
async def test_a_line_that_rests_is_woken_when_the_phone_registers_anew(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.arrives()
        here.hangs_up(here.leg(), cause=34)
        ann = here.floor.agents[AgentId("ann")]
        assert (ann.line, here.kinds().count("OfferMade")) == (Line.FAILED, 1)
        for state, line in (("Unreachable", Line.DOWN), ("Reachable", Line.UP)):
            here.ari.tell(wire.PeerStatusChange("PJSIP", "ann", state, BORN))
            assert ann.line is line


@in_jumping_time
async def test_the_browser_is_rung_while_it_is_open(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.ari.tell(wire.PeerStatusChange("PJSIP", "ann" + BROWSER, "Reachable", BORN))
        here.arrives()
        (request,) = (one for one in here.ari.asked if one.uri == "channels/create")
        assert ("endpoint", f"PJSIP/ann{BROWSER}") in request.query


@in_jumping_time
async def test_the_line_stands_while_one_of_both_phones_does(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        ann = here.floor.agents[AgentId("ann")]
        web = "ann" + BROWSER
        for endpoint, state, line in (
            (web, "Reachable", Line.UP),
            ("ann", "Reachable", Line.UP),
            (web, "Unreachable", Line.UP),
            ("ann", "Unreachable", Line.DOWN),
        ):
            here.ari.tell(wire.PeerStatusChange("PJSIP", endpoint, state, BORN))
            assert ann.line is line, (endpoint, state)


@in_jumping_time
async def test_an_agent_who_holds_his_caller_says_so(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        caller = here.arrives()
        leg = here.leg()
        here.ari.tell(wire.ChannelHold(snapshot(leg, ChannelState.RINGING), BORN))
        here.answers(leg)
        here.ari.tell(wire.ChannelHold(snapshot(caller, ChannelState.UP), BORN))
        assert "LegHeld" not in here.kinds()
        here.ari.tell(wire.ChannelHold(snapshot(leg, ChannelState.UP), BORN))
        assert here.kinds()[-1] == "LegHeld"
        here.ari.tell(wire.ChannelUnhold(snapshot(leg, ChannelState.UP), BORN))
        assert here.kinds()[-1] == "LegUnheld"


@in_jumping_time
async def test_what_concerns_nobody_is_counted_and_changes_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        since = len(here.facts())
        strange = snapshot("1700000000.5", ChannelState.UP)
        for event in (
            wire.Other("ChannelVarset"),
            wire.ChannelStateChange(strange, BORN),
            wire.ChannelDtmfReceived(strange, "5", 100, BORN),
            wire.Garbled("not JSON", 3),
            wire.ChannelDestroyed(strange, BORN, 16, "", None),
            wire.StasisEnd(strange, BORN),
        ):
            here.ari.tell(event)
        assert (len(here.facts()), here.ari.asked) == (since, [])
        assert here.node.dispatch.ignored == {"Other": 1, "LegOfNobody": 2}
