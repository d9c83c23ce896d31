"""A caller at a menu: each key leads where it should, during the announcement or after it; wrong ones and none too."""

from __future__ import annotations

import asyncio
import json
import signal
from datetime import UTC, datetime

import pytest

from robots.phone import OutgoingCall
from robots.sound import level
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, Crew
from tests.e2e.flows.listening import BEGUN, Voices, listens

MENU, SLOW = "+81312345631", "+81312345632"


async def asked(crew: Crew, number: str = MENU) -> OutgoingCall:
    call = crew.dial(number)
    await call.answered()
    await crew.board.fact("FlowStepped")
    return call


def steps(crew: Crew) -> list[tuple[str, int]]:
    """Node and attempt of every step."""
    return [(fact["body"]["node"], fact["body"]["attempt"]) for fact in crew.board.of("FlowStepped")]


def waited(crew: Crew) -> float:
    """Seconds from the end of the first announcement to the next step."""
    heard = datetime.fromisoformat(crew.board.of("PlaybackFinished")[0]["at"])
    return (datetime.fromisoformat(crew.board.of("FlowStepped")[1]["at"]) - heard).total_seconds()


@pytest.mark.parametrize(("key", "queue"), [("1", "orders"), ("2", "help")])
async def test_a_key_leads_to_its_queue(crew: Crew, voices: Voices, which: str, key: str, queue: str) -> None:
    phone = await crew.work("aoi", ready=False)
    call = await asked(crew)
    await voices.hears(call, which)
    await crew.board.fact("PlaybackFinished")
    call.send_dtmf(key)
    await crew.board.waiting(queue, 1)
    await crew.api.ready("aoi")
    rung = await phone.rung()
    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    assert len(voices.heard(call, which)) == 1
    call.hang_up()
    record = await crew.api.record(await crew.started())
    assert (record["outcome"], record["queue"]) == ("completed", queue)


async def test_a_key_during_the_announcement_cuts_it_short(crew: Crew, voices: Voices, which: str) -> None:
    call = await asked(crew)
    await voices.begins(call, which)
    call.send_dtmf("1")
    await crew.board.waiting("orders", 1)
    await listens(call, voices.seconds(which))
    assert voices.heard(call, which, BEGUN)
    assert voices.heard(call, which, 0.7) == []
    since = datetime.now(UTC)
    await listens(call, 3.0)
    assert level(call.rtp.heard_since(since)) > -45


async def test_a_wrong_key_is_told_and_asked_again_and_a_second_one_ends_the_call(
    crew: Crew, voices: Voices, which: str
) -> None:
    call = await asked(crew)
    await voices.hears(call, which)
    call.send_dtmf("7")
    await voices.hears(call, "invalid")
    await voices.begins(call, which, 2)
    assert steps(crew) == [("ask", 1), ("ask", 2)]
    call.send_dtmf("#")
    await call.ended()
    assert call.ended_by == "peer"
    assert steps(crew) == [("ask", 1), ("ask", 2)]
    assert (await crew.api.record(await crew.started()))["outcome"] == "released"


async def test_the_right_key_after_a_wrong_one_need_not_wait_for_any_announcement(
    crew: Crew, voices: Voices, which: str
) -> None:
    call = await asked(crew)
    await voices.hears(call, which)
    call.send_dtmf("7")
    await voices.begins(call, "invalid")
    await listens(call, 0.5)  # sooner it would be taken for the step before
    call.send_dtmf("2")
    await crew.board.waiting("help", 1)
    await listens(call, 3.0)
    assert len(voices.heard(call, which, BEGUN)) == 1


async def test_silence_is_asked_again_and_then_told_goodbye(crew: Crew, voices: Voices, which: str) -> None:
    call = await asked(crew)
    await call.ended(limit=60)
    assert len(voices.heard(call, which)) == 2
    assert len(voices.heard(call, "closed")) == 1
    assert waited(crew) >= 4
    assert voices.heard(call, "invalid") == []
    assert steps(crew) == [("ask", 1), ("ask", 2), ("sorry", 1)]


async def test_noise_on_the_keys_chooses_nothing(crew: Crew, voices: Voices, which: str) -> None:
    """Keys that no telephone has, a burst of wrong ones, and a key that was right at the step before."""
    call = await asked(crew)
    await voices.begins(call, which)
    call.send_dtmf("ABCD")
    await voices.hears(call, which)
    assert steps(crew) == [("ask", 1)]
    call.send_dtmf("91")
    await crew.board.fact("FlowStepped", nth=2)
    await listens(call, 1.0)
    assert steps(crew) == [("ask", 1), ("ask", 1)]
    assert crew.board.of("CallQueued") == []
    call.send_dtmf("1")
    await crew.board.waiting("orders", 1)


async def test_no_key_is_found_in_the_facts_the_records_or_the_logs(crew: Crew, voices: Voices, which: str) -> None:
    call = await asked(crew)
    await voices.begins(call, which)
    call.send_dtmf("1")
    await crew.board.waiting("orders", 1)
    call.hang_up()
    record = await crew.api.record(await crew.started())
    for told in (*crew.board.facts, record):
        assert "digit" not in json.dumps(told)
    assert "digit" not in (crew.platform.var / "log" / "controller.log").read_text()


async def test_a_dead_controller_costs_a_caller_at_a_menu_nothing(crew: Crew, voices: Voices, which: str) -> None:
    call = await asked(crew, SLOW)
    await voices.hears(call, which)
    await crew.board.fact("PlaybackFinished")
    pid = crew.platform.kill("controller", signal.SIGKILL)
    await asyncio.to_thread(crew.platform.wait_ready)
    assert crew.platform.pid("controller") != pid
    call.send_dtmf("1")
    await crew.board.waiting("orders", 1)
    assert len(voices.heard(call, which, BEGUN)) == 1


async def test_the_time_for_a_key_goes_on_when_the_controller_died(crew: Crew, voices: Voices, which: str) -> None:
    call = await asked(crew, SLOW)
    await voices.hears(call, which)
    await crew.board.fact("PlaybackFinished")
    crew.platform.kill("controller", signal.SIGKILL)
    await asyncio.to_thread(crew.platform.wait_ready)
    await voices.hears(call, which, 2, limit=60)
    assert waited(crew) >= 30
    assert steps(crew) == [("ask", 1), ("ask", 2)]
