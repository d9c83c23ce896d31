"""What a call out meets on its trunks: none that says nothing, slow ones, full ones, sound before the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from robots.phone import Answer, CallOver, Reject, Silent
from tests.contract.asterisk.dumb_peer import DumbPeer
from tests.contract.asterisk.sip_peer import LIMIT
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, TIDY, Crew
from tests.e2e.way_out import FIRST, SECOND, WayOut, opened

PATIENCE = 1.5
"""Seconds that a trunk which says nothing may cost."""
DUMB = "127.0.0.5"


@pytest.fixture
async def way(crew: Crew) -> AsyncIterator[WayOut]:
    """Two trunks out of the house."""
    async with opened(crew) as way:
        yield way


@pytest.fixture
async def dumb(crew: Crew, way: WayOut) -> AsyncIterator[DumbPeer]:
    """The first trunk leads to one who says nothing to an INVITE."""
    peer = await DumbPeer.open(DUMB, crew.platform.sip)
    await way.trunk_at(FIRST, peer.host, int(peer.address.rpartition(":")[2]))
    try:
        yield peer
    finally:
        peer.close()


@pytest.mark.parametrize("late", [180, 200])
async def test_a_trunk_that_says_nothing_is_left_within_a_second_and_its_late_answer_is_cancelled(
    crew: Crew, way: WayOut, dumb: DumbPeer, late: int
) -> None:
    phone = await crew.work("aoi")
    call = phone.dial("0312340000")
    silent = await asyncio.wait_for(dumb.incoming.get(), LIMIT)
    rung = await way.second.rung()
    silent.reply(late, "Late", sdp=late == 200)
    await silent.request("CANCEL" if late == 180 else "BYE")
    await call.rtp.hears(CALLER_HZ)
    await rung.rtp.hears(AGENT_HZ)
    call.hang_up()
    await rung.ended()
    # Asterisk, which gives up after 6.4 s, would have told 408: it was not waited for.
    failed = await crew.board.fact("DialFailed")
    assert (failed["body"]["cause"], failed["body"]["sip"]) == (18, None)
    record = await crew.api.record(await crew.started())
    assert (record["outcome"], record["agents"]) == ("completed", ["aoi"])


async def test_a_slow_trunk_that_has_said_100_is_waited_for(crew: Crew, way: WayOut, dumb: DumbPeer) -> None:
    phone = await crew.work("aoi")
    call = phone.dial("0312340000")
    slow = await asyncio.wait_for(dumb.incoming.get(), LIMIT)
    slow.reply(100, "Trying")
    await asyncio.sleep(2 * PATIENCE)
    assert not way.second.calls
    slow.reply(200, "OK", sdp=True)
    await call.answered()
    call.hang_up()
    await slow.request("BYE")
    await crew.board.fact("CallEnded")
    assert len(crew.board.of("DialTried")) == 1


async def test_what_a_slow_trunk_refuses_is_not_tried_again(crew: Crew, way: WayOut, dumb: DumbPeer) -> None:
    phone = await crew.work("aoi")
    call = phone.dial("0312340000")
    slow = await asyncio.wait_for(dumb.incoming.get(), LIMIT)
    slow.reply(486, "Busy Here")
    with pytest.raises(CallOver) as over:
        await call.answered()
    assert over.value.status == 486
    await crew.board.fact("CallEnded", outcome="busy")
    assert not way.second.calls


async def test_the_last_trunk_is_waited_for_as_long_as_sip_allows(crew: Crew, way: WayOut, dumb: DumbPeer) -> None:
    await way.line(trunks=[FIRST])
    phone = await crew.work("aoi")
    call = phone.dial("0312340000")
    silent = await asyncio.wait_for(dumb.incoming.get(), LIMIT)
    await asyncio.sleep(2 * PATIENCE)
    silent.reply(200, "OK", sdp=True)
    await call.answered()
    call.hang_up()
    await silent.request("BYE")


async def test_a_full_trunk_is_passed_over_and_with_none_left_the_call_is_congested(crew: Crew, way: WayOut) -> None:
    await way.trunk(FIRST, way.first, channels=1)
    await way.trunk(SECOND, way.second, channels=1)
    first, second = await crew.work("aoi"), await crew.work("ren")
    one = first.dial("0312340000")
    over_first = await way.first.rung()
    await one.answered()
    two = second.dial("0312340001")
    over_second = await way.second.rung()
    await two.answered()
    two.hang_up()
    await over_second.ended()
    await crew.board.state("ren", "ready")
    assert len(way.first.calls) == 1
    await way.line(trunks=[SECOND, FIRST])
    await way.trunk(SECOND, way.second, channels=0)
    three = second.dial("0312340001")
    with pytest.raises(CallOver) as over:
        await three.answered()
    assert over.value.status == 503
    await crew.board.fact("CallEnded", outcome="congested")
    one.hang_up()
    await over_first.ended()
    await crew.board.state("aoi", "ready")
    four = second.dial("0312340001")
    await way.first.rung()
    await four.answered()
    four.hang_up()
    await crew.board.state("ren", "ready")


async def test_calls_that_come_in_take_channels_of_a_trunk_and_a_restart_counts_them_again(
    crew: Crew, way: WayOut
) -> None:
    await way.trunk(FIRST, way.first, channels=1)
    phone = await crew.work("aoi")
    caller = crew.dial(TIDY)
    rung = await phone.rung()
    await rung.answered()
    crew.platform.kill("controller")
    await asyncio.to_thread(crew.platform.wait_ready)
    other = await crew.work("ren")
    call = other.dial("0312340000")
    await way.second.rung()
    await call.answered()
    call.hang_up()
    caller.hang_up()
    await rung.ended()
    await crew.board.state("ren", "ready")


async def test_sound_before_the_answer_reaches_the_agent_who_dialled(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    way.behave(Silent())
    call = phone.dial("0312340000")
    rung = await way.rung()
    rung.progress()
    await call.rtp.hears(CALLER_HZ)
    assert call.answered_at is None
    rung.answer()
    await call.answered()
    await rung.rtp.hears(AGENT_HZ)
    await call.rtp.hears(CALLER_HZ)
    call.hang_up()
    await rung.ended()
    record = await crew.api.record(await crew.started())
    assert (record["outcome"], record["recording"] is not None) == ("completed", True)


async def test_sound_before_the_answer_reaches_the_agent_who_ordered_in_place_of_our_ringing(
    crew: Crew, way: WayOut
) -> None:
    phone = await crew.work("aoi", Answer(after=0.1))
    way.behave(Silent())
    await crew.api.must("POST", "/calls", json={"to": "0312340000", "agent": "aoi"})
    own, rung = await phone.rung(), await way.rung()
    rung.ring()
    await own.rtp.hears(400)
    rung.progress()
    await own.rtp.hears(CALLER_HZ)
    await own.rtp.misses(400)
    rung.answer()
    await rung.rtp.hears(AGENT_HZ)
    await own.rtp.hears(CALLER_HZ)
    own.hang_up()
    await rung.ended()


async def test_an_announcement_of_the_network_and_then_its_refusal_reach_the_agent(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    way.behave(Silent())
    call = phone.dial("0312340000")
    rung = await way.rung()
    rung.progress()
    await call.rtp.hears(CALLER_HZ)
    rung.reject(404)
    with pytest.raises(CallOver) as over:
        await call.answered()
    assert over.value.status == 404
    await crew.board.fact("CallEnded", outcome="unobtainable")


async def test_sound_before_the_answer_goes_on_when_the_controller_dies(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    way.behave(Silent())
    call = phone.dial("0312340000")
    rung = await way.rung()
    rung.progress()
    await call.rtp.hears(CALLER_HZ)
    crew.platform.kill("controller")
    await asyncio.to_thread(crew.platform.wait_ready)
    await call.rtp.hears(CALLER_HZ)
    assert call.answered_at is None
    rung.answer()
    await call.answered()
    await rung.rtp.hears(AGENT_HZ)
    await call.rtp.hears(CALLER_HZ)
    call.hang_up()
    await rung.ended()


TOLD = {
    401: 503, 403: 403, 404: 404, 408: 408, 410: 410, 480: 480, 484: 484, 486: 486, 487: 480, 488: 488,
    500: 500, 501: 501, 502: 502, 503: 503, 504: 500, 600: 486, 603: 603, 604: 404, 606: 488,
}  # fmt: skip
"""What the far end says in the end, and what the agent's phone is answered: the same, or the nearest that Asterisk can
send (docs/asterisk-facts.md)."""


@pytest.mark.timeout(180)
async def test_the_far_ends_last_word_reaches_the_phone_that_dialled(crew: Crew, way: WayOut) -> None:
    await way.line(trunks=[FIRST])
    phone = await crew.work("aoi")
    told = {}
    for status in TOLD:
        way.behave(Reject(status))
        call = phone.dial("0312340000")
        await call.ended()
        told[status] = call.status
        await crew.board.fact("CallEnded", nth=len(told))
        await crew.board.state("aoi", "ready")
    assert told == TOLD
    assert len(crew.board.of("DialTried")) == len(TOLD)
