"""Calls inside the house by order: an agent is connected with a colleague, and with nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from robots.phone import Answer, Ignore, IncomingCall, Reject
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, PATIENT, Crew, assembled
from tests.e2e.office import admin_of
from tests.e2e.recordings import assert_both_heard
from tests.e2e.way_out import WayOut, opened
from tests.platform import Platform

TALK = 2.0
AOI, REN, SORA = "301", "302", "303"


@pytest.fixture
async def way(crew: Crew) -> AsyncIterator[WayOut]:
    """Two trunks out of the house, which nothing here may touch."""
    async with opened(crew) as way:
        yield way
        assert not [call for trunk in (way.first, way.second) for call in trunk.calls if isinstance(call, IncomingCall)]
        assert not crew.board.of("DialTried")


async def order(crew: Crew, to: str, agent: str = "aoi") -> Any:
    """Whatever is answered to POST /calls."""
    return await crew.api.ask("POST", "/calls", json={"to": to, "agent": agent})


@pytest.mark.feature("CSM-F20")
@pytest.mark.parametrize("to", [REN, "ren"])
async def test_an_ordered_call_connects_two_colleagues_who_are_both_on_it_and_recorded(
    crew: Crew, way: WayOut, to: str
) -> None:
    mine, other = await crew.work("aoi", Answer(after=0.2)), await crew.work("ren", Answer(after=0.2))
    other.tone_hz = CALLER_HZ
    answer = await order(crew, to)
    assert answer.status_code == 202, answer.text
    own = await mine.rung()
    assert own.from_number == to
    rung = await other.rung()
    assert rung.from_number == AOI
    await own.rtp.hears(CALLER_HZ)
    await rung.rtp.hears(AGENT_HZ)
    await crew.board.state("aoi", "on_call")
    await crew.board.state("ren", "on_call")
    waiting = crew.dial(PATIENT)
    await waiting.answered()
    await crew.board.waiting("patient", 1)
    waiting.hang_up()
    await crew.board.waiting("patient", 0)
    await asyncio.sleep(TALK)
    own.hang_up()
    await rung.ended()
    await crew.board.state("aoi", "ready")
    await crew.board.state("ren", "ready")
    record = await crew.api.record(answer.json()["call"])
    assert (record["direction"], record["outcome"]) == ("internal", "completed")
    assert (record["agents"], record["number"]) == (["aoi", "ren"], AOI)
    assert [leg["party"] for leg in record["legs"]] == ["agent", "callee"]
    assert not crew.board.of("OfferMade")
    await assert_both_heard(crew, record, left=AGENT_HZ, right=CALLER_HZ)


async def test_a_call_inside_is_not_recorded_where_no_recording_was_bought(demo: Platform) -> None:
    async with assembled(demo, "basic") as crew:
        mine, other = [await crew.work(agent, Answer(after=0.2)) for agent in ("one", "three")]
        answer = await order(crew, "three", "one")
        assert answer.status_code == 202, answer.text
        own, rung = await mine.rung(), await other.rung()
        await rung.rtp.hears(AGENT_HZ)
        await asyncio.sleep(TALK)
        own.hang_up()
        await rung.ended()
        record = await crew.api.record(answer.json()["call"])
        assert (record["direction"], record["outcome"], record["recording"]) == ("internal", "completed", None)
        assert not crew.board.of("RecordingStarted")


async def test_a_colleagues_last_word_reaches_the_phone_that_dialled(crew: Crew, way: WayOut) -> None:
    phone, other = await crew.work("aoi"), await crew.work("ren")
    told = {}
    for status in (403, 404, 480, 486, 488, 500, 503, 600, 603):
        other.behaviour = Reject(status)
        call = phone.dial(REN)
        await call.ended()
        told[status] = call.status
        await crew.board.fact("CallEnded", nth=len(told))
        await crew.board.state("ren", "ready")
        await crew.board.state("aoi", "ready")
    assert told == {status: status for status in told} | {600: 486}


@pytest.mark.parametrize(
    ("to", "code"),
    [("399", "unknown_extension"), (AOI, "colleague_busy"), ("aoi", "colleague_busy"), (REN, "colleague_away")],
)
async def test_nobody_is_rung_for_an_order_to_one_who_is_not_there(crew: Crew, way: WayOut, to: str, code: str) -> None:
    phone = await crew.work("aoi")
    answer = await order(crew, to)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert all(answer.json()["sentence"].values())
    assert not phone.calls
    await crew.board.state("aoi", "ready")
    assert not crew.board.of("CallStarted")


async def test_a_colleague_who_talks_is_not_rung_and_one_who_pauses_is(crew: Crew, way: WayOut) -> None:
    mine, other = await crew.work("aoi", Answer(after=0.2), ready=False), await crew.work("ren")
    caller = crew.dial(PATIENT)
    served = await other.rung()
    await served.answered()
    busy = await order(crew, REN)
    assert (busy.status_code, busy.json()["code"]) == (409, "colleague_busy")
    caller.hang_up()
    # His telephone may hear of it before the controller does.
    await crew.board.fact("AgentFreed", agent="ren")
    await crew.api.pause("ren")
    placed = await order(crew, REN)
    assert placed.status_code == 202
    rung = await other.rung()
    await rung.answered()
    await crew.board.state("ren", "on_call")
    rung.hang_up()
    await crew.board.state("ren", "paused")
    await crew.board.state("aoi", "paused")
    assert len(mine.calls) == 1


async def test_a_colleague_who_is_busy_by_the_time_he_would_be_rung_is_told_by_a_tone(crew: Crew, way: WayOut) -> None:
    mine, other = await crew.work("aoi", Ignore(), ready=False), await crew.work("ren")
    await order(crew, REN)
    own = await mine.rung()
    caller = crew.dial(PATIENT)
    served = await other.rung()
    await served.answered()
    own.answer()
    await own.rtp.hears(400)
    await own.ended()
    ended = await crew.board.fact("CallEnded", outcome="refused")
    record = await crew.api.record(ended["body"]["call"])
    assert (record["direction"], record["agents"]) == ("internal", ["aoi"])
    assert len(other.calls) == 1
    caller.hang_up()
    await served.ended()


async def test_a_colleague_who_turns_it_down_stays_ready_and_the_other_hears_busy(crew: Crew, way: WayOut) -> None:
    mine = await crew.work("aoi", Answer(after=0.2))
    await crew.work("ren", Reject(486))
    await order(crew, REN)
    own = await mine.rung()
    await own.rtp.hears(400)
    await own.ended()
    await crew.board.fact("CallEnded", outcome="busy")
    await crew.board.state("ren", "ready")
    await crew.board.state("aoi", "ready")


async def test_an_agent_without_login_of_his_own_kind_cannot_order_for_a_stranger(crew: Crew, way: WayOut) -> None:
    await crew.work("aoi")
    answer = await order(crew, REN, "nobody")
    assert answer.status_code == 404
    async with admin_of(crew.platform, crew.platform.tenant(crew.tenant)["admin"]) as admin:
        told = await admin.api.ask("POST", "/calls", json={"to": REN})
        assert told.status_code in (403, 404)
