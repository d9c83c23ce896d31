"""Jobs under several workers, folds that move together with their rows, snapshots."""

from __future__ import annotations

import asyncio
import importlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from acd.model import Floor
from kernel.ids import AgentId, CallId, PersonalId, QueueId, RecordingId, TenantId
from store.engine import role_url, tenant_session, transaction
from store.jobs import JobStore, NewJob, add_job, job_bell
from store.record_rows import CallRecordRow, RecordingRow, RecordingState
from store.records import RecordStore
from store.secret_files import read_secret
from store.settings import StoreSettings
from store.snapshots import Snapshots

EVEN, OTHER = TenantId("even"), TenantId("other")
AT = datetime(2026, 11, 21, 1, 2, 3, 456789, tzinfo=UTC)


def record(call: str, *, at: datetime = AT, seq: int = 9, outcome: str = "completed") -> CallRecordRow:
    return CallRecordRow(
        tenant=EVEN, call=CallId(call), direction="in", number="+81312345678", caller=PersonalId("person_1"),
        arrived=at, queued_at=at, answered_at=None, ended_at=at, outcome=outcome, queue=QueueId("front"),
        agents=(AgentId("sato"),), wait_seconds=1.5, talk_seconds=0.0, legs='[{"leg": "leg_1"}]',
        recording=RecordingId("rec_1"), last_seq=seq,
    )  # fmt: skip


async def test_records_of_before_lose_the_hold_that_was_counted_as_talk(
    settings: StoreSettings, platform: AsyncEngine
) -> None:
    store = RecordStore(platform)
    hold = '{"began": "2026-11-21T01:02:05.25+00:00", "ended": "2026-11-21T01:02:08+00:00"}'
    legs = (
        f'[{{"leg": "leg_1"}}, {{"leg": "leg_2", "holds": [{hold}, {hold}, {{"began": "2026-11-21", "ended": null}}]}}]'
    )
    rows = [replace(record("call_1"), talk_seconds=10.0, legs=legs), replace(record("call_2"), talk_seconds=10.0)]
    await store.upsert_records(EVEN, rows)
    migration = importlib.import_module("store.migrations.versions.v0010_talk_without_hold")
    password = read_secret(settings.database_password_file)
    owner = create_async_engine(role_url(settings, settings.database_owner, password), poolclass=NullPool)
    async with transaction(owner) as connection:
        for statement in migration.STATEMENTS:
            await connection.execute(text(statement))
    await owner.dispose()
    found = (await store.list_records(EVEN)).rows
    assert {row.call: row.talk_seconds for row in found} == {"call_1": 4.5, "call_2": 10.0}


async def test_who_served_a_caller_last_is_found_by_his_mark_within_the_time(
    platform: AsyncEngine, as_tenant: AsyncEngine
) -> None:
    def served(call: str, by: str | None, days: int, mark: str = "mark") -> CallRecordRow:
        ended = AT - timedelta(days=days)
        who = None if by is None else AgentId(by)
        return replace(record(call, at=ended), mark=mark, last_agent=who)

    rows = [served("call_1", "sato", 20), served("call_2", "abe", 3), served("call_3", None, 1)]
    await RecordStore(platform).upsert_records(EVEN, [*rows, served("call_4", "ono", 1, "another")])
    for store in (RecordStore(platform), RecordStore(as_tenant)):
        assert await store.last_agent(EVEN, "mark", AT - timedelta(days=30)) == "abe"
        assert await store.last_agent(EVEN, "mark", AT - timedelta(days=2)) is None
        assert await store.last_agent(OTHER, "mark", AT - timedelta(days=30)) is None
        assert await store.last_agent(EVEN, "nobody", AT - timedelta(days=30)) is None


async def test_each_job_is_claimed_by_one_worker(platform: AsyncEngine) -> None:
    store = JobStore(platform)
    for number in range(60):
        await store.add(NewJob(EVEN, "notify", str(number)))
    claims = await asyncio.gather(*(store.claim(["notify"], limit=10, seconds=60) for _ in range(8)))
    keys = [job.key for claim in claims for job in claim]
    assert sorted(keys, key=int) == [str(number) for number in range(60)]
    assert await store.claim(["notify"], limit=10, seconds=60) == ()


