"""Offers that are not taken: the next agent is rung, the caller keeps his place, and the recording is still right."""

from __future__ import annotations

import asyncio

from robots.phone import Answer, Ignore, Reject
from tests.e2e.crew import AGENT_HZ, BRISK, CALLER_HZ, PATIENT, TENANT, Crew
from tests.e2e.office import admin_of
from tests.e2e.recordings import assert_both_heard
from tests.e2e.test_agents_at_work import asks

TALK = 2.0


async def test_a_missed_offer_goes_to_the_next_agent_and_the_recording_is_right(crew: Crew) -> None:
    silent, other = await crew.work("aoi", Ignore()), await crew.work("ren")
    call = crew.dial(BRISK)
    missed = await silent.rung()
    rung = await other.rung()
    await missed.ended()
    assert missed.answered_at is None
    assert missed.ended_by == "peer"
    await crew.board.state("aoi", "missed")

    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    await asyncio.sleep(TALK)
    call.hang_up()
    await rung.ended()

    record = await crew.api.record(await crew.started())
    assert (record["outcome"], record["agents"]) == ("completed", ["ren"])
    await assert_both_heard(crew, record)
    shown = await crew.api.get(f"/calls/{record['call']}")
    assert [(offer["agent"], offer["outcome"]) for offer in shown["offers"]] == [("aoi", "missed"), ("ren", "accepted")]


async def test_who_missed_an_offer_is_not_rung_again_before_he_says_ready(crew: Crew) -> None:
    phone = await crew.work("aoi", Ignore())
    crew.dial(BRISK)
    missed = await phone.rung()
    await missed.ended()
    await crew.board.state("aoi", "missed")
    await crew.board.waiting("brisk", 1)
    phone.behaviour = Answer()
    await crew.api.ready("aoi")
    rung = await phone.rung()
    await rung.answered()
    await crew.board.fact("OfferAccepted")
    assert len(crew.board.of("OfferMade")) == 2


async def test_a_refused_offer_goes_to_the_next_agent_at_once(crew: Crew) -> None:
    declines, other = await crew.work("aoi", Reject(603)), await crew.work("ren")
    call = crew.dial(PATIENT)
    refused = await declines.rung()
    rung = await other.rung()
    await call.rtp.hears(AGENT_HZ)
    assert refused.status == 603
    assert rung.status == 200
    await crew.board.fact("OfferAccepted")
    assert [fact["body"]["agent"] for fact in crew.board.of("OfferRefused")] == ["aoi"]


async def test_a_phone_that_is_busy_elsewhere_has_missed_the_call_and_refused_nothing(crew: Crew) -> None:
    busy, other = await crew.work("aoi", Reject(486)), await crew.work("ren")
    call = crew.dial(PATIENT)
    assert (await busy.rung()).status in (None, 486)
    rung = await other.rung()
    await call.rtp.hears(AGENT_HZ)
    await crew.board.fact("OfferAccepted")
    assert [fact["body"]["agent"] for fact in crew.board.of("OfferMissed")] == ["aoi"]
    assert crew.board.of("OfferRefused") == []
    shown = await crew.board.state("aoi", "missed")
    assert shown["reason"] == "missed"
    assert rung.status == 200


async def test_who_answers_and_drops_at_once_has_lost_nobody(crew: Crew) -> None:
    """Only one phone rings; its agent hangs up as he answers, and the caller is the next who is served."""
    # On a machine that stalls he may seem to have talked for a second.
    admin = crew.platform.tenant(TENANT)["admin"]
    async with admin_of(crew.platform, admin) as boss, asks(boss, "brisk", dropped_within=10):
        drops = await crew.work("aoi", Answer(hang_up_after=0.0))
        first = crew.dial(BRISK, 500)
        await (await drops.rung()).ended()
        await crew.board.state("aoi", "missed")
    joined, back = [await crew.board.fact("CallQueued", nth=nth) for nth in (1, 2)]
    assert (back["body"]["call"], back["body"]["since"]) == (joined["body"]["call"], joined["body"]["since"])
    second = crew.dial(BRISK, 700)
    await second.answered()
    await crew.board.waiting("brisk", 2)
    waiting = (await crew.api.get("/queues/brisk/waiting"))["items"]
    assert [turn["call"] for turn in waiting] == [await crew.started(1), await crew.started(2)]
    phone = await crew.work("ren", ready=False)
    await crew.api.ready("ren")
    rung = await phone.rung()
    await rung.rtp.hears(500)
    await first.rtp.hears(AGENT_HZ)
    first.hang_up()
    await rung.ended()
    record = await crew.api.record(await crew.started(1))
    assert (record["outcome"], record["agents"][-1]) == ("completed", "ren")


async def test_a_missed_caller_keeps_his_place_before_those_who_came_later(crew: Crew) -> None:
    phone = await crew.work("aoi", Ignore())
    first = crew.dial(BRISK, 500)
    missed = await phone.rung()
    second = crew.dial(BRISK, 700)
    await second.answered()
    await missed.ended()
    await crew.board.state("aoi", "missed")
    await crew.board.waiting("brisk", 2)
    waiting = (await crew.api.get("/queues/brisk/waiting"))["items"]
    assert [turn["call"] for turn in waiting] == [await crew.started(1), await crew.started(2)]
    phone.behaviour = Answer()
    await crew.api.ready("aoi")
    rung = await phone.rung()
    await rung.rtp.hears(500)
    first.hang_up()
    await rung.ended()
    rung = await phone.rung()
    await rung.rtp.hears(700)


async def test_a_caller_who_hangs_up_while_it_rings_stops_the_ringing(crew: Crew) -> None:
    phone = await crew.work("aoi", Ignore())
    call = crew.dial(PATIENT)
    rung = await phone.rung()
    call.hang_up()
    await rung.ended()
    assert rung.ended_by == "peer"
    assert rung.status == 487
    await crew.board.fact("OfferWithdrawn")
    await crew.board.state("aoi", "ready")
    record = await crew.api.record(await crew.started())
    assert record["outcome"] == "abandoned"
    assert record["recording"] is None


async def test_an_agent_whose_phone_is_gone_is_not_waited_for(crew: Crew) -> None:
    """The phone is registered and does not answer any more: the call goes to the next agent."""
    await crew.work("aoi")
    other = await crew.work("ren")
    await crew.lose("aoi")
    call = crew.dial(BRISK)
    rung = await other.rung()
    await call.rtp.hears(AGENT_HZ)
    assert rung.status == 200
