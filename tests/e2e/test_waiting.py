"""Waiting: first come first served, priority before, the position told and interrupted, hang-ups, wrap-up."""

from __future__ import annotations

import wave
from datetime import UTC, datetime, timedelta

from robots.phone import Ignore
from robots.sound import level
from robots.waiting import PATIENCE
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, GREETED, PATIENT, SHORT, TIDY, TOLD, URGENT, Crew


async def test_callers_are_served_in_the_order_in_which_they_came(crew: Crew) -> None:
    phone = await crew.work("aoi", ready=False)
    tones = (400, 600, 800)
    calls = [await crew.wait_in("patient", PATIENT, place, tone) for place, tone in enumerate(tones, start=1)]
    waiting = (await crew.api.get("/queues/patient/waiting"))["items"]
    assert [turn["position"] for turn in waiting] == [1, 2, 3]
    await crew.api.ready("aoi")
    for call, tone in zip(calls, tones, strict=True):
        rung = await phone.rung()
        await rung.rtp.hears(tone)
        call.hang_up()
        await rung.ended()
    await crew.board.fact("CallEnded", nth=3)
    assert len(crew.board.of("OfferMade")) == 3


async def test_a_waiting_caller_hears_music(crew: Crew) -> None:
    call = await crew.wait_in("patient", PATIENT, 1)
    since = datetime.now(UTC)  # some pieces begin softly
    await call.rtp.changes.until(lambda: len(call.rtp.heard_since(since)) > 24_000 or None, PATIENCE, "3 s of sound")
    assert level(call.rtp.heard_since(since)) > -45


async def test_a_higher_priority_is_served_before_who_came_earlier(crew: Crew) -> None:
    phone = await crew.work("aoi", ready=False)
    normal = await crew.wait_in("patient", PATIENT, 1, 400)
    urgent = await crew.wait_in("patient", URGENT, 2, 600)
    waiting = (await crew.api.get("/queues/patient/waiting"))["items"]
    assert [(turn["number"], turn["priority"]) for turn in waiting] == [(URGENT, 5), (PATIENT, 0)]
    await crew.api.ready("aoi")
    rung = await phone.rung()
    await rung.rtp.hears(600)
    urgent.hang_up()
    await rung.ended()
    rung = await phone.rung()
    await rung.rtp.hears(400)
    normal.hang_up()
    await rung.ended()


async def test_the_position_is_spoken_and_cut_short_when_an_agent_gets_free(crew: Crew) -> None:
    phone = await crew.work("aoi", ready=False)
    call = await crew.wait_in("told", TOLD, 1)
    announced = await crew.board.fact("PositionAnnounced")
    assert announced["body"]["position"] == 1
    playback = announced["body"]["playback"]
    await crew.api.ready("aoi")
    rung = await phone.rung()
    await call.rtp.hears(AGENT_HZ)
    with wave.open(str(crew.platform.prompts / "position-1.wav")) as file:
        whole = timedelta(seconds=file.getnframes() / file.getframerate())
    assert rung.began_at < datetime.fromisoformat(announced["at"]) + whole
    offered = await crew.board.fact("OfferMade")
    finished = await crew.board.fact("PlaybackFinished", playback=playback)
    assert offered["seq"] < finished["seq"]
    assert datetime.fromisoformat(finished["at"]) < datetime.fromisoformat(announced["at"]) + whole


async def test_a_caller_hears_his_position_and_then_music_again(crew: Crew) -> None:
    call = await crew.wait_in("told", TOLD, 1)
    announced = await crew.board.fact("PositionAnnounced")
    spoken = datetime.fromisoformat(announced["at"])
    finished = await crew.board.fact("PlaybackFinished", playback=announced["body"]["playback"])
    assert level(call.rtp.heard_since(spoken)) > -25
    over = datetime.fromisoformat(finished["at"])
    await crew.board.fact("PositionAnnounced", nth=2)
    assert level(call.rtp.heard_since(over)) > -50


async def test_a_caller_who_gives_up_leaves_the_queue_and_the_next_moves_up(crew: Crew) -> None:
    first = await crew.wait_in("patient", PATIENT, 1, 400)
    await crew.wait_in("patient", PATIENT, 2, 600)
    first.hang_up()
    await crew.board.waiting("patient", 1)
    waiting = (await crew.api.get("/queues/patient/waiting"))["items"]
    assert [(turn["position"], turn["call"]) for turn in waiting] == [(1, await crew.started(2))]
    record = await crew.api.record(await crew.started(1))
    assert (record["outcome"], record["agents"], record["recording"]) == ("abandoned", [], None)
    assert crew.board.of("CallLeftQueue", outcome="abandoned")