async def test_a_job_is_added_once_for_ever_and_only_with_its_change(
    platform: AsyncEngine, as_tenant: AsyncEngine
) -> None:
    store, door = JobStore(platform), JobStore(as_tenant)
    assert await door.add(NewJob(EVEN, "notify", "1", '{"a": 1}'))
    assert not await door.add(NewJob(EVEN, "notify", "1"))
    assert await door.add(NewJob(OTHER, "notify", "1"))
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with tenant_session(as_tenant, EVEN) as connection:
            await add_job(connection, NewJob(EVEN, "notify", "2"))
            raise RuntimeError("the change failed")
    jobs = await store.claim(["notify"], limit=10, seconds=60)
    assert [(job.tenant, job.key, job.body, job.attempts) for job in jobs] == [
        (EVEN, "1", '{"a": 1}', 1),
        (OTHER, "1", "{}", 1),
    ]
    assert await store.done(jobs[0])
    assert not await door.add(NewJob(EVEN, "notify", "1"))


async def test_a_job_of_a_dead_worker_is_claimed_again_and_the_dead_one_cannot_end_it(platform: AsyncEngine) -> None:
    store = JobStore(platform)
    await store.add(NewJob(EVEN, "notify", "1"))
    (dead,) = await store.claim(["notify"], limit=1, seconds=0)
    (living,) = await store.claim(["notify"], limit=1, seconds=60)
    assert living.attempts == 2
    assert not await store.done(dead)
    assert not await store.failed(dead, None, "late")
    assert await store.done(living)
    assert await store.seconds_to_next(["notify"]) is None


async def test_a_failed_job_waits_for_its_next_time_or_is_given_up(platform: AsyncEngine) -> None:
    store = JobStore(platform)
    await store.add(NewJob(EVEN, "notify", "1"))
    assert await store.seconds_to_next(["notify"]) == 0
    (job,) = await store.claim(["notify"], limit=1, seconds=60)
    assert await store.failed(job, datetime.now(UTC) + timedelta(hours=1), "away")
    assert await store.claim(["notify"], limit=1, seconds=60) == ()
    wait = await store.seconds_to_next(["notify"])
    assert wait is not None
    assert 3500 < wait <= 3600
    async with transaction(platform) as connection:
        await connection.execute(text("UPDATE jobs SET run_after = now() WHERE tenant = 'even'"))
    (job,) = await store.claim(["notify"], limit=1, seconds=60)
    assert job.attempts == 2
    assert await store.failed(job, None, "given up")
    assert await store.seconds_to_next(["notify"]) is None


async def test_the_bell_rings_for_a_new_job(platform: AsyncEngine) -> None:
    async with job_bell(platform) as bell:
        waiting = asyncio.create_task(bell.wait(None))
        await JobStore(platform).add(NewJob(EVEN, "notify", "1"))
        await asyncio.wait_for(waiting, 30)
        silent = asyncio.create_task(bell.wait(None))
        await asyncio.wait({silent}, timeout=0.1)
        assert not silent.done()
        silent.cancel()


async def test_a_fold_moves_once_and_with_its_rows(platform: AsyncEngine) -> None:
    store = RecordStore(platform)
    assert await store.cursor("records", EVEN) == 0
    moves = [store.fold("records", EVEN, start=0, to=9, records=[record("call_1")]) for _ in range(5)]
    assert sorted(await asyncio.gather(*moves)) == [False] * 4 + [True]
    assert await store.cursor("records", EVEN) == 9
    assert not await store.fold("records", EVEN, start=9, to=5, records=[record("call_2")])
    assert (await store.list_records(EVEN)).rows == (record("call_1"),)
    assert await store.cursor("records", OTHER) == 0


async def test_an_older_view_of_a_call_does_not_replace_a_newer_one(platform: AsyncEngine) -> None:
    store = RecordStore(platform)
    await store.upsert_records(EVEN, [record("call_1", seq=9)])
    await store.upsert_records(EVEN, [record("call_1", seq=8, outcome="stale")])
    assert await store.record(EVEN, CallId("call_1")) == record("call_1", seq=9)
    await store.upsert_records(EVEN, [record("call_1", seq=10, outcome="abandoned")])
    assert await store.record(EVEN, CallId("call_1")) == record("call_1", seq=10, outcome="abandoned")


