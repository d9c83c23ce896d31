"""The report of the hour after real calls: one is answered, one gives up, one waits on."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from robots.phone import Answer, OutgoingCall
from tests.e2e.browser import opened
from tests.e2e.crew import AGENT_HZ, PATIENT, TIDY, Crew, eventually
from tests.e2e.formulas import FORMULAS, IDENTITY, figures, share
from tests.e2e.office import admin_of, at_work
from tests.e2e.report_page import ReportPage, cells, clocked, in_cells

CALLER = "+81312340000"
"""Who calls, where nothing else is said."""
TALK = 2.0
NEAR = 0.5
"""Seconds by which the report and the clocks outside may differ: a busy machine hears of an end later than who made it;
what is counted wrongly is wrong by a second or more."""
NEAR_WAIT = 2.0
"""The same of waits: a caller waits from when his call has come, not from when it is answered."""
ROUNDED = 0.000501
"""An average is told to the millisecond."""
TOKYO = ZoneInfo("Asia/Tokyo")


class Before:
    """What stood in the report before this test's calls: other tests use the same queue in the same hour."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        self.begin = datetime.now(UTC) - timedelta(hours=1)
        self.query = f"from={self.begin:%Y-%m-%dT%H:%M:%SZ}&minutes=60"
        self.counts: dict[str, float] = {}
        self.spent: dict[str, float] = {}

    async def noted(self) -> None:
        """The report has come as far as the board has, and is noted."""
        self.counts = summed(await self.lines("queues"))
        self.spent = spent(await self.lines("agents"))

    async def lines(self, what: str) -> list[dict[str, Any]]:
        """The report once it has come as far as the board."""
        seq = self.crew.board.seq

        async def told() -> dict[str, Any] | None:
            report: dict[str, Any] = await self.crew.api.get(f"/reports/{what}?{self.query}")
            return report if report["seq"] >= seq else None

        found: list[dict[str, Any]] = (await eventually(told, f"a report of fact {seq}"))["items"]
        return found

    async def sheet(self, what: str, encoding: str, codec: str) -> list[dict[str, str]]:
        """The rows of the same as a sheet."""
        answer = await self.crew.api.ask("GET", f"/reports/{what}?{self.query}&format=csv&encoding={encoding}")
        return list(csv.DictReader(io.StringIO(answer.content.decode(codec))))


def summed(lines: list[dict[str, Any]]) -> dict[str, float]:
    mine = [line["counts"] for line in lines if line["queue"] == "patient"]
    assert all(line["accounted"] for line in lines)
    return {what: sum(counts[what] for counts in mine) for what in ("offered", "answered", "abandoned")}


def spent(lines: list[dict[str, Any]]) -> dict[str, float]:
    """What aoi did, in seconds."""
    mine = [line["seconds"] for line in lines if line["agent"] == "aoi"]
    return {what: sum(seconds[what] for seconds in mine) for what in (mine[0] if mine else ())}


async def test_the_hour_is_told_as_it_was(crew: Crew) -> None:
    before = Before(crew)
    await before.noted()
    phone = await crew.work("aoi")
    first = crew.dial(PATIENT)
    rung = await phone.rung()
    await first.rtp.hears(AGENT_HZ)
    await crew.api.pause("aoi")
    second = await crew.wait_in("patient", PATIENT, 1)
    second.hang_up()
    await crew.board.waiting("patient", 0)
    await asyncio.sleep(TALK)
    first.hang_up()
    await rung.ended()
    await crew.board.state("aoi", "paused")
    assert rung.ended_at is not None
    assert rung.answered_at is not None
    talk = (rung.ended_at - rung.answered_at).total_seconds()

    counts = summed(await before.lines("queues"))
    assert {what: counts[what] - before.counts[what] for what in counts} == {
        "offered": 2,
        "answered": 1,
        "abandoned": 1,
    }
    talked = spent(await before.lines("agents"))["talk_seconds"] - before.spent.get("talk_seconds", 0.0)
    assert talked == pytest.approx(talk, abs=NEAR)
    gone = {call["call"]: call for call in (await crew.api.get(f"/reports/abandoned?{before.query}"))["items"]}
    assert await crew.started() not in gone
    left = gone[await crew.started(2)]
    assert (left["caller"], left["number"], left["queue"]) == (CALLER, PATIENT, "patient")


@dataclass(frozen=True)
class Mark:
    """A moment outside: no earlier than the asking, no later than the answer."""

    first: datetime
    last: datetime

    @classmethod
    def of(cls, moment: datetime | None) -> Mark:
        assert moment is not None
        return cls(moment, moment)


