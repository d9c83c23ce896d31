"""Agents call out and each other, from their phones and by order: heard, recorded, refused, and over which trunk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from robots.phone import Answer, CallOver, Ignore, OutgoingCall, Phone, Reject
from robots.sip import encode
from robots.sound import level
from tests.e2e.board import Row
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, PATIENT, Crew, eventually
from tests.e2e.recordings import assert_both_heard
from tests.e2e.way_out import OUTSIDE, WayOut, opened

TALK = 2.0
SHOWN = PATIENT
"""The number that aoi's calls out show."""
FAILOVER = 1.0
"""Seconds that 503 of a trunk may cost, by the controller's clock: how busy the machine is is no matter of it."""


@pytest.fixture
async def way(crew: Crew) -> AsyncIterator[WayOut]:
    """Two trunks out of the house."""
    async with opened(crew) as way:
        yield way


def at(fact: Row) -> datetime:
    return datetime.fromisoformat(fact["at"])


async def refused(call: OutgoingCall, status: int) -> None:
    """The phone gets this status and never an answer."""
    with pytest.raises(CallOver) as over:
        await call.answered()
    assert over.value.status == status


@pytest.mark.feature("CSM-F17")
@pytest.mark.feature("AML-F50")
async def test_an_agent_dials_a_number_and_both_are_heard_and_recorded(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    call = phone.dial("0312340000")
    rung = await way.rung()
    assert (rung.to_number, rung.from_number) == (OUTSIDE, SHOWN)
    await call.ringing()
    assert call.answered_at is None
    await crew.board.state("aoi", "on_call")
    await call.rtp.hears(CALLER_HZ)
    await rung.rtp.hears(AGENT_HZ)
    await asyncio.sleep(TALK)
    call.hang_up()
    await rung.ended()
    await crew.board.state("aoi", "ready")
    record = await crew.api.record(await crew.started())
    assert (record["direction"], record["outcome"], record["agents"]) == ("outbound", "completed", ["aoi"])
    assert (record["number"], record["caller"]) == (SHOWN, OUTSIDE)
    await assert_both_heard(crew, record)


async def test_whom_he_called_may_hang_up(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    call = phone.dial("0312340000")
    rung = await way.rung()
    await call.rtp.hears(CALLER_HZ)
    rung.hang_up()
    await call.ended()
    assert call.ended_by == "peer"
    await crew.board.state("aoi", "ready")


async def test_an_ordered_call_rings_his_own_phone_first(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi", Answer(after=0.3))
    placed = await crew.api.must("POST", "/calls", json={"to": "03-1234-0000", "agent": "aoi"})
    own = await phone.rung()
    assert own.from_number == OUTSIDE
    assert not way.first.calls
    rung = await way.rung()
    await own.rtp.hears(CALLER_HZ)
    await rung.rtp.hears(AGENT_HZ)
    await asyncio.sleep(TALK)
    own.hang_up()
    await rung.ended()
    record = await crew.api.record(placed["call"])
    assert (record["direction"], record["outcome"], record["agents"]) == ("outbound", "completed", ["aoi"])
    await assert_both_heard(crew, record)


async def test_the_same_key_is_the_same_call(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi", Ignore())
    order = {"json": {"to": "0312340000", "agent": "aoi"}, "headers": {"Idempotency-Key": "once"}}
    first = await crew.api.ask("POST", "/calls", **order)
    again = await crew.api.ask("POST", "/calls", **order)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["call"] == again.json()["call"]
    own = await phone.rung()
    own.reject(486)
    await crew.board.fact("CallEnded", outcome="cancelled")
    assert len(phone.calls) == 1


async def test_an_agent_calls_a_colleague_and_no_trunk_is_touched(crew: Crew, way: WayOut) -> None:
    phone, other = await crew.work("aoi"), await crew.work("ren", Answer(after=0.3))
    other.tone_hz = CALLER_HZ
    call = phone.dial("302")
    rung = await other.rung()
    assert rung.from_number == "301"
    await crew.board.state("ren", "offered")
    await call.rtp.hears(CALLER_HZ)
    await rung.rtp.hears(AGENT_HZ)
    await crew.board.state("ren", "on_call")
    await asyncio.sleep(TALK)
    rung.hang_up()
    await call.ended()
    record = await crew.api.record(await crew.started())
    assert (record["direction"], record["agents"]) == ("internal", ["aoi", "ren"])
    assert record["recording"] is not None
    assert not way.first.calls
    assert not way.second.calls
    assert not crew.board.of("DialTried")


@pytest.mark.parametrize(("status", "outcome"), [(486, "busy"), (404, "unobtainable"), (603, "declined")])
async def test_what_the_far_end_decides_reaches_his_phone_and_is_not_tried_again(
    crew: Crew, way: WayOut, status: int, outcome: str
) -> None:
    phone = await crew.work("aoi")
    way.behave(Reject(status), Answer())
    await refused(phone.dial("0312340000"), status)
    await crew.board.fact("CallEnded", outcome=outcome)
    assert [fact["body"]["sip"] for fact in crew.board.of("DialFailed")] == [status]
    assert not way.second.calls
    await crew.board.state("aoi", "ready")


async def test_503_of_the_first_trunk_leads_to_the_second_at_once(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    way.behave(Reject(503), Answer(after=0.3))
    call = phone.dial("0312340000")
    rung = await way.second.rung()
    await call.rtp.hears(CALLER_HZ)
    await rung.rtp.hears(AGENT_HZ)
    assert len(way.first.calls) == 1
    refused, again = await crew.board.fact("DialFailed"), await crew.board.fact("DialTried", nth=2)
    assert (at(again) - at(refused)).total_seconds() <= FAILOVER
    assert [fact["body"]["trunk"] for fact in crew.board.of("DialTried")] == ["carrier", "second"]


@pytest.mark.feature("CSM-F17", "limit", "refusal")
async def test_one_call_more_than_the_line_has_channels_is_busy(crew: Crew, way: WayOut) -> None:
    await way.line(channels=1)
    first, second = await crew.work("aoi"), await crew.work("ren")
    call = first.dial("0312340000")
    await way.rung()
    await call.answered()
    await refused(second.dial("0312340001"), 486)
    refusal = await crew.board.fact("DialRefused")
    assert refusal["body"]["code"] == "channels_exhausted"
    call.hang_up()
    await crew.board.state("aoi", "ready")
    again = second.dial("0312340001")
    await way.rung()
    await again.answered()
    again.hang_up()
    await crew.board.state("ren", "ready")


async def test_a_queue_call_waits_while_he_calls_out_and_is_offered_afterwards(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    call = phone.dial("0312340000")
    await call.rtp.hears(CALLER_HZ)
    waiting = crew.dial(PATIENT)
    await waiting.answered()
    await crew.board.waiting("patient", 1)
    assert not crew.board.of("OfferMade")
    call.hang_up()
    rung = await phone.rung()
    await rung.answered()
    waiting.hang_up()
    await rung.ended()


async def test_who_gives_up_before_the_answer_stops_the_ringing(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    way.behave(Ignore())
    call = phone.dial("0312340000")
    rung = await way.rung()
    await call.ringing()
    call.hang_up()
    await rung.ended()
    assert rung.status == 487
    await crew.board.fact("CallEnded", outcome="cancelled")
    await crew.board.state("aoi", "ready")


@pytest.mark.feature("CSM-F25", "refusal")
@pytest.mark.parametrize("dialled", ["110", "+81119"])
async def test_an_emergency_call_without_the_right_is_refused_with_speech_and_403(
    crew: Crew, way: WayOut, dialled: str
) -> None:
    phone = await crew.work("aoi")
    call = await emergency_refused(crew, phone, dialled)
    await refused(call, 403)
    assert level(call.rtp.heard()) > -40
    assert not way.first.calls
    assert not way.second.calls


@pytest.mark.parametrize("dialled", ["118", "119", "184110", "0110", "1860118", "110#"])
async def test_however_it_is_dialled_it_is_refused_as_an_emergency_call(crew: Crew, way: WayOut, dialled: str) -> None:
    phone = await crew.work("aoi")
    call = await emergency_refused(crew, phone, dialled)
    call.hang_up()
    await call.ended()
    await crew.board.fact("CallEnded")
    assert not way.first.calls
    assert not way.second.calls


async def emergency_refused(crew: Crew, phone: Phone, dialled: str) -> OutgoingCall:
    """The call, of which the phone is being told why it goes nowhere."""
    call = phone.dial(dialled)
    refusal = await crew.board.fact("DialRefused")
    assert refusal["body"]["code"] == "emergency_not_available_on_line"
    await call.ringing()
    return call


@pytest.mark.parametrize("spelling", ["110", "１１０", "1-1-9", "+81 118"])
async def test_an_ordered_emergency_call_without_the_right_is_refused_in_words(
    crew: Crew, way: WayOut, spelling: str
) -> None:
    phone = await crew.work("aoi")
    answer = await crew.api.ask("POST", "/calls", json={"to": spelling, "agent": "aoi"})
    assert (answer.status_code, answer.json()["code"]) == (409, "emergency_not_available_on_line")
    assert "緊急" in answer.json()["sentence"]["ja"]
    assert not phone.calls


async def test_an_emergency_call_with_the_right_goes_through_without_sign_in_and_past_a_full_line(
    crew: Crew, way: WayOut
) -> None:
    await way.line(emergency=True, channels=0)
    phone = await crew.work("aoi", ready=False)
    await crew.api.must("POST", "/agents/aoi/sign-out")
    await refused(phone.dial("0312340000"), 403)
    call = phone.dial("184119")
    rung = await way.rung()
    assert (rung.to_number, rung.from_number) == ("119", SHOWN)
    await call.rtp.hears(CALLER_HZ)
    call.hang_up()
    await rung.ended()
    await way.line()
    await crew.api.sign_in("aoi")


@pytest.mark.parametrize("dialled", ["0990123456", "010112125550123", "+12125550123", "0108816312345678"])
async def test_what_costs_more_is_denied_by_default(crew: Crew, way: WayOut, dialled: str) -> None:
    phone = await crew.work("aoi")
    await refused(phone.dial(dialled), 403)
    refusal = await crew.board.fact("DialRefused")
    assert refusal["body"]["code"] == "destination_not_allowed"
    assert not way.first.calls


@pytest.mark.parametrize("shown", ["+81399999999", "110", "anonymous"])
async def test_a_number_that_is_not_the_tenants_is_never_shown(crew: Crew, way: WayOut, shown: str) -> None:
    await crew.work("aoi")
    answer = await crew.api.ask("POST", "/calls", json={"to": "0312340000", "agent": "aoi", "from": shown})
    assert (answer.status_code, answer.json()["code"]) == (409, "caller_number_not_owned")
    assert not way.first.calls


async def test_what_a_phone_says_of_itself_never_leaves_the_house(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    forged = "+81312340110"
    said = ("P-Asserted-Identity", f'"Police" <sip:{forged}@example.com>')
    call = phone.dial("0312340000", fields=(said, ("Remote-Party-ID", f"<sip:{forged}@example.com>;party=calling")))
    rung = await way.rung()
    assert rung.invite is not None
    assert forged not in encode(rung.invite).decode()
    assert "Police" not in encode(rung.invite).decode()
    assert rung.from_number == SHOWN
    await call.answered()


@pytest.mark.feature("AML-F50", "refusal")
async def test_184_withholds_the_number_and_a_carrier_that_asks_is_told_it_apart(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    call = phone.dial("1840312340000")
    rung = await way.rung()
    assert rung.invite is not None
    assert SHOWN not in encode(rung.invite).decode()
    assert rung.from_number == "anonymous"
    await call.answered()
    call.hang_up()
    await rung.ended()
    await way.trunk("carrier", way.first, caller_header="p_asserted_identity")
    call = phone.dial("1840312340000")
    rung = await way.rung()
    assert rung.invite is not None
    assert rung.from_number == "anonymous"
    assert SHOWN in (rung.invite.headers.get("P-Asserted-Identity") or "")
    assert "id" in (rung.invite.headers.get("Privacy") or "")
    await call.answered()


async def test_one_who_is_not_signed_in_cannot_call(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi", ready=False)
    await crew.api.must("POST", "/agents/aoi/sign-out")
    await refused(phone.dial("0312340000"), 403)
    answer = await crew.api.ask("POST", "/calls", json={"to": "0312340000", "agent": "aoi"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_signed_in")
    assert not way.first.calls
    await crew.api.sign_in("aoi")


async def test_a_controller_that_dies_while_they_talk_is_not_noticed(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    call = phone.dial("0312340000")
    rung = await way.rung()
    await call.rtp.hears(CALLER_HZ)
    crew.platform.kill("controller")
    await asyncio.to_thread(crew.platform.wait_ready)
    await call.rtp.hears(CALLER_HZ)
    await rung.rtp.hears(AGENT_HZ)
    call.hang_up()
    await rung.ended()
    record = await crew.api.record(await crew.started())
    assert record["outcome"] == "completed"
    await crew.board.state("aoi", "ready")


async def test_a_controller_that_dies_while_it_rings_lets_it_ring_on(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    way.behave(Ignore())
    call = phone.dial("0312340000")
    rung = await way.rung()
    await call.ringing()
    crew.platform.kill("controller")
    await asyncio.to_thread(crew.platform.wait_ready)
    rung.answer()
    await call.rtp.hears(CALLER_HZ)
    rung.hang_up()
    await call.ended()
    record = await crew.api.record(await crew.started())
    assert record["outcome"] == "completed"


async def test_nothing_is_left_in_asterisk_after_all_this(crew: Crew, way: WayOut) -> None:
    phone = await crew.work("aoi")
    call = phone.dial("0312340000")
    await call.answered()
    call.hang_up()

    async def nothing() -> bool:
        return await asyncio.to_thread(crew.platform.asterisk_channels) == (0, 0)

    await eventually(nothing, "no channel and no bridge")
