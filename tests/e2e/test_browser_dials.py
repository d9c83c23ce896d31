"""An agent calls from his browser: a number, an extension, keys during the call, hold, and what cannot be reached."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from robots.phone import Answer, Ignore, Reject, Silent
from tests.e2e.browser import Browser, browser
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, Crew
from tests.e2e.recordings import assert_both_heard
from tests.e2e.test_browser import person
from tests.e2e.way_out import OUTSIDE, WayOut, opened

TALK = 2.0


@pytest.fixture
async def way(crew: Crew) -> AsyncIterator[WayOut]:
    """Two trunks out of the house."""
    async with opened(crew) as way:
        yield way


@pytest.fixture
async def phone(crew: Crew, way: WayOut, tmp_path: Path) -> AsyncIterator[Browser]:
    """aoi works in his browser."""
    async with browser(crew.platform, tmp_path, AGENT_HZ) as page, crew.seat_given_back("aoi"):
        await page.log_in(crew.tenant, person(crew.platform, "aoi"))
        await page.press("サインイン")
        await page.press("受付可にする")
        await crew.board.state("aoi", "ready")
        yield page
        assert page.said == []


async def number(phone: Browser, text: str) -> None:
    """Type whom to call."""
    await phone.page.get_by_label("電話番号または内線番号").fill(text)


@pytest.mark.feature("CSM-F17")
@pytest.mark.feature("CSM-F20")
@pytest.mark.timeout(180)
async def test_he_dials_a_number_presses_keys_holds_and_hangs_up(crew: Crew, way: WayOut, phone: Browser) -> None:
    await number(phone, "０３-1234-0000")
    await phone.press("発信")
    rung = await way.rung()
    assert rung.to_number == OUTSIDE
    await crew.board.state("aoi", "on_call")
    await rung.rtp.hears(AGENT_HZ)
    assert await phone.hears(CALLER_HZ) == pytest.approx(CALLER_HZ, abs=10)
    for key in "19*#0":
        await phone.press(key)
    await rung.rtp.hears_digits("19*#0")
    await phone.press("保留")
    await phone.shows("保留中 0312340000")
    held = await crew.board.fact("LegHeld")
    await rung.rtp.misses(AGENT_HZ)
    await phone.press("保留を解除")
    await crew.board.fact("LegUnheld", leg=held["body"]["leg"])
    await rung.rtp.hears(AGENT_HZ, window=1.0)
    await phone.press("切断")
    await rung.ended()
    await phone.shows("通話はありません")
    await crew.board.state("aoi", "ready")
    record = await crew.api.record(await crew.started())
    assert (record["direction"], record["outcome"], record["caller"]) == ("outbound", "completed", OUTSIDE)
    assert record["hold_seconds"] > 0


@pytest.mark.timeout(180)
async def test_he_calls_a_colleague_by_the_keys_and_is_recorded(crew: Crew, way: WayOut, phone: Browser) -> None:
    other = await crew.work("ren", Answer(after=1.0))
    other.tone_hz = CALLER_HZ
    for key in "302":
        await phone.press(key)
    await phone.press("発信")
    await phone.shows("呼び出し中 302")
    rung = await other.rung()
    assert rung.from_number == "301"
    await rung.rtp.hears(AGENT_HZ)
    assert await phone.hears(CALLER_HZ) == pytest.approx(CALLER_HZ, abs=10)
    await crew.board.state("ren", "on_call")
    await asyncio.sleep(TALK)
    rung.hang_up()
    await phone.shows("通話はありません")
    record = await crew.api.record(await crew.started())
    assert (record["direction"], record["agents"]) == ("internal", ["aoi", "ren"])
    assert not crew.board.of("DialTried")
    await assert_both_heard(crew, record, left=AGENT_HZ, right=CALLER_HZ)


@pytest.mark.timeout(180)
async def test_what_the_network_says_is_heard_and_what_it_decides_is_shown(
    crew: Crew, way: WayOut, phone: Browser
) -> None:
    way.behave(Silent())
    await number(phone, "0312340000")
    await phone.press("発信")
    rung = await way.rung()
    rung.progress()
    assert await phone.hears(CALLER_HZ) == pytest.approx(CALLER_HZ, abs=10)
    rung.reject(404)
    await phone.shows("この番号にはつながりません。番号をお確かめください。")
    for status, shown in ((486, "話し中です。"), (603, "相手が着信を拒否しました。")):
        way.behave(Reject(status))
        await phone.press("発信")
        await phone.shows(shown)
        await crew.board.state("aoi", "ready")
    await number(phone, "0990123456")
    await phone.press("発信")
    await phone.shows("この番号への発信は許可されていません。")
    await phone.press("English")
    await phone.shows("Calls to this number are not allowed.")
    await phone.page.get_by_label("Number or extension").fill("0312340000")
    way.behave(Ignore())
    await phone.press("Dial")
    await phone.shows("It rings there 0312340000")
    await phone.press("Hang up")
    await phone.shows("No call")
    await crew.board.fact("CallEnded", outcome="cancelled")


@pytest.mark.timeout(180)
async def test_he_says_why_he_pauses_and_may_still_call(crew: Crew, way: WayOut, phone: Browser) -> None:
    await phone.page.get_by_label("離席の理由").select_option("lunch")
    await phone.press("離席する")
    await phone.shows("昼食")
    await crew.board.state("aoi", "paused")
    assert crew.board.agents["aoi"]["reason"] == "lunch"
    await number(phone, "0312340000")
    await phone.press("発信")
    rung = await way.rung()
    await rung.rtp.hears(AGENT_HZ)
    rung.hang_up()
    await phone.shows("離席")
    await crew.board.state("aoi", "paused")
    await phone.press("受付可にする")
    await crew.board.state("aoi", "ready")