async def marked(order: Awaitable[Any]) -> Mark:
    first = datetime.now(UTC)
    await order
    return Mark(first, datetime.now(UTC))


@dataclass
class Clock:
    """How long something must have lasted, at least and at most."""

    least: float = 0.0
    most: float = 0.0

    def add(self, since: Mark, until: Mark) -> None:
        self.least += max(0.0, (until.first - since.last).total_seconds())
        self.most += (until.last - since.first).total_seconds()


async def test_each_second_of_an_agent_is_that_of_the_clocks_outside(crew: Crew) -> None:
    """By the telephones' clock where they know, else by when the api was asked and had answered."""
    before = Before(crew)
    await before.noted()
    phone = await crew.work("aoi", Answer(after=1.0), ready=False)
    await crew.api.must("POST", "/agents/aoi/sign-out")
    came = await marked(crew.api.sign_in("aoi"))
    await asyncio.sleep(TALK)
    ready = await marked(crew.api.ready("aoi"))
    await asyncio.sleep(TALK)
    caller = crew.dial(TIDY)
    rung = await phone.rung()
    await caller.rtp.hears(AGENT_HZ)
    path = f"/calls/{await crew.started()}"
    held = await marked(crew.api.must("POST", f"{path}/hold", json={"agent": "aoi"}))
    await asyncio.sleep(TALK)
    back = await marked(crew.api.must("POST", f"{path}/unhold", json={"agent": "aoi"}))
    await caller.rtp.hears(AGENT_HZ)
    caller.hang_up()
    await rung.ended()
    await crew.board.state("aoi", "wrap_up")
    await asyncio.sleep(1.0)
    over = await marked(crew.api.must("POST", "/agents/aoi/wrap-up/end"))
    await asyncio.sleep(1.0)
    paused = await marked(crew.api.pause("aoi"))
    await asyncio.sleep(1.0)
    gone = await marked(crew.api.must("POST", "/agents/aoi/sign-out"))
    began, answered, ended = (Mark.of(one) for one in (rung.began_at, rung.answered_at, rung.ended_at))
    wanted = {
        "paused_seconds": [(came, ready), (paused, gone)],
        "ready_seconds": [(ready, began), (over, paused)],
        "offered_seconds": [(began, answered)],
        "talk_seconds": [(answered, held), (back, ended)],
        "hold_seconds": [(held, back)],
        "wrap_up_seconds": [(ended, over)],
    }
    lines = await before.lines("agents")
    told = {what: much - before.spent.get(what, 0.0) for what, much in spent(lines).items()}
    for what, stretches in wanted.items():
        clock = Clock()
        for since, until in stretches:
            clock.add(since, until)
        assert clock.least - NEAR <= told[what] <= clock.most + NEAR, (what, told, clock)
    day = Clock()
    day.add(came, gone)
    assert day.least - NEAR <= sum(told.values()) <= day.most + NEAR, (told, day)
    assert set(wanted) | {"connecting_seconds"} >= {what for what, much in told.items() if much > NEAR}
    for line in lines:
        assert sum(line["seconds"].values()) <= 3600 + NEAR
    await crew.api.sign_in("aoi")  # from where everybody goes home


FIGURES = "+81312345684"
IN_TIME, SHORT = 5.0, 2.0
"""Seconds: answered in time, and given up so soon that it is a short abandon."""


async def waited(call: OutgoingCall, seconds: float) -> None:
    """The caller has heard music for so long."""
    samples = 8_000 * seconds
    await call.rtp.changes.until(lambda: len(call.rtp.heard()) > samples or None, 30, f"{seconds} s of music")


async def gives_up(crew: Crew, call: OutgoingCall, left: int) -> None:
    call.hang_up()
    await crew.board.waiting("figures", left)


