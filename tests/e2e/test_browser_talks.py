"""An agent gives calls on from his browser: he holds, transfers, asks first, confers and parks by buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from robots.phone import Answer, OutgoingCall
from tests.e2e.browser import Browser, browser
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, PATIENT, Crew
from tests.e2e.test_browser import person

REN, REN_HZ = "302", 1500


@pytest.fixture
async def phone(crew: Crew, tmp_path: Path) -> AsyncIterator[Browser]:
    """aoi works in his browser; ren has a telephone, sounds otherwise and is paused."""
    async with browser(crew.platform, tmp_path, AGENT_HZ) as page, crew.seat_given_back("aoi"):
        (await crew.work("ren", Answer(after=0.2), ready=False)).tone_hz = REN_HZ
        await page.log_in(crew.tenant, person(crew.platform, "aoi"))
        await page.press("サインイン")
        await page.press("受付可にする")
        await crew.board.state("aoi", "ready")
        yield page
        assert page.said == []


async def talking(crew: Crew, phone: Browser) -> OutgoingCall:
    """A caller talks with aoi."""
    caller = crew.dial(PATIENT)
    await phone.press("応答")
    await caller.rtp.hears(AGENT_HZ)
    return caller


async def to(phone: Browser, button: str, extension: str = REN) -> None:
    """Type whom it is about and press the button."""
    await phone.page.get_by_label("電話番号または内線番号").fill(extension)
    await phone.press(button)


@pytest.mark.timeout(180)
async def test_he_holds_the_caller_takes_him_back_and_transfers_him_to_a_colleague(crew: Crew, phone: Browser) -> None:
    caller = await talking(crew, phone)
    await phone.press("保留")
    await phone.shows("保留を解除")
    await caller.rtp.misses(AGENT_HZ)
    await phone.press("保留を解除")
    await caller.rtp.hears(AGENT_HZ)
    await to(phone, "すぐに転送", "399")
    alert = phone.page.get_by_role("alert")
    await alert.wait_for()
    assert "内線" in str(await alert.text_content())
    assert "409" in phone.said.pop()
    await caller.rtp.hears(AGENT_HZ)
    await to(phone, "すぐに転送")
    taken = await crew.phones["ren"].rung()
    await phone.shows("通話はありません")
    await caller.rtp.hears(REN_HZ)
    await taken.rtp.hears(CALLER_HZ)
    await crew.board.state("aoi", "ready")
    caller.hang_up()
    await taken.ended()
    record = await crew.api.record(await crew.started())
    assert [part["agent"] for part in record["parts"]] == ["aoi", "ren"]


@pytest.mark.timeout(180)
async def test_he_asks_a_colleague_first_and_then_leaves_the_caller_to_him(crew: Crew, phone: Browser) -> None:
    caller = await talking(crew, phone)
    await to(phone, "相談する")
    asked = await crew.phones["ren"].rung()
    await asked.rtp.hears(AGENT_HZ)
    assert await phone.hears(REN_HZ) == pytest.approx(REN_HZ, abs=10)
    await caller.rtp.misses(AGENT_HZ)
    await phone.press("転送を完了")
    await phone.shows("通話はありません")
    await caller.rtp.hears(REN_HZ)
    await asked.rtp.hears(CALLER_HZ)


@pytest.mark.timeout(180)
async def test_three_talk_and_a_parked_caller_is_picked_up_by_the_number_that_the_page_shows(
    crew: Crew, phone: Browser
) -> None:
    caller = await talking(crew, phone)
    await to(phone, "会議に加える")
    third = await crew.phones["ren"].rung()
    for ear, heard in ((third, (AGENT_HZ, CALLER_HZ)), (caller, (AGENT_HZ, REN_HZ))):
        for hz in heard:
            await ear.rtp.hears(hz, at_least_db=-6.0)
    third.hang_up()
    await caller.rtp.hears(AGENT_HZ)
    await phone.press("パーク保留")
    await phone.shows("通話はありません")
    shown = phone.page.get_by_text("パーク番号：")
    await shown.wait_for()
    told = str(await shown.text_content())
    picked = crew.phones["ren"].dial(told.removeprefix("パーク番号：").strip())
    await picked.rtp.hears(CALLER_HZ)
    await caller.rtp.hears(REN_HZ)
    caller.hang_up()
    await picked.ended()
