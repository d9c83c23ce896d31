"""The first call, from outside: greeting, the longest ready agent, a talk, its record and its recording."""

from __future__ import annotations

import asyncio

import pytest

from robots.phone import CallOver, Phone
from robots.sound import level, tone_in
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, GREETED, PATIENT, TENANT, Crew
from tests.e2e.recordings import assert_both_heard

TALK = 2.0
"""Seconds of talk, so that there is something to hear."""
FIRST, SECOND = "+81312340001", "+81312340002"
"""Callers who are not the carrier's usual one."""


async def test_a_caller_is_greeted_rung_through_talks_and_leaves_one_record_and_recording(crew: Crew) -> None:
    phone = await crew.work("aoi")
    call = crew.dial(GREETED)
    await call.rtp.hears(660)
    chimed = await call.rtp.hears(880)
    rung = await phone.rung()
    # Between the chime and the ring lies the greeting: sound, and no single tone.
    greeting = call.rtp.heard_since(chimed)
    assert level(greeting) > -40
    assert tone_in(greeting, 880) < -3

    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    await asyncio.sleep(TALK)
    call.hang_up()
    await rung.ended()
    assert rung.ended_by == "peer"
    assert (await crew.board.fact("CallEnded"))["body"]["outcome"] == "completed"

    record = await crew.api.record(await crew.started())
    assert (record["number"], record["queue"], record["agents"]) == (GREETED, "patient", ["aoi"])
    assert record["outcome"] == "completed"
    assert record["caller"] == "+81312340000"
    await assert_both_heard(crew, record)


async def test_an_idle_agents_phone_shows_who_calls(crew: Crew) -> None:
    phone, let_go = await idle_without_a_leg(crew)
    crew.dial(PATIENT, from_number=FIRST)
    rung = await phone.rung()
    assert rung.from_number == FIRST
    started = await crew.board.fact("LegStarted", agent="aoi", nth=2)
    assert started["body"]["channel"] != let_go


async def test_a_phone_rung_on_a_leg_made_ahead_shows_who_waited_for_it(crew: Crew) -> None:
    phone, _ = await idle_without_a_leg(crew)
    first = crew.dial(PATIENT, from_number=FIRST)
    rung = await phone.rung()
    await rung.answered()
    preparations = len(crew.board.of("PreparationStarted", agent="aoi"))
    crew.dial(PATIENT, from_number=SECOND)
    ahead = await crew.board.fact("PreparationStarted", agent="aoi", nth=preparations + 1)
    await crew.board.fact("LegPrepared", channel=ahead["body"]["channel"])
    first.hang_up()
    await rung.ended()
    rung = await phone.rung()
    assert rung.from_number == SECOND
    started = await crew.board.fact("LegStarted", agent="aoi", nth=3)
    assert started["body"]["channel"] == ahead["body"]["channel"]


async def idle_without_a_leg(crew: Crew) -> tuple[Phone, str]:
    """Aoi's phone after one call, when the leg made for his next was let go, and its channel."""
    phone = await crew.work("aoi")
    call = crew.dial(PATIENT)
    rung = await phone.rung()
    await rung.answered()
    await crew.board.fact("ConversationStarted")
    call.hang_up()
    await rung.ended()
    freed = await crew.board.fact("AgentFreed", agent="aoi")
    ahead = await crew.board.until(
        lambda: next((one for one in crew.board.of("PreparationStarted") if one["seq"] > freed["seq"]), None), "a leg"
    )
    channel = ahead["body"]["channel"]
    await crew.board.fact("PreparationEnded", channel=channel, why="idle")
    return phone, channel


async def test_the_national_spelling_of_a_number_reaches_the_same_queue(crew: Crew) -> None:
    phone = await crew.work("aoi")
    call = crew.dial("0" + PATIENT.removeprefix("+81"))
    rung = await phone.rung()
    await rung.answered()
    call.hang_up()
    await rung.ended()


async def test_the_agent_who_has_been_ready_longest_is_rung(crew: Crew) -> None:
    """With each call the order turns: whoever has just talked is the last to be rung again."""
    phones = {agent: await crew.work(agent) for agent in ("ren", "aoi")}
    for number, agent in enumerate(("ren", "aoi", "ren"), start=1):
        call = crew.dial(PATIENT)
        rung = await phones[agent].rung()
        await rung.answered()
        await crew.board.fact("OfferAccepted", nth=number)
        call.hang_up()
        await rung.ended()
        await crew.board.fact("AgentFreed", nth=number)
    assert {agent: len(phone.calls) for agent, phone in phones.items()} == {"ren": 2, "aoi": 1}


async def test_pausing_and_coming_back_puts_an_agent_at_the_end(crew: Crew) -> None:
    first, second = await crew.work("ren"), await crew.work("aoi")
    await crew.api.pause("ren")
    await crew.api.ready("ren")
    call = crew.dial(PATIENT)
    rung = await second.rung()
    call.hang_up()
    await rung.ended()
    assert not first.calls


async def test_the_agent_may_hang_up_too(crew: Crew) -> None:
    phone = await crew.work("aoi")
    call = crew.dial(PATIENT)
    rung = await phone.rung()
    await call.rtp.hears(AGENT_HZ)
    rung.hang_up()
    await call.ended()
    assert call.ended_by == "peer"
    record = await crew.api.record(await crew.started())
    assert record["outcome"] == "completed"


async def test_an_unknown_number_is_refused_and_leaves_nothing(crew: Crew) -> None:
    call = crew.dial("+81399999999")
    with pytest.raises(CallOver) as over:
        await call.answered()
    assert over.value.status in (404, 410, 604)
    assert not crew.board.of("CallStarted")


async def test_an_agent_acts_for_nobody_else(crew: Crew) -> None:
    agent = next(known for known in crew.platform.tenant(TENANT)["agents"] if known["id"] == "ren")
    async with crew.platform.api({"tenant": TENANT, **agent}) as client:
        answer = await client.post("/agents/aoi/sign-in")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert crew.board.agents["aoi"]["state"] == "signed_out"
