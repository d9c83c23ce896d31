"""The ledgers of storage and of rules with an IVR, day by day and change by change, as JSON and for a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import httpx2

from acd import inputs
from kernel.ids import CallId, ContractId, RecordingId
from kernel.usage import LineKind
from reports.call_fold import call_record
from store.audit import SEED
from store.contracts import ContractStore
from store.record_rows import RecordingRow, RecordingState
from store.records import RecordStore
from store.rule_counts import CountStore
from tariff.rights.contract import Contract, Item
from tariff.rights.entitlement import IVR, Count
from tests.integration.api.office import Office
from tests.unit.reports.play import Play
from worker.rows import record_row


async def sheet(me: httpx2.AsyncClient, path: str) -> list[dict[str, str]]:
    answer = await me.get(path, headers={"Accept": "text/csv"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_hours_of_sound_at_the_end_of_each_day(acme: Office) -> None:
    records = RecordStore(acme.engine)
    for name, begun, hours, gone in (("one", 3, 2.0, None), ("two", 5, 1.5, datetime(2025, 11, 20, tzinfo=UTC))):
        started = datetime(2025, 11, begun, tzinfo=UTC)
        row = RecordingRow(acme.tenant, RecordingId(name), CallId(name), started, hours * 3600, path="x", size=1)
        ready = replace(row, state=RecordingState.READY)
        erased = replace(row, state=RecordingState.DELETED, deleted_at=gone, deleted_by="admin", reason="asked")
        await records.put_recording(ready if gone is None else erased)
    async with acme.client("admin") as me:
        told = (await me.get("/ledgers/storage?month=2025-11")).json()
        rows = await sheet(me, "/ledgers/storage?month=2025-11")
    assert (told["hours"], told["highest"], len(told["days"])) == ("2.000", "3.500", 30)
    by_day = {day["day"]: (day["hours"], day["recordings"]) for day in told["days"]}
    assert [by_day[f"2025-11-{day:02}"] for day in (2, 3, 4, 5, 19, 20, 30)] == [
        ("0.000", 0), ("2.000", 1), ("2.000", 1), ("3.500", 2), ("3.500", 2), ("2.000", 1), ("2.000", 1),
    ]  # fmt: skip
    assert [(row["day"], row["hours"], int(row["recordings"])) for row in rows] == [
        (day["day"], day["hours"], day["recordings"]) for day in told["days"]
    ]


async def test_rules_with_an_ivr_from_what_held_when_the_month_began_on(acme: Office) -> None:
    counts, bought = CountStore(acme.engine), Count(1, "PL-CC", ContractId("voice"))
    for key, month, day, used in (("a", 9, 3, 1), ("b", 10, 3, 2), ("c", 11, 7, 4), ("d", 12, 1, 9)):
        assert await counts.add(acme.tenant, key, datetime(2025, month, day, tzinfo=UTC), IVR, used, bought)
    async with acme.client("admin") as me:
        told = (await me.get("/ledgers/ivr?month=2025-11")).json()
        rows = await sheet(me, "/ledgers/ivr?month=2025-11")
        assert (await me.get("/ledgers/ivr?month=2025-08")).json()["uses"] == []
    assert told["highest"] == 4
    assert [(use["used"], use["allowed"], use["excess"], use["clause"]) for use in told["uses"]] == [
        (2, 1, 1, "PL-CC"),
        (4, 1, 3, "PL-CC"),
    ]
    assert [(row["at"], int(row["excess"])) for row in rows] == [(use["at"], use["excess"]) for use in told["uses"]]


async def test_the_leg_that_went_out_stands_in_the_ledger_by_its_own_time(acme: Office) -> None:
    play, shown = Play(datetime(2025, 10, 31, 14, 59, tzinfo=UTC), acme.tenant), "+815012345678"
    call = play.arrive()
    play.answer(call, later=1.0)
    out = play.give_away(call, shown, LineKind.FIXED, later=50.0)
    play.give(inputs.LegAnswered(out), later=20.0)
    play.hang_up(call, later=190.5)
    record = call_record(play.of(call))
    assert record is not None
    await RecordStore(acme.engine).upsert_records(acme.tenant, [record_row(record)])
    items = (Item("MT-F01", 16), Item("MT-F03", 1))
    held = Contract(ContractId("voice"), acme.tenant, "connect-miitel", datetime(2025, 9, 12, tzinfo=UTC), items)
    await ContractStore(acme.engine).put(held, SEED)
    async with acme.client("admin") as me:
        (told,) = (await me.get("/ledgers/calls?month=2025-11")).json()["calls"]
        assert (await me.get("/ledgers/calls?month=2025-10")).json()["calls"] == []
    assert (told["call"], told["leg"], told["at"]) == (call, out, "2025-10-31T15:00:11Z")
    assert (told["direction"], told["other"], told["seconds"]) == ("out", "fixed", "190.5")
    assert (told["row"], told["units"], told["charge"], told["assumed"]) == ("MT-C2", 2, "16.98", False)