async def test_records_come_in_pages_from_the_newest_also_within_one_moment(
    platform: AsyncEngine, as_tenant: AsyncEngine
) -> None:
    rows = [record(f"call_{n}", at=AT + timedelta(seconds=n // 2)) for n in range(7)]
    await RecordStore(platform).upsert_records(EVEN, rows)
    store = RecordStore(as_tenant)
    first = await store.list_records(EVEN, limit=3)
    second = await store.list_records(EVEN, 3, first.next_cursor)
    third = await store.list_records(EVEN, 3, second.next_cursor)
    assert [row.call for page in (first, second, third) for row in page.rows] == [f"call_{n}" for n in range(6, -1, -1)]
    assert third.next_cursor is None
    assert (await store.list_records(OTHER)).rows == ()
    for broken in ("x", "!", "W10", "WyIyMDI2LTExLTIxIiwgImEiXQ", first.next_cursor[:-3] if first.next_cursor else ""):
        with pytest.raises(ValueError):  # noqa: PT011
            await store.list_records(EVEN, 3, broken)


_YEAR = """
    INSERT INTO call_records (tenant, call, direction, number, caller, arrived, ended_at, outcome, agents, wait_seconds,
                              talk_seconds, legs, last_seq)
    SELECT 'even', 'call_' || n, 'in', '', '', at, at + interval '5 minutes', 'completed', '{}', 0, 0, '[]', n
      FROM (SELECT n, timestamptz '2026-01-01T00:00Z' + n * interval '1 hour' AS at
              FROM generate_series(1, 8000) AS n) AS calls
"""


async def test_the_calls_of_a_month_are_found_by_an_order_of_their_beginnings_and_ends(
    settings: StoreSettings, platform: AsyncEngine
) -> None:
    password = read_secret(settings.database_password_file)
    owner = create_async_engine(role_url(settings, settings.database_owner, password), poolclass=NullPool)
    async with tenant_session(platform, EVEN) as connection:
        await connection.execute(text(_YEAR))
    async with transaction(owner) as connection:
        await connection.execute(text("ANALYZE call_records"))
    await owner.dispose()
    store, since = RecordStore(platform), datetime(2026, 11, 1, tzinfo=UTC)
    told: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        told.append((statement, given))

    event.listen(platform.sync_engine, "before_cursor_execute", hear)
    assert len(await store.between(EVEN, since, since + timedelta(days=1))) == 24
    event.remove(platform.sync_engine, "before_cursor_execute", hear)
    ((query, given),) = [(said, given) for said, given in told if "FROM call_records" in said]
    async with tenant_session(platform, EVEN) as connection:
        plans = list((await connection.exec_driver_sql(f"EXPLAIN {query}", given)).scalars())
    assert any("call_records_ended" in line for line in plans), plans
    assert not any("Seq Scan" in line for line in plans), plans


async def test_a_recording_keeps_its_file_when_its_facts_are_folded_again(
    platform: AsyncEngine, as_tenant: AsyncEngine
) -> None:
    store, door = RecordStore(platform), RecordStore(as_tenant)
    pending = RecordingRow(EVEN, RecordingId("rec_1"), CallId("call_1"), AT)
    await store.fold("records", EVEN, start=0, to=1, recordings=[pending])
    assert await store.pending_recordings() == (pending,)
    ready = replace(pending, seconds=3.25, path="ab/x.wav", sha256="00", size=7, state=RecordingState.READY)
    await store.put_recording(ready)
    await store.fold("records", EVEN, start=1, to=2, recordings=[pending])
    assert await door.recording(EVEN, ready.recording) == ready
    assert await door.recording(OTHER, ready.recording) is None
    assert (await door.list_recordings(EVEN)).rows == (ready,)
    assert await store.pending_recordings() == ()


async def test_the_newest_floor_is_found_and_old_ones_are_pruned(platform: AsyncEngine) -> None:
    store = Snapshots(platform)
    assert await store.newest(EVEN) is None
    for seq in (10, 20, 30, 30):
        await store.save(Floor(EVEN, epoch=2, seq=seq, seats={AgentId("b"): "", AgentId("a"): "plus"}), AT)
    await store.save(Floor(OTHER, seq=5), AT)
    assert await store.newest(EVEN) == Floor(EVEN, epoch=2, seq=30, seats={AgentId("a"): "plus", AgentId("b"): ""})
    assert await store.prune(EVEN, keep=2) == 1
    assert await store.prune(OTHER) == 0


async def test_a_floor_of_another_shape_is_passed_over(platform: AsyncEngine) -> None:
    async with transaction(platform) as connection:
        await connection.execute(
            text("INSERT INTO snapshots (tenant, seq, epoch, at, floor) VALUES ('even', 1, 1, now(), :floor)"),
            {"floor": b'{"shape":"older","floor":{}}'},
        )
    assert await Snapshots(platform).newest(EVEN) is None
