"""Recordings end: by their time, the oldest first, or by an admin; the file goes first, a tombstone stays."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kernel.ids import CallId, RecordingId
from kernel.moment import parse
from store.engine import tenant_session
from store.errors import StoreError
from store.keeping import ERASE_RECORDING, EXPIRE_RECORDINGS, RETENTION, schedule
from store.record_rows import RecordingRow, RecordingState
from tests.integration.worker.shop import CLAUSE, RECORDING, Shop, talked
from tests.unit.reports.play import TENANT, Play
from tests.unit.worker.test_join import wav
from worker.merge import MERGE_RECORDING, store_name

PAST = datetime(2020, 1, 1, tzinfo=UTC)


async def stored(shop: Shop, number: int, expires_at: datetime | None, *, tenant: str = TENANT) -> RecordingRow:
    """A recording with its file, which runs out at `expires_at`."""
    id = RecordingId(f"rec_{number}")
    source = shop.spool / "source"
    source.write_bytes(b"sound" * number)
    plain = RecordingRow(TENANT, id, CallId(f"call_{number}"), PAST + timedelta(hours=number))
    file = await shop.media.put(store_name(plain), source)
    source.unlink()
    row = RecordingRow(
        TENANT, id, plain.call, plain.started, 1.0, file.path, file.sha256, file.size, RecordingState.READY,
        expires_at, CLAUSE,
    )  # fmt: skip
    await shop.records.put_recording(row)
    return row


async def due(shop: Shop) -> None:
    """The tenant's job is to run now."""
    await shop.say(
        "INSERT INTO jobs (tenant, kind, key, body, run_after) VALUES (:t, :k, 'recordings', '{}', clock_timestamp())"
        " ON CONFLICT ON CONSTRAINT jobs_once DO UPDATE SET run_after = excluded.run_after, claimed_until = NULL,"
        " done_at = NULL",
        t=TENANT,
        k=EXPIRE_RECORDINGS,
    )


async def next_run(shop: Shop) -> datetime | None:
    """When the tenant's job is due again; None when it is done."""
    async with shop.engine.begin() as connection:
        query = text("SELECT run_after FROM jobs WHERE kind = 'expire_recordings' AND done_at IS NULL")
        found: datetime | None = (await connection.execute(query)).scalar()
    return found


async def test_the_end_of_the_call_fixes_how_long_its_recording_is_kept(shop: Shop) -> None:
    play = Play(now=datetime(2026, 4, 30, 14, 59, 40, tzinfo=UTC))
    talked(play)
    await shop.facts.append(play.facts)
    await shop.projection.catch_up(TENANT)
    row = await shop.row()
    assert (row.expires_at, row.clause) == (parse("2026-07-31T00:00:00+09:00"), CLAUSE)
    assert await next_run(shop) == row.expires_at


async def test_a_call_that_ends_a_second_later_in_the_next_month_is_kept_to_the_next_months_day(shop: Shop) -> None:
    play = Play(now=datetime(2026, 4, 30, 14, 59, 49, tzinfo=UTC))
    talked(play)
    await shop.facts.append(play.facts)
    await shop.projection.catch_up(TENANT)
    assert (await shop.row()).expires_at == parse("2026-08-02T00:00:00+09:00")


async def test_an_end_once_fixed_is_not_moved_by_folding_again(shop: Shop) -> None:
    play = Play()
    talked(play)
    await shop.facts.append(play.facts)
    await shop.projection.catch_up(TENANT)
    fixed = parse("2030-01-01T00:00:00Z")
    await shop.say("UPDATE recordings SET expires_at = :at, clause = 'before'", at=fixed)
    await shop.say("UPDATE cursors SET seq = 0")
    await shop.projection.catch_up(TENANT)
    row = await shop.row()
    assert (row.expires_at, row.clause) == (fixed, "before")


