"""The report of the hour after real calls: one is answered, one gives up, one waits on."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from robots.phone import Answer
from tests.e2e.crew import AGENT_HZ, PATIENT, TIDY, Crew, eventually

TALK = 2.0
NEAR = 0.1
"""Seconds by which the report and the clocks outside may differ."""


class Before:
    """What stood in the report before this test's calls: other tests use the same queue in the same hour."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        begin = datetime.now(UTC) - timedelta(hours=1)
        self.query = f"from={begin:%Y-%m-%dT%H:%M:%SZ}&minutes=60"
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
    gone = (await crew.api.get(f"/reports/abandoned?{before.query}"))["items"]
    assert await crew.started(2) in {call["call"] for call in gone}
    assert all(call["caller"] for call in gone)


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