@pytest.mark.timeout(120)
async def test_each_figure_is_what_its_printed_formula_gives_for_known_calls(crew: Crew) -> None:
    """Two are answered (one in time), three give up (one at once, one in time), one is sent away, one waits on; the api
    tells it so, and the supervisor's page."""
    tenant = crew.platform.tenant(crew.tenant)
    async with admin_of(crew.platform, tenant["admin"]) as boss:
        await boss.queue_with_number("figures", FIGURES, wrap_up=0, answer_within=IN_TIME, short_abandon=SHORT)
        phone = await at_work(crew, "eve", await boss.agent("eve", "figures"))
    soon = crew.dial(FIGURES)
    first = await phone.rung()
    await soon.rtp.hears(AGENT_HZ)
    await crew.api.pause("eve")
    soon.hang_up()
    await first.ended()
    late = await crew.wait_in("figures", FIGURES, 1)
    tired = await crew.wait_in("figures", FIGURES, 2)
    await gives_up(crew, at_once := await crew.wait_in("figures", FIGURES, 3), 2)
    bored = await crew.wait_in("figures", FIGURES, 3)
    await waited(bored, SHORT + 0.5)
    await gives_up(crew, bored, 2)
    sent = await crew.wait_in("figures", FIGURES, 3)
    path = f"/queues/figures/calls/{await crew.started(6)}/withdraw"
    await crew.api.must("POST", path, json={})
    await sent.ended()
    await waited(tired, IN_TIME + 0.5)
    await gives_up(crew, tired, 1)
    last = await crew.wait_in("figures", FIGURES, 2)
    await crew.api.ready("eve")
    second = await phone.rung()
    await late.rtp.hears(AGENT_HZ)
    await crew.api.pause("eve")
    late.hang_up()
    await second.ended()
    await crew.board.state("eve", "paused")

    before, gone = Before(crew), (tired, bored, at_once)
    lines = [line for line in await before.lines("queues") if line["queue"] == "figures"]
    wanted = {
        "offered": 7, "answered": 2, "answered_in_time": 1, "abandoned": 3, "abandoned_in_time": 2,
        "short_abandoned": 1, "overflowed": 1, "callbacks": 0, "failed": 0, "still_waiting": 1,
    }  # fmt: skip
    assert {what: sum(line["counts"][what] for line in lines) for what in wanted} == wanted
    assert clock(lines, "answered_wait_seconds") == pytest.approx(lasted(late, second.answered_at), abs=NEAR_WAIT)
    assert clock(lines, "abandoned_wait_seconds") == pytest.approx(
        sum(lasted(call, call.ended_at) for call in gone), abs=NEAR_WAIT
    )
    longest = max(line["counts"]["longest_wait_seconds"] for line in lines)
    assert longest == pytest.approx(lasted(late, second.answered_at), abs=NEAR_WAIT)
    for line in lines:
        shown = {**line["service_levels"], **{what: line[what] for what in list(FORMULAS)[7:11]}}
        assert shown == pytest.approx(figures(line["counts"]), abs=ROUNDED)
        assert line["accounted"] is True
    report = await crew.api.get(f"/reports/queues?{before.query}")
    assert (report["formulas"], report["identity"], report["minutes"]) == (FORMULAS, IDENTITY, 60)
    for minutes in (15, 30):
        finer = await crew.api.get(f"/reports/queues?{before.query.replace('=60', f'={minutes}')}")
        same = [line for line in finer["items"] if line["queue"] == "figures"]
        assert {what: sum(line["counts"][what] for line in same) for what in wanted} == wanted
        assert last.answered_at is not None
        begun = max(datetime.fromisoformat(line["begins"]) for line in same)
        assert timedelta(0) <= last.answered_at - begun < timedelta(minutes=minutes)
    for line in await before.lines("agents"):
        work = sum(line["seconds"][what] for what in ("talk_seconds", "hold_seconds", "wrap_up_seconds"))
        assert line["occupancy"] == pytest.approx(share(work, work + line["seconds"]["ready_seconds"]))
        assert line["aht_seconds"] == pytest.approx(share(work, line["counts"]["handled"]), abs=ROUNDED)
    mine = [line["counts"] for line in await before.lines("agents") if line["agent"] == "eve"]
    assert [sum(one[what] for one in mine) for what in ("rung", "accepted", "handled")] == [2, 2, 2]

    # Nobody is at work, so that the seconds stand still from one sheet to the next.
    await crew.api.must("POST", "/agents/eve/sign-out")
    agents = await before.lines("agents")
    for encoding, codec in (("utf-8", "utf-8-sig"), ("cp932", "cp932")):
        rows = [row for row in await before.sheet("queues", encoding, codec) if row["queue"] == "figures"]
        assert len(rows) == len(lines)
        for row, line in zip(rows, lines, strict=True):
            cells = {**line["counts"], **line["service_levels"], **{what: line[what] for what in list(FORMULAS)[7:11]}}
            assert {what: float(row[what]) if row[what] else None for what in cells} == pytest.approx(cells)
            assert (at(row["begins"]), row["accounted"]) == (at(line["begins"]), "1")
        for row, line in zip(await before.sheet("agents", encoding, codec), agents, strict=True):
            cells = {**line["counts"], **line["seconds"], **{what: line[what] for what in list(FORMULAS)[11:]}}
            assert {what: float(row[what]) if row[what] else None for what in cells} == pytest.approx(cells)
            assert (at(row["begins"]), row["agent"], row["name"]) == (at(line["begins"]), line["agent"], line["name"])
    found = (await crew.api.get(f"/reports/abandoned?{before.query}&limit=200"))["items"]
    listed = [row for row in found if row["queue"] == "figures"]
    assert [row["call"] for row in listed] == [await crew.started(nth) for nth in (5, 4, 3)]
    assert [row["wait_seconds"] for row in listed] == pytest.approx(
        [lasted(call, call.ended_at) for call in (bored, at_once, tired)], abs=NEAR_WAIT
    )
    async with opened(f"{crew.platform.server_url}/supervisor") as browser:
        await browser.enter(crew.tenant, next(one for one in tenant["agents"] if one["id"] == "aoi"))
        await browser.shows("このページは、スーパーバイザーと管理者だけが使えます。")
        await browser.enter(crew.tenant, tenant["supervisor"])
        await browser.page.get_by_role("link", name="レポート").click()
        await reads_it_on_the_page(crew, before, ReportPage(browser.page), lines, listed)
        assert browser.said == []
    await crew.api.sign_in("eve")  # from where everybody goes home