async def test_what_has_run_out_goes_oldest_first_and_the_job_rests_until_the_next(shop: Shop) -> None:
    later = datetime.now(UTC) + timedelta(days=3)
    ends = {1: PAST + timedelta(days=2), 2: PAST, 3: later, 4: None, 5: PAST + timedelta(days=1)}
    for number, end in ends.items():
        await stored(shop, number, end)
    await due(shop)
    await shop.work_off(EXPIRE_RECORDINGS)
    rows = {number: await shop.row(RecordingId(f"rec_{number}")) for number in ends}
    gone = sorted((row for row in rows.values() if row.deleted_at is not None), key=lambda row: str(row.deleted_at))
    assert [row.recording for row in gone] == ["rec_2", "rec_5", "rec_1"]
    for row in gone:
        assert (row.state, row.path, row.deleted_by, row.reason) == (RecordingState.EXPIRED, None, RETENTION, CLAUSE)
    assert {rows[3].state, rows[4].state} == {RecordingState.READY}
    assert {path.name for path in shop.files()} == {Path(store_name(rows[n])).name for n in (3, 4)}
    assert await next_run(shop) == later


async def test_with_nothing_left_that_runs_out_the_job_is_done_and_wakes_for_the_next_recording(shop: Shop) -> None:
    await stored(shop, 1, PAST)
    await due(shop)
    await shop.work_off(EXPIRE_RECORDINGS)
    assert await next_run(shop) is None
    play = Play()
    talked(play)
    await shop.facts.append(play.facts)
    await shop.projection.catch_up(TENANT)
    assert await next_run(shop) == (await shop.row()).expires_at
    # Nobody holds it any more: it runs as soon as it is due.
    await shop.say("UPDATE jobs SET run_after = clock_timestamp() WHERE kind = 'expire_recordings'")
    assert await shop.jobs.seconds_to_next([EXPIRE_RECORDINGS]) == 0


async def test_an_earlier_end_calls_the_job_earlier_a_later_one_does_not_put_it_off(shop: Shop) -> None:
    play = Play(now=datetime(2120, 6, 10, tzinfo=UTC))
    talked(play)
    await shop.facts.append(play.facts)
    await shop.projection.catch_up(TENANT)
    first = await next_run(shop)
    for days in (60, -90):
        play.step(11, 0, 5.0)  # his wrap-up ends
        play.now += timedelta(days=days)
        talked(play)
    await shop.facts.append(play.facts)
    await shop.projection.catch_up(TENANT)
    ends = sorted(row.expires_at for row in (await shop.records.list_recordings(TENANT)).rows if row.expires_at)
    assert (len(ends), first) == (3, ends[1])
    assert await next_run(shop) == ends[0]


