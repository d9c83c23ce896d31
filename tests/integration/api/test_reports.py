"""Historical reports through the door: whole periods, named formulas, sheets that Excel opens, who gave up."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from acd import inputs
from api.routes import reports as routes
from kernel.ids import PersonalId, TenantId
from kernel.moment import slot_start
from kernel.usage import LineKind
from store.facts import FactStore
from store.intervals import IntervalStore
from store.jobs import JobStore
from store.records import RecordStore
from store.starts import ReplayStarts
from tests.integration.api.office import Office
from tests.unit.reports.play import AGENTS
from worker.intervals import IntervalCounting
from worker.projection import Projection

LATER = "2199-01-01T00:00:00Z"


async def kept(_tenant: TenantId, _began: datetime, _ended: datetime) -> None:
    return None


async def no_numbers(_tenant: TenantId, _callers: Collection[PersonalId]) -> dict[PersonalId, LineKind]:
    return {}


async def count(engine: AsyncEngine, tenant: TenantId) -> None:
    """What the worker does when it hears of facts."""
    facts = FactStore(engine)
    await IntervalCounting(facts, IntervalStore(engine), ReplayStarts(engine)).catch_up(tenant)
    await Projection(facts, RecordStore(engine), JobStore(engine), kept, no_numbers).catch_up(tenant)


@pytest.fixture
async def evening(acme: Office) -> Office:
    """Three callers: one is answered and talks for 90 s, one gives up, one waits."""
    first = acme.play.arrive(later=1.0)
    acme.play.answer(first, later=3.0)
    acme.play.hang_up(first, later=90.0)
    for agent in AGENTS:
        acme.play.give(inputs.SignOut(acme.play.command(), agent))
    second = acme.play.arrive(later=1.0)
    acme.play.hang_up(second, later=30.0)
    acme.play.arrive(later=1.0)
    await acme.tell()
    await count(acme.engine, acme.tenant)
    await acme.shown()
    return acme


async def asked(office: Office, what: str, status: int = 200, **query: str) -> httpx2.Response:
    """The answer to an admin, for the hours of the evening unless said otherwise."""
    begin = office.play.facts[0].at
    hours = {"from": begin.isoformat(), "to": (office.play.now + timedelta(minutes=1)).isoformat()}
    async with office.client("admin") as client:
        answer = await client.get(f"/reports/{what}", params={**hours, "minutes": "60", **query})
    assert answer.status_code == status, answer.text
    return answer


def summed(items: list[dict[str, Any]], what: str) -> float:
    return sum(item["counts"][what] for item in items)


async def test_queues_by_the_hour(evening: Office) -> None:
    report = (await asked(evening, "queues")).json()
    items = report["items"]
    counts = {what: summed(items, what) for what in ("offered", "answered", "abandoned", "still_waiting")}
    assert counts == {"offered": 3, "answered": 1, "abandoned": 1, "still_waiting": 1}
    assert all(item["accounted"] for item in items)
    assert report["identity"].startswith("offered = answered + abandoned")
    assert set(items[0]["service_levels"]) <= set(report["formulas"])
    assert report["seq"] == evening.play.facts[-1].seq
    assert report["begins"] == slot_start(evening.play.facts[0].at, 15, UTC).isoformat().replace("+00:00", "Z")


async def test_agents_by_the_hour(evening: Office) -> None:
    items = (await asked(evening, "agents")).json()["items"]
    assert sum(item["seconds"]["talk_seconds"] for item in items) == pytest.approx(90, abs=1)
    assert summed(items, "accepted") == 1
    assert {item["name"] for item in items} == {"Aoki", "Baba"}  # the third found no seat


@pytest.mark.parametrize(
    ("encoding", "codec", "mark"), [("utf-8", "utf-8-sig", b"\xef\xbb\xbf"), ("cp932", "cp932", b"")]
)
async def test_a_sheet_that_excel_opens(evening: Office, encoding: str, codec: str, mark: bytes) -> None:
    answer = await asked(evening, "queues", format="csv", encoding=encoding)
    assert answer.content.startswith(mark or b"begins")
    assert answer.headers["content-disposition"] == 'attachment; filename="queues.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode(codec))))
    assert sum(float(row["offered"]) for row in rows) == 3
    names = {queue.config.name for queue in evening.play.floor.queues.values()}
    assert {row["name"] for row in rows} <= names


async def test_who_gave_up_can_be_called_back(evening: Office) -> None:
    found = (await asked(evening, "abandoned")).json()["items"]
    assert [(row["outcome"], row["wait_seconds"]) for row in found] == [("abandoned", pytest.approx(30, abs=1))]
    before = (evening.play.facts[0].at - timedelta(days=2)).isoformat()
    after = (evening.play.facts[0].at - timedelta(days=1)).isoformat()
    assert (await asked(evening, "abandoned", **{"from": before, "to": after})).json()["items"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-04-02T00:00:00Z", "to": "2026-04-01T00:00:00Z"}, "query.to"),
        ({"from": "2026-04-01T00:00:00", "to": "2026-04-02T00:00:00Z"}, "query.from"),
        ({"from": "2026-01-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}, "query.to"),
        ({"from": "1900-01-01T00:00:00Z"}, "query.from"),
        ({"from": "9999-12-31T00:00:00Z", "to": "9999-12-31T01:00:00Z"}, "query.from"),
        ({"from": "2026-04-01T00:00:00Z", "to": "0001-01-01T00:00:00Z"}, "query.to"),
        ({"minutes": "7"}, "query.minutes"),
        ({"encoding": "latin-1"}, "query.encoding"),
        ({"format": "pdf"}, "query.format"),
    ],
)
async def test_what_is_no_period_is_said(acme: Office, query: dict[str, str], field: str) -> None:
    told = (await asked(acme, "queues", 422, **query)).json()
    assert field in {error["field"] for error in told["errors"]}
    assert all(error["sentence"]["ja"] != error["sentence"]["en"] != "" for error in told["errors"])


async def test_who_names_no_end_is_told_of_the_beginning(acme: Office) -> None:
    async with acme.client("admin") as client:
        told = [(await client.get(f"/reports/queues?from={begin}")).json() for begin in ("1990-01-01T00:00:00Z", LATER)]
        ends = (await client.get(f"/reports/queues?to={LATER}")).json()
    fields = [(error["field"], error["flaw"]) for one in (*told, ends) for error in one["errors"]]
    assert fields == [("query.from", "out_of_range"), ("query.from", "out_of_range"), ("query.to", "out_of_range")]
    assert "31" in told[0]["errors"][0]["sentence"]["ja"]


@pytest.mark.parametrize(("encoding", "codec"), [("utf-8", "utf-8-sig"), ("cp932", "cp932")])
async def test_a_sheet_holds_all_who_gave_up(
    evening: Office, encoding: str, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST", 1)
    evening.play.hang_up(evening.play.arrive(later=1.0), later=5.0)
    await evening.tell()
    await count(evening.engine, evening.tenant)
    await evening.shown()
    found = (await asked(evening, "abandoned")).json()["items"]
    answer = await asked(evening, "abandoned", format="csv", encoding=encoding, limit="1")
    assert answer.content.startswith(b"\xef\xbb\xbf" if encoding == "utf-8" else b"call,")
    assert answer.headers["content-disposition"] == 'attachment; filename="abandoned.csv"'
    assert answer.headers["content-type"].startswith("text/csv; charset=")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode(codec))))
    assert len(rows) == 2
    assert [(row["call"], row["queue"], row["outcome"], float(row["wait_seconds"])) for row in rows] == [
        (row["call"], row["queue"], "abandoned", row["wait_seconds"]) for row in found
    ]
    assert [row["number"] for row in rows] == [row["number"] for row in found]


async def test_an_agent_sees_no_report_and_nobody_another_tenants(evening: Office, rival: Office) -> None:
    async with evening.client(AGENTS[0]) as client:
        assert (await client.get("/reports/queues")).status_code == 403
    begin = evening.play.facts[0].at.isoformat()
    assert (await asked(rival, "queues", **{"from": begin})).json()["items"] == []
    assert (await asked(rival, "abandoned", **{"from": begin})).json()["items"] == []