async def reads_it_on_the_page(
    crew: Crew, before: Before, page: ReportPage, lines: list[dict[str, Any]], gone: list[dict[str, Any]]
) -> None:
    """The page shows these lines of the queue with their sum, its formulas and its files, and who gave up."""
    begin = f"{before.begin.astimezone(TOKYO):%Y-%m-%dT%H:%M}"
    await page.narrowed("キュー別", begin, "figures")
    *rows, total = await page.rows()
    assert [cells(row) for row in rows] == [in_cells(line) for line in lines]
    assert total | {"着信": "7", "応答": "2", "放棄": "3", "SL-strict": "14.3%", "SL-genesys": "25.0%"} == total
    assert total["放棄呼率"] == "42.9%"
    identity = "着信 7 = 応答 2 + 放棄 3 + 溢れ 1 + コールバック 0 + 失敗 0 + 待機中 1 ✓ すべての行で成り立っています"
    assert " ".join((await page.page.locator("#identity").inner_text()).split()) == identity
    assert await page.formula("SL-genesys") == "SL-genesys = 時間内応答 ÷ (応答 + 放棄 − 即放棄)"
    assert await page.formula("平均応答", by_keyboard=True) == "平均応答 = 応答までの待ち時間の合計 ÷ 応答"
    for encoding, mark in (("utf-8", b"\xef\xbb\xbf"), ("cp932", b"begins")):
        file = await page.saved(encoding)
        assert file.startswith(mark)
        answer = await crew.api.ask("GET", f"/reports/queues?{before.query}&format=csv&encoding={encoding}")
        assert file == answer.content
    await page.narrowed("エージェント別", begin, "eve")
    *rows, total = await page.rows()
    assert {row[""].split()[-1] for row in rows} == {"eve"}
    assert (total["呼び出し"], total["拒否"], total["処理"]) == ("2", "0", "2")
    await page.page.get_by_label("放棄呼の一覧").check()
    await page.page.get_by_text("放棄呼の件数").wait_for()
    told = [row for row in await page.rows() if row["キュー"] == "figures"]
    assert [(row["着信番号"], row["待ち時間"]) for row in told] == [
        (FIGURES, clocked(row["wait_seconds"])) for row in gone
    ]


def clock(lines: list[dict[str, Any]], what: str) -> float:
    return float(sum(line["counts"][what] for line in lines))


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def lasted(call: OutgoingCall, until: datetime | None) -> float:
    """For how long the caller, who hears music from his first moment, has waited by the telephones' clock."""
    assert call.answered_at is not None
    assert until is not None
    return (until - call.answered_at).total_seconds()


@pytest.mark.parametrize(
    ("encoding", "codec", "mark"), [("utf-8", "utf-8-sig", b"\xef\xbb\xbf"), ("cp932", "cp932", b"begins")]
)
async def test_the_same_hour_as_a_sheet_that_excel_opens(crew: Crew, encoding: str, codec: str, mark: bytes) -> None:
    """Whatever calls the hour has had: the sheet has the same lines as the report, and both names in Japanese."""
    left = await crew.wait_in("patient", PATIENT, 1)
    left.hang_up()
    await crew.board.waiting("patient", 0)
    before = Before(crew)
    lines = await before.lines("queues")
    answer = await crew.api.ask("GET", f"/reports/queues?{before.query}&format=csv&encoding={encoding}")
    assert answer.content.startswith(mark)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode(codec))))
    assert [(row["queue"], row["name"], float(row["offered"])) for row in rows] == [
        (line["queue"], line["name"], line["counts"]["offered"]) for line in lines
    ]
    assert "長く鳴らす" in {row["name"] for row in rows}
