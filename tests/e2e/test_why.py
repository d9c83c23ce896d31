"""Why this agent, and why nobody: the platform explains what it does on real calls."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import expect

from robots.phone import Answer, Ignore, Reject
from tests.e2e.browser import opened
from tests.e2e.crew import PATIENT, TIDY, Crew, eventually
from tests.e2e.office import admin_of, at_work
from tests.e2e.why_page import WhyPage, kept

LONE = "+81312345685"
NAMES = {"aoi": "葵", "ren": "蓮"}


async def test_of_one_paused_and_one_ready_agent_it_says_why_the_ready_one(crew: Crew) -> None:
    await crew.work("aoi", ready=False)
    await crew.api.pause("aoi", "lunch")
    await crew.board.state("aoi", "paused")
    phone = await crew.work("ren")
    call = crew.dial(PATIENT)
    rung = await phone.rung()
    await rung.answered()
    made = await crew.board.fact("OfferMade")
    call.hang_up()
    await crew.board.fact("CallEnded")

    path = f"/calls/{made['body']['call']}/offers/{made['body']['offer']}/why"
    told = await crew.api.get(path)
    assert (told["seq"], told["winner"]["agent"], told["key"]) == (made["seq"], "ren", "only_one")
    assert {"kind": "paused", "detail": "lunch", "agents": 1} in [
        {name: one[name] for name in ("kind", "detail", "agents")} for one in told["kept"]
    ]
    assert (told["runners_up"], told["kept_agents"]) == ([], None)
    assert told["turn"]["key"] == "only_one"
    assert told["versions"]["of_call"] == told["versions"]["in_force"] >= 1
    assert told["sentences"][0]["en"].endswith(" was the only agent of 長く鳴らす who could be rung.")

    full = await crew.api.get(f"{path}?full=true")
    reasons = {one["agent"]: one["reasons"][0] for one in full["kept_agents"]}
    assert (reasons["aoi"]["kind"], reasons["aoi"]["sentence"]["ja"]) == ("paused", "離席中です（昼食）")
    assert "ren" not in reasons


async def test_of_two_ready_agents_it_says_who_had_been_idle_longest(crew: Crew) -> None:
    first, _ = await crew.work("aoi"), await crew.work("ren")
    crew.dial(PATIENT)
    await (await first.rung()).answered()
    made = await crew.board.fact("OfferMade")
    told = await crew.api.get(f"/calls/{made['body']['call']}/offers/{made['seq']}/why")
    assert (told["winner"]["agent"], told["key"]) == ("aoi", "longest_idle")
    assert [one["agent"] for one in told["runners_up"]] == ["ren"]
    assert told["winner"]["idle_since"] < told["runners_up"][0]["idle_since"]


async def test_for_a_caller_who_waits_it_says_why_nobody_rings_and_what_comes_next(crew: Crew) -> None:
    phone = await crew.work("aoi")
    talked = crew.dial(TIDY)
    await (await phone.rung()).answered()
    await crew.board.state("aoi", "on_call")
    await crew.wait_in("tidy", TIDY, 1)
    call = await crew.started(2)
    told = await crew.api.get(f"/calls/{call}/why")
    assert (told["state"], told["open"], told["offers"]) == ("nobody_ready", True, [])
    assert (told["wait"]["queue"], told["wait"]["position"], told["wait"]["waiting"]) == ("tidy", 1, 1)
    reasons = {one["agent"]: one["reasons"][0]["kind"] for one in told["agents"]}
    assert reasons["aoi"] == "on_call"
    assert set(reasons.values()) == {"on_call", "signed_out"}
    assert told["changes"] == []

    talked.hang_up()
    wrapping = await crew.board.state("aoi", "wrap_up")
    told = await crew.api.get(f"/calls/{call}/why")
    (change,) = told["changes"]
    assert (change["kind"], change["agents"], change["before"]) == ("wrap_up_ends", ["aoi"], 0)
    assert change["at"] == wrapping["wrap_up_until"]

    await (await phone.rung()).answered()
    await crew.board.state("aoi", "on_call")
    told = await crew.api.get(f"/calls/{call}/why")
    assert (told["state"], told["place"]) == ("not_waiting", "talking")


async def test_a_supervisor_asks_both_on_his_live_board(crew: Crew) -> None:
    """Nobody is ready at first; then one takes the call while the answer is being read; then two are rung together."""
    await crew.work("aoi", ready=False)
    await crew.api.pause("aoi", "lunch")
    await crew.board.state("aoi", "paused")
    await crew.work("ren", ready=False)
    await crew.wait_in("patient", PATIENT, 1)
    call = await crew.started()
    async with opened(f"{crew.platform.server_url}/supervisor") as browser:
        page = WhyPage(browser.page)
        await browser.enter(crew.tenant, crew.platform.tenant(crew.tenant)["supervisor"])
        await page.ask("待ち呼", "長く鳴らす", "なぜ鳴らない？")
        told = await crew.api.get(f"/calls/{call}/why")
        assert (told["state"], told["place"]) == ("nobody_ready", "waiting")
        await page.says(*told["sentences"])
        assert await page.rows("呼び出せない人（最初の理由別）") == kept(told)
        await page.dialog.get_by_text("呼び出せない人の一覧").click()
        assert [row[0] for row in await page.rows("呼び出せない人の一覧")] == [one["name"] for one in told["agents"]]
        await expect(page.source).to_have_text(re.compile(rf"設定の版 {told['config']} · seq \d+"))

        await crew.api.ready("ren")
        made = await crew.board.fact("OfferMade", agent="ren")
        await page.says({"ja": "この呼はキューで待っていません。"})
        await page.close()
        await page.ask("エージェント", "蓮", "なぜこの人？")
        told = await crew.api.get(f"/calls/{call}/offers/{made['seq']}/why?full=true")
        await page.says(*told["sentences"])
        await expect(page.dialog.get_by_text("ほかにいない (only_one)")).to_be_visible()
        assert [row[:2] for row in await page.rows("呼び出せた人（順位順）")] == [["1", "蓮"]]
        assert await page.rows("呼び出せない人（最初の理由別）") == kept(told)
        config = "設定の版：発効中 {in_force} · 呼の開始時 {of_call} · キュー {of_queue}".format(**told["versions"])
        await expect(page.source).to_contain_text(f"{config} · seq {made['seq']} ")
        await page.dialog.get_by_role("button", name="全員を表示").press("Enter")
        await expect(page.dialog.get_by_role("table", name="呼び出せない人の一覧")).to_be_visible()
        listed = {row[0]: row[1] for row in await page.rows("呼び出せない人の一覧")}
        assert listed.keys() == {one["name"] for one in told["kept_agents"]}
        assert listed["葵"].startswith("離席中です（昼食）")
        await page.close()
        await browser.press("English")
        await page.ask("Agents", "蓮", "Why this agent?")
        await page.says(*told["sentences"], language="en")
        await page.close()
        async with two_ring(crew) as call:
            (waiting,) = (await crew.api.get("/queues/patient/waiting"))["items"]
            assert sorted(waiting["offered_to"]) == ["aoi", "ren"]
            named = ", ".join(NAMES[one] for one in waiting["offered_to"])
            row = page.row("Waiting callers", "長く鳴らす")
            await expect(row.get_by_role("cell", name=named, exact=True)).to_be_visible()
            await page.ask("Waiting callers", "長く鳴らす", "Why these agents?")
            await expect(page.dialog.get_by_role("heading", name="Where is it ringing?")).to_be_visible()
            told = await crew.api.get(f"/calls/{call}/why")
            await page.says(told["sentences"][0], language="en")
            for name in NAMES.values():
                await expect(page.dialog.get_by_role("button", name=f"Why this agent? {name}")).to_be_visible()
            await page.dialog.get_by_role("button", name="Why this agent? 葵").press("Enter")
            (offer,) = [one["offer"] for one in told["offers"] if one["agent"] == "aoi"]
            told = await crew.api.get(f"/calls/{call}/offers/{offer}/why")
            await page.says(*told["sentences"], language="en")
            await page.close()
        assert browser.said == []


@asynccontextmanager
async def two_ring(crew: Crew) -> AsyncIterator[str]:
    """The talk is over, and the next call rings at everybody of its queue, until the end of the block."""
    crew.caller.calls[0].hang_up()
    for one in NAMES:
        crew.phones[one].behaviour = Ignore()
        await crew.api.ready(one)
        await crew.board.state(one, "ready")
    async with admin_of(crew.platform, crew.platform.tenant(crew.tenant)["admin"]) as boss:
        before, _ = await boss.read("queues/patient")
        await boss.change("queues/patient", routing={"strategy": "ring_all"})
        try:
            caller = await crew.wait_in("patient", PATIENT, 1)
            call = await crew.started(2)
            for one in NAMES:
                await crew.board.state(one, "offered")
            yield call
            caller.hang_up()
            await caller.ended()
        finally:
            await boss.change("queues/patient", routing=before["routing"])


async def test_only_who_oversees_agents_is_told(crew: Crew) -> None:
    await crew.wait_in("patient", PATIENT, 1)
    call = await crew.started()
    told = await crew.api.get(f"/calls/{call}/why")
    assert (told["state"], {one["kind"] for one in told["kept"]}) == ("nobody_ready", {"signed_out"})
    known = next(one for one in crew.platform.tenant(crew.tenant)["agents"] if one["id"] == "aoi")
    async with crew.platform.api({**known, "tenant": crew.tenant}) as agent:
        assert (await agent.get(f"/calls/{call}/why")).status_code == 403


async def test_a_phone_that_could_not_be_rung_is_named_until_it_has_rested_and_is_rung_again(crew: Crew) -> None:
    phone = await crew.work("aoi", Reject(503))
    crew.dial(PATIENT)
    lost = (await crew.board.fact("OfferLost", agent="aoi"))["body"]["call"]

    async def rests() -> dict[str, Any] | None:
        told: dict[str, Any] = await crew.api.get(f"/calls/{lost}/why")
        found = {one["agent"]: [reason["kind"] for reason in one["reasons"]] for one in told["agents"]}
        return told if (told["state"], found.get("aoi")) == ("nobody_ready", ["line_resting"]) else None

    (change,) = (await eventually(rests, "line_resting"))["changes"]
    assert (change["kind"], change["agents"], change["before"]) == ("line_rested", ["aoi"], 0)
    phone.behaviour = Answer()
    await crew.board.state("aoi", "on_call")
    rung = await crew.board.fact("OfferAccepted", agent="aoi")
    assert rung["at"] >= change["at"]


@pytest.mark.timeout(240)
async def test_each_thing_that_keeps_an_agent_from_a_caller_is_named_while_it_does(crew: Crew) -> None:
    """One caller waits; his queue has nobody at first, and then one agent with one trouble after another."""
    async with admin_of(crew.platform, crew.platform.tenant(crew.tenant)["admin"]) as boss:
        await boss.queue_with_number("lone", LONE, ring_time=5, wrap_up=0)
        await crew.wait_in("lone", LONE, 1)
        call = await crew.started()

        async def told(kinds: set[str], state: str = "nobody_ready") -> dict[str, Any]:
            """What is said once it is this, and nothing else."""

            async def so() -> dict[str, Any] | None:
                why: dict[str, Any] = await crew.api.get(f"/calls/{call}/why")
                found = {reason["kind"] for one in why["agents"] for reason in one["reasons"]}
                return why if (why["state"], found) == (state, kinds) else None

            found: dict[str, Any] = await eventually(so, f"{state} {kinds}")
            return found

        await told(set(), "no_agents")
        account = await boss.agent("mia", "lone")
        await told({"signed_out", "unreachable"})
        phone = await at_work(crew, "mia", account, Ignore(), ready=False)
        await crew.api.pause("mia", "lunch")
        await told({"paused"})
        await phone.unregister()
        await told({"paused", "unreachable"})
        await phone.register()
        await boss.change("agents/mia", memberships=[{"queue": "lone", "delay": 600}])
        await crew.api.ready("mia")
        (change,) = (await told({"delayed"}))["changes"]
        assert (change["kind"], change["agents"]) == ("delay_ends", ["mia"])
        await boss.change("agents/mia", memberships=[])
        why = await told(set(), "offered")
        assert ([one["agent"] for one in why["offers"]], why["changes"][0]["kind"]) == (["mia"], "ring_ends")
        await told({"missed"})
        phone.behaviour = Reject(603)
        await crew.api.ready("mia")
        await told({"refused"})
        crew.caller.calls[0].hang_up()

        asked = [{"skill": "english", "level": 3, "relaxation": []}]
        await boss.change("queues/lone", routing={"requirements": asked})
        await crew.board.waiting("lone", 0)
        await crew.wait_in("lone", LONE, 1)
        call = await crew.started(2)
        await crew.api.ready("mia")
        why = await told({"skill_unmet"})
        assert [(one["kind"], one["detail"]) for one in why["sole"]] == [("skill_unmet", "english")]