async def test_an_agent_in_several_queues_serves_the_longest_waiting_of_all(crew: Crew) -> None:
    phone = await crew.work("sora", ready=False)
    older = await crew.wait_in("tidy", TIDY, 1, 400)
    await crew.wait_in("patient", PATIENT, 1, 600)
    await crew.api.ready("sora")
    rung = await phone.rung()
    await rung.rtp.hears(400)
    # One agent, one call: the other caller still waits.
    await crew.board.state("sora", "on_call")
    assert crew.board.queues["patient"]["waiting"] == 1
    assert len(crew.board.of("OfferMade")) == 1
    older.hang_up()
    await rung.ended()
    rung = await phone.rung()
    await rung.rtp.hears(600)
    queues = [fact["body"]["queue"] for fact in crew.board.of("OfferMade")]
    assert queues == ["tidy", "patient"]


async def test_an_agent_is_left_alone_until_his_wrap_up_is_over(crew: Crew) -> None:
    phone = await crew.work("aoi")
    first = crew.dial(TIDY, 400)
    rung = await phone.rung()
    await rung.rtp.hears(400)
    second = await crew.wait_in("tidy", TIDY, 1, 600)
    first.hang_up()
    await rung.ended()
    shown = await crew.board.state("aoi", "wrap_up")
    until = datetime.fromisoformat(shown["wrap_up_until"])
    rung = await phone.rung()
    # Both clocks are this machine's; a millisecond is the API's rounding.
    assert rung.began_at >= until - timedelta(milliseconds=1)
    await rung.rtp.hears(600)
    second.hang_up()
    await rung.ended()


async def test_saying_ready_ends_the_wrap_up(crew: Crew) -> None:
    phone = await crew.work("aoi")
    first = crew.dial(TIDY, 400)
    rung = await phone.rung()
    await rung.rtp.hears(400)
    await crew.wait_in("tidy", TIDY, 1, 600)
    first.hang_up()
    shown = await crew.board.state("aoi", "wrap_up")
    await crew.api.ready("aoi")
    rung = await phone.rung()
    assert rung.began_at < datetime.fromisoformat(shown["wrap_up_until"])


async def test_an_agent_paused_during_a_call_takes_no_other(crew: Crew) -> None:
    phone = await crew.work("aoi")
    call = crew.dial(PATIENT, CALLER_HZ)
    rung = await phone.rung()
    await rung.rtp.hears(CALLER_HZ)
    await crew.wait_in("patient", PATIENT, 1, 600)
    await crew.api.pause("aoi", "lunch")
    call.hang_up()
    await rung.ended()
    shown = await crew.board.state("aoi", "paused")
    assert shown["reason"] == "lunch"
    assert crew.board.queues["patient"]["waiting"] == 1
    assert len(crew.board.of("OfferMade")) == 1


async def test_nobody_waits_longer_than_the_queue_allows(crew: Crew) -> None:
    call = await crew.wait_in("short", SHORT, 1)
    await call.ended()
    assert call.ended_by == "peer"
    record = await crew.api.record(await crew.started())
    assert record["outcome"] == "overflowed"
    assert record["wait_seconds"] >= 2
    assert crew.board.queues["short"]["waiting"] == 0


async def test_the_longest_wait_takes_a_ringing_offer_back(crew: Crew) -> None:
    phone = await crew.work("aoi", Ignore())
    call = crew.dial(SHORT)
    rung = await phone.rung()
    await call.ended()
    await rung.ended()
    assert rung.ended_by == "peer"
    await crew.board.fact("OfferWithdrawn", why="longest_wait")
    await crew.board.state("aoi", "ready")
    assert (await crew.api.record(await crew.started()))["outcome"] == "overflowed"


async def test_a_caller_who_hangs_up_in_the_greeting_was_never_in_a_queue(crew: Crew) -> None:
    phone = await crew.work("aoi")
    call = crew.dial(GREETED)
    await call.rtp.hears(880)
    call.hang_up()
    record = await crew.api.record(await crew.started())
    assert (record["outcome"], record["queue"], record["queued"]) == ("ended_in_flow", None, None)
    assert not phone.calls
    assert crew.board.agents["aoi"]["state"] == "ready"


async def test_an_unknown_reason_for_a_pause_is_refused_and_changes_nothing(crew: Crew) -> None:
    await crew.work("aoi")
    answer = await crew.api.ask("PUT", "/agents/aoi/state", json={"state": "paused", "reason": "golf"})
    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_pause_reason")
    assert crew.board.agents["aoi"]["state"] == "ready"
