"""An agent works in his browser: he logs in on the page, takes a caller of a queue, and both hear each other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.e2e.browser import browser
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, PATIENT, TENANT, TIDY, Crew
from tests.e2e.office import admin_of
from tests.e2e.recordings import assert_both_heard
from tests.platform import Platform


def person(platform: Platform, agent: str) -> dict[str, object]:
    return next(known for known in platform.tenant(TENANT)["agents"] if known["id"] == agent)


@pytest.mark.timeout(180)
async def test_an_agent_takes_a_queue_call_in_his_browser(crew: Crew, tmp_path: Path) -> None:
    async with browser(crew.platform, tmp_path, AGENT_HZ) as phone, crew.seat_given_back("aoi"):
        await phone.log_in(TENANT, person(crew.platform, "aoi"))
        await phone.shows("サインアウト")
        await phone.press("サインイン")
        await phone.shows("離席")
        await phone.press("受付可にする")
        await crew.board.state("aoi", "ready")
        call = crew.dial(PATIENT)
        await phone.press("応答")
        await crew.board.state("aoi", "on_call")
        await call.rtp.hears(AGENT_HZ)
        assert await phone.hears(CALLER_HZ) == pytest.approx(CALLER_HZ, abs=10)
        told = await phone.connection()
        for sdp in (told["offer"], told["answer"]):
            assert " UDP/TLS/RTP/SAVPF " in sdp
            assert "a=fingerprint:sha-256 " in sdp.lower()
            assert "opus/48000/2" in sdp
            assert "PCMU" not in sdp
        assert (told["sends"], told["hears"], told["dtls"]) == ("audio/opus", "audio/opus", "connected")
        assert told["cipher"]
        await call.rtp.hears(AGENT_HZ, window=1.0)
        await phone.press("切断")
        await call.ended()
        assert call.ended_by == "peer"
        await crew.board.fact("CallEnded")
        record = await crew.api.record(await crew.started())
        assert (record["outcome"], record["agents"]) == ("completed", ["aoi"])
        await assert_both_heard(crew, record)
        await phone.press("サインアウト")
        await crew.board.state("aoi", "signed_out")
        assert phone.said == []


@pytest.mark.timeout(180)
async def test_the_browser_is_rung_while_it_is_open_and_the_desk_when_it_is_closed(crew: Crew, tmp_path: Path) -> None:
    desk = await crew.work("aoi")
    async with browser(crew.platform, tmp_path, AGENT_HZ) as phone:
        await phone.log_in(TENANT, person(crew.platform, "aoi"))
        call = crew.dial(PATIENT)
        await phone.press("応答")
        await call.rtp.hears(AGENT_HZ)
        await phone.press("保留")
        await phone.shows("保留を解除")
        held = await crew.board.fact("LegHeld")
        await phone.press("保留を解除")
        await crew.board.fact("LegUnheld", leg=held["body"]["leg"])
        await call.rtp.hears(AGENT_HZ)
        await phone.press("消音")
        await phone.shows("消音を解除")
        call.hang_up()
        await phone.shows("通話はありません")
        await crew.board.state("aoi", "ready")
        assert not desk.calls
    # The page is gone: its line is down at once, and the phone on the desk takes its place.
    again = crew.dial(PATIENT)
    await desk.rung()
    await again.rtp.hears(AGENT_HZ)


@pytest.mark.timeout(180)
async def test_wrap_up_is_extended_and_ended_on_the_page_and_a_pause_has_the_tenants_own_reason(
    crew: Crew, tmp_path: Path
) -> None:
    async with (
        admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as admin,
        browser(crew.platform, tmp_path, AGENT_HZ) as phone,
        crew.seat_given_back("aoi"),
    ):
        before, _ = await admin.read("queues/tidy")
        service = {**before["service"], "wrap_up_extension": 60, "wrap_up_longest": 300}
        await admin.change("queues/tidy", wrap_up=60, service=service)
        await admin.put("pauses/stocktaking", {"name": "棚卸し"})
        await phone.log_in(TENANT, person(crew.platform, "aoi"))
        await phone.press("サインイン")
        await phone.press("受付可にする")
        await crew.board.state("aoi", "ready")
        call = crew.dial(TIDY)
        await phone.press("応答")
        await call.rtp.hears(AGENT_HZ)
        await phone.press("切断")
        first = (await crew.board.state("aoi", "wrap_up"))["wrap_up_until"]
        await phone.press("後処理を延長")
        await crew.board.until(lambda: crew.board.agents["aoi"]["wrap_up_until"] > first, "a longer wrap-up")
        await phone.press("後処理を終える")
        await crew.board.state("aoi", "ready")
        await phone.page.get_by_label("離席の理由").select_option("棚卸し")
        await phone.press("離席する")
        assert (await crew.board.state("aoi", "paused"))["reason"] == "stocktaking"
        await phone.shows("棚卸し")
        assert phone.said == []
        await admin.change("queues/tidy", wrap_up=before["wrap_up"], service=before["service"])
        await admin.api.must("DELETE", "/configuration/pauses/stocktaking", headers={"If-Match": "*"})


async def test_the_page_speaks_english_too(crew: Crew, tmp_path: Path) -> None:
    async with browser(crew.platform, tmp_path, AGENT_HZ) as phone:
        await phone.press("English")
        await phone.page.get_by_label("Tenant").fill(TENANT)
        await phone.page.get_by_label("Login").fill("aoi")
        await phone.page.get_by_label("Password").fill("wrong")
        await phone.press("Log in")
        alert = phone.page.get_by_role("alert")
        await alert.wait_for()
        assert "password" in str(await alert.text_content()).lower()
        await phone.press("日本語")
        assert "パスワード" in str(await alert.text_content())


@pytest.mark.timeout(180)
async def test_the_browser_comes_back_by_itself_when_asterisk_has_died(crew: Crew, tmp_path: Path) -> None:
    async with browser(crew.platform, tmp_path, AGENT_HZ) as phone, crew.seat_given_back("aoi"):
        await phone.log_in(TENANT, person(crew.platform, "aoi"))
        await phone.press("サインイン")
        await phone.press("受付可にする")
        await crew.board.state("aoi", "ready")
        crew.platform.kill("asterisk")
        await phone.shows("電話はつながっていません。再接続しています")
        await phone.shows("電話はつながっています")
        await asyncio.to_thread(crew.platform.wait_ready)
        await crew.board.state("aoi", "ready")
        call = crew.dial(PATIENT)
        await phone.press("応答")
        await call.rtp.hears(AGENT_HZ)
        assert await phone.hears(CALLER_HZ) == pytest.approx(CALLER_HZ, abs=10)