@pytest.mark.parametrize("point", ["before the file", "after the file", "after the row"])
async def test_killed_at_any_point_the_next_attempt_leaves_the_same(
    shop: Shop, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a kill leaves behind: the claim, and whatever had been done before."""
    for number in (1, 2, 3):
        await stored(shop, number, PAST + timedelta(days=number))
    await due(shop)

    class Killed(BaseException):
        pass

    async def killed(*_: object) -> None:
        if point == "after the row":
            await bury(row)
        raise Killed

    row = (await shop.keeping.expired(TENANT, 1))[0]
    bury, remove = shop.keeping.bury, shop.media.remove
    monkeypatch.setattr(*((shop.media, "remove") if point == "before the file" else (shop.keeping, "bury")), killed)
    with pytest.raises(Killed):
        await shop.work_off(EXPIRE_RECORDINGS)
    assert len(shop.files()) == (3 if point == "before the file" else 2)
    monkeypatch.setattr(shop.media, "remove", remove)
    monkeypatch.setattr(shop.keeping, "bury", bury)
    await shop.work_off(EXPIRE_RECORDINGS)
    assert len(await shop.keeping.expired(TENANT, 9)) == (2 if point == "after the row" else 3)
    await shop.say("UPDATE jobs SET claimed_until = clock_timestamp()")
    await shop.work_off(EXPIRE_RECORDINGS)
    states = [(await shop.row(RecordingId(f"rec_{number}"))).state for number in (1, 2, 3)]
    assert (states, shop.files()) == ([RecordingState.EXPIRED] * 3, [])


async def test_a_file_that_will_not_go_is_tried_again_and_does_not_keep_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await stored(shop, 1, PAST)
    await stored(shop, 2, PAST + timedelta(days=1))
    await due(shop)
    remove = shop.media.remove

    async def held(path: str) -> None:
        if path == first.path:
            raise StoreError("read-only")
        await remove(path)

    monkeypatch.setattr(shop.media, "remove", held)
    await shop.work_off(EXPIRE_RECORDINGS)
    states = [(await shop.row(RecordingId(f"rec_{number}"))).state for number in (1, 2)]
    assert states == [RecordingState.READY, RecordingState.EXPIRED]
    again = await next_run(shop)
    assert again is not None
    assert again > datetime.now(UTC)
    monkeypatch.setattr(shop.media, "remove", remove)
    await due(shop)
    await shop.work_off(EXPIRE_RECORDINGS)
    assert (await shop.row(RecordingId("rec_1"))).state is RecordingState.EXPIRED


async def test_a_recording_that_runs_out_before_its_file_is_there_is_not_made_any_more(shop: Shop) -> None:
    play = Play()
    talked(play)
    await shop.facts.append(play.facts)
    wav(shop.spool / "rec_call_1-in.wav", [1])
    wav(shop.spool / "rec_call_1-out.wav", [1])
    await shop.projection.catch_up(TENANT)
    await shop.say("UPDATE recordings SET expires_at = :at", at=PAST)
    await due(shop)
    await shop.work_off(EXPIRE_RECORDINGS)
    await shop.work_off(MERGE_RECORDING)
    assert (await shop.row()).state is RecordingState.EXPIRED
    assert (list(shop.spool.iterdir()), shop.files()) == ([], [])


@pytest.mark.parametrize("when", ["before the merge", "while it is merged", "afterwards"])
async def test_what_an_admin_deletes_does_not_come_back(shop: Shop, when: str) -> None:
    play = Play()
    talked(play)
    await shop.facts.append(play.facts)
    wav(shop.spool / "rec_call_1-in.wav", [1])
    wav(shop.spool / "rec_call_1-out.wav", [1])
    await shop.projection.catch_up(TENANT)
    match when:
        case "before the merge":
            assert await shop.keeping.delete(TENANT, RECORDING, "admin", "other")
            await shop.work_off(MERGE_RECORDING)
        case "while it is merged":
            settle = shop.keeping.settle

            async def deleted_first(row: RecordingRow) -> bool:
                await shop.keeping.delete(TENANT, RECORDING, "admin", "other")
                return await settle(row)

            shop.keeping.settle = deleted_first  # type: ignore[method-assign]
            await shop.work_off(MERGE_RECORDING)
        case _:
            await shop.work_off(MERGE_RECORDING)
            assert await shop.keeping.delete(TENANT, RECORDING, "admin", "other")
    await shop.work_off(ERASE_RECORDING)
    row = await shop.row()
    assert (row.state, row.deleted_by, row.reason) == (RecordingState.DELETED, "admin", "other")
    assert (row.path, shop.files(), list(shop.spool.iterdir())) == (None, [], [])
    assert not await shop.keeping.delete(TENANT, RECORDING, "somebody", "other")
    assert (await shop.row()).deleted_by == "admin"


async def test_many_schedules_and_a_rest_at_once_lose_no_end(shop: Shop) -> None:
    """Whatever order they come in, the job is due at the earliest end there is."""
    first = datetime.now(UTC) + timedelta(days=1)

    async def one(number: int) -> None:
        end = first + timedelta(hours=number)
        row = RecordingRow(TENANT, RecordingId(f"rec_{number}"), CallId("call_1"), PAST, expires_at=end)
        await shop.records.put_recording(row)
        async with tenant_session(shop.engine, TENANT) as connection:
            await schedule(connection, TENANT, end)

    await due(shop)
    await asyncio.gather(shop.work_off(EXPIRE_RECORDINGS), *(one(number) for number in range(12, -1, -1)))
    assert await next_run(shop) == first
