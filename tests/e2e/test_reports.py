"""The report of the hour after real calls: one is answered, one gives up, one waits on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.crew import AGENT_HZ, PATIENT, Crew, eventually

TALK = 2.0


class Before:
    """What stood in the report before this test's calls: other tests use the same queue in the same hour."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        begin = datetime.now(UTC) - timedelta(hours=1)
        self.query = f"from={begin:%Y-%m-%dT%H:%M:%SZ}&minutes=60"
        self.counts: dict[str, float] = {}
        self.talked = 0.0

    async def noted(self) -> None:
        """The report has come as far as the board has, and is noted."""
        self.counts = summed(await self.lines("queues"))
        self.talked = talked(await self.lines("agents"))

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


def talked(lines: list[dict[str, Any]]) -> float:
    return sum(line["seconds"]["talk_seconds"] for line in lines if line["agent"] == "aoi")


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
    assert talked(await before.lines("agents")) - before.talked == pytest.approx(talk, abs=0.2)
    gone = (await crew.api.get(f"/reports/abandoned?{before.query}"))["items"]
    assert await crew.started(2) in {call["call"] for call in gone}
    assert all(call["caller"] for call in gone)
