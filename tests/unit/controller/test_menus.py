"""A caller at a menu, at closed doors and before a full queue: what he hears, and where he ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from acd import timers
from acd.config import NumberRule
from acd.model import Place
from asterisk import channels, playbacks, wire
from asterisk.request import Request
from asterisk.wire import ChannelState
from ivr.walk import LONGEST
from tests.fakes.ari import BORN, snapshot
from tests.fakes.desk import PROMPTS, STRAIGHT, Desk, desk
from tests.fakes.scripts import ASKED, OFFICE, OVER
from tests.fakes.virtual_time import in_jumping_time

HEARD = 3.0
"""Seconds for which the prompts of these tests play."""


async def listens(here: Desk, seconds: float = HEARD) -> None:
    """What plays is heard to its end."""
    await asyncio.sleep(seconds)
    call = here.call()
    assert call.playback is not None
    assert call.caller_leg is not None
    channel = here.floor.legs[call.caller_leg].channel
    here.ari.tell(wire.PlaybackFinished(call.playback, f"channel:{channel}", False, BORN))


def press(here: Desk, channel: str, digits: str) -> None:
    for digit in digits:
        here.ari.tell(wire.ChannelDtmfReceived(snapshot(channel, ChannelState.UP), digit, 100, BORN))


def said(here: Desk, *names: str) -> Request:
    """The request that plays these to the only caller."""
    call = here.call()
    assert call.playback is not None
    assert call.caller_leg is not None
    media = tuple(f"sound:{PROMPTS}/{name}" for name in names)
    return playbacks.play(here.floor.legs[call.caller_leg].channel, call.playback, media)


def asks(here: Desk) -> str:
    """A caller stands before the menu; his channel."""
    channel = here.arrives(ASKED)
    here.ari.tell(wire.ChannelStateChange(snapshot(channel, ChannelState.UP), BORN))
    return channel


@in_jumping_time
async def test_a_menu_is_asked_and_answered_by_a_key(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = asks(here)
        assert here.ari.forget() == [channels.answer(channel), said(here, "greeting")]
        await listens(here)
        press(here, channel, "1")
        assert here.call().place is Place.WAITING
        assert here.ari.asked == [channels.moh_start(channel, "calm")]


@in_jumping_time
async def test_a_key_during_the_prompt_stops_it_and_decides_at_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = asks(here)
        playing = here.call().playback
        assert playing is not None
        await asyncio.sleep(1)
        here.ari.forget()
        press(here, channel, "1")
        assert here.ari.asked == [playbacks.stop(playing), channels.moh_start(channel, "calm")]
        facts = len(here.facts())
        here.ari.tell(wire.PlaybackFinished(playing, f"channel:{channel}", False, BORN))
        assert here.kinds(facts) == []


@in_jumping_time
async def test_a_wrong_key_is_told_and_asked_again_and_then_ends(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = asks(here)
        await listens(here)
        here.ari.forget()
        press(here, channel, "7")
        assert here.ari.forget() == [said(here, "invalid", "greeting")]
        assert here.facts()[-1].body.attempt == 2
        await asyncio.sleep(1)
        press(here, channel, "7")
        assert here.facts()[-1].body.outcome == "released"


@in_jumping_time
async def test_silence_is_asked_again_and_then_told_goodbye(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        asks(here)
        await listens(here)
        here.ari.forget()
        await asyncio.sleep(4.9)
        assert here.ari.asked == []
        await asyncio.sleep(0.2)
        assert here.ari.forget() == [said(here, "greeting")]
        await listens(here)
        await asyncio.sleep(5.1)
        assert here.ari.forget() == [said(here, "closed")]
        await listens(here)
        assert here.facts()[-1].body.outcome == "released"


@in_jumping_time
async def test_every_key_of_a_burst_but_the_first_is_for_a_step_already_left(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = asks(here)
        await listens(here)
        press(here, channel, "9777777777*#ABCD2")
        (call,) = here.floor.calls.values()
        assert (call.node, call.attempt, call.place) == ("ask", 1, Place.FLOW)
        await asyncio.sleep(1)
        press(here, channel, "ABCD")
        assert call.playback is not None
        assert playbacks.stop(call.playback) not in here.ari.asked


@in_jumping_time
async def test_a_key_where_nobody_asks_changes_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives(STRAIGHT)
        await asyncio.sleep(1)
        facts, asked = len(here.facts()), len(here.ari.asked)
        press(here, channel, "0123456789*#ABCD")
        press(here, "1700000000.99", "1")
        assert (len(here.facts()), len(here.ari.asked)) == (facts, asked)


@in_jumping_time
async def test_an_agents_key_chooses_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.arrives(STRAIGHT)
        leg = here.leg()
        here.answers(leg)
        decisions = here.box.decisions
        press(here, leg, "1")
        assert here.box.decisions == decisions


@in_jumping_time
async def test_whoever_walks_in_a_ring_is_released_in_the_end(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = asks(here)
        for _ in range(LONGEST):
            assert here.floor.calls
            await asyncio.sleep(1)
            press(here, channel, "9")
        assert not here.floor.calls
        assert here.facts()[-1].body.outcome == "released"


@in_jumping_time
async def test_a_restart_in_a_menu_asks_nothing_twice_and_keeps_the_time(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = asks(here)
        await listens(here)
        here.ari.forget()
        flows = here.node.dispatch._callers._flows
        flows.resume(here.box, here.call())
        assert here.ari.asked == []
        (timer,) = timers.due(here.floor, here.board._clock.now())
        assert (timer.at - here.board._clock.now()).total_seconds() == pytest.approx(5.0)
        press(here, channel, "1")
        assert here.call().place is Place.WAITING


@in_jumping_time
async def test_whom_the_fallback_kept_is_asked_all_the_same(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.arrives(ASKED, how="returned")
        assert said(here, "greeting") in here.ari.asked


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("", True),
        ("2026-04-01T08:59:59+09:00", False),
        ("2026-04-01T09:00:00+09:00", True),
        ("2026-04-29T10:00:00+09:00\n", False),  # 昭和の日, a Wednesday
        ("2026-05-06T01:00:00Z", False),  # 振替休日, a Wednesday
    ],
)
@in_jumping_time
async def test_the_calendar_decides_whether_the_doors_are_open(tmp_path: Path, moment: str, is_open: bool) -> None:
    calendar = tmp_path / "calendar"
    async with desk(tmp_path, calendar=calendar) as here:
        if moment:
            calendar.write_text(moment)
        channel = here.arrives(OFFICE)
        if is_open:
            assert here.call().place is Place.WAITING
            return
        assert here.ari.asked == [channels.answer(channel), said(here, "closed")]
        await listens(here)
        assert here.facts()[-1].body.outcome == "released"


@in_jumping_time
async def test_a_caller_for_whom_no_place_is_left_hears_so_and_is_released(tmp_path: Path) -> None:
    async with desk(tmp_path, numbers=(NumberRule(STRAIGHT, places=0),)) as here:
        channel = here.arrives(STRAIGHT)
        assert here.ari.asked == [channels.answer(channel), said(here, "busy")]
        await listens(here)
        assert here.facts()[-1].body.outcome == "turned_away"
        assert here.node.dispatch._callers._flows._joining == {}


@in_jumping_time
async def test_a_full_queue_may_lead_to_another_step(tmp_path: Path) -> None:
    async with desk(tmp_path, numbers=(NumberRule(OVER, places=0),)) as here:
        channel = here.arrives(OVER)
        assert here.ari.asked == [channels.answer(channel), said(here, "greeting")]
        await listens(here)
        press(here, channel, "1")
        assert said(here, "greeting") == here.ari.asked[-1]
        await asyncio.sleep(1)
        press(here, channel, "2")
        assert here.facts()[-1].body.outcome == "turned_away"


@in_jumping_time
async def test_no_key_is_ever_written_down(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        channel = asks(here)
        await listens(here)
        before = len(here.journal.path.read_bytes())
        press(here, channel, "1")
        written = here.journal.path.read_bytes()[before:]
        assert b"CallQueued" in written
        assert b"digit" not in written
