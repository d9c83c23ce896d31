"""Finished calls become records, and what the switch left in its spool becomes one file, each once."""

from __future__ import annotations

import asyncio
import signal
import time
import wave
from collections.abc import AsyncIterator
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import text

from acd import inputs
from acd.model import Destination, Purpose
from bus.news import Lost, News
from kernel.ids import CallId, RecordingId, TenantId
from reports.call_fold import call_record
from store.codec import encode
from store.record_rows import RecordingRow, RecordingState
from store.settings import StoreSettings
from tests.integration.worker.process import worker
from tests.integration.worker.shop import RECORDING, Shop, no_numbers, talked, three_months
from tests.unit.reports.play import AGENTS, QUEUES, START, TENANT, Play
from tests.unit.worker.test_join import channels, wav
from worker.jobs import work, work_off
from worker.merge import MERGE_RECORDING
from worker.patience import follow
from worker.projection import Projection
from worker.rows import record_row


def another(shop: Shop) -> Projection:
    """What a worker that begins has: no memory."""
    return Projection(shop.facts, shop.records, shop.jobs, three_months, no_numbers)


async def test_each_finished_call_becomes_one_record_and_a_living_one_none(shop: Shop) -> None:
    play = Play()
    calls = [talked(play), talked(play)]
    play.arrive()
    await shop.facts.append(play.facts)
    await shop.projection.catch_up(TENANT)
    await shop.projection.catch_up(TENANT)
    rows = (await shop.records.list_records(TENANT)).rows
    assert [row.call for row in rows] == calls[::-1]
    record = call_record(play.of(calls[0]))
    assert record is not None
    assert rows[1] == record_row(record)
    assert (await shop.row()).state is RecordingState.PENDING


async def test_a_record_names_every_recording_and_each_agents_part_when_his_wrap_up_is_over(shop: Shop) -> None:
    play = Play()
    call = play.arrive()
    play.answer(call, later=1.0)
    (first,) = {play.floor.legs[leg].agent for leg in play.floor.calls[call].legs} - {None}
    assert first is not None
    onward = inputs.InviteParty(play.command(), first, call, Purpose.TRANSFER, Destination(), queue=QUEUES[1])
    play.give(onward, later=7.0)
    (offer,) = (play.floor.offers[one] for one in play.floor.calls[call].offers)
    play.give(inputs.LegAnswered(offer.leg), later=2.0)
    play.give(inputs.RecordingWanted(call, RecordingId("rec_second")))
    play.hang_up(call, later=11.0)
    await shop.facts.append(play.facts)
    await shop.projection.catch_up(TENANT)
    (row,) = (await shop.records.list_records(TENANT)).rows
    assert (row.recordings, row.recording) == (("rec_call_1", "rec_second"), "rec_second")
    told = len(play.facts)
    for agent in AGENTS:
        until = play.floor.agents[agent].wrap_up_until
        if until is not None:
            play.give(inputs.WrapUpTimeEnded(agent, until), later=5.0)
    await shop.facts.append(play.facts[told:])
    await shop.projection.catch_up(TENANT)
    (row,) = (await shop.records.list_records(TENANT)).rows
    parts = {part["agent"]: (part["talk_seconds"], part["wrap_up_seconds"] > 0) for part in orjson.loads(row.parts)}
    assert parts == {first: (7.0, True), offer.agent: (11.0, True)}


async def test_what_an_earlier_controller_did_not_tell_is_found_when_the_next_takes_over(shop: Shop) -> None:
    play = Play()
    call = talked(play)

    async def news() -> AsyncIterator[News | Lost]:
        await shop.facts.append(play.facts)
        yield News(TENANT, tuple(encode(fact) for fact in play.facts if fact.type == "ShardTaken"))

    await follow(shop.projection, news())
    assert [row.call for row in (await shop.records.list_records(TENANT)).rows] == [call]


async def test_a_fold_that_stopped_anywhere_goes_on_to_the_same_rows(shop: Shop) -> None:
    play = Play()
    talked(play)
    talked(play)
    for fact in play.facts:
        await shop.facts.append([fact])
        await shop.projection.catch_up(TENANT)
    rows = (await shop.records.list_records(TENANT)).rows
    records = [call_record(play.of(row.call)) for row in rows]
    assert list(rows) == [record_row(record) for record in records if record is not None]
    assert len(rows) == 2


@pytest.mark.parametrize("lives", [1, 3, 10])
async def test_workers_that_come_in_the_middle_of_calls_make_the_same_rows(shop: Shop, lives: int) -> None:
    """What one remembers of a call the next one reads: also of two that take turns, and of work after the call."""
    play = Play()
    calls = [talked(play), talked(play)]
    play.arrive()
    for agent in AGENTS:
        until = play.floor.agents[agent].wrap_up_until
        if until is not None:
            play.give(inputs.WrapUpTimeEnded(agent, until), later=5.0)
    folds = [shop.projection, another(shop)]
    for number, fact in enumerate(play.facts):
        await shop.facts.append([fact])
        await folds[number // 2 % 2].catch_up(TENANT)
        if number % lives == 0:
            folds[0] = another(shop)
    for fold in folds:
        await fold.catch_up(TENANT)
    rows = {row.call: row for row in (await shop.records.list_records(TENANT)).rows}
    records = [call_record(play.of(call)) for call in calls]
    assert rows == {record.call: record_row(record) for record in records if record is not None}
    assert all(part["wrap_up_seconds"] > 0 for row in rows.values() for part in orjson.loads(row.parts))
    assert len(rows) == len(await shop.records.pending_recordings()) == len(calls)


async def test_facts_that_come_one_by_one_make_the_same_rows(shop: Shop) -> None:
    play = Play()
    first, second = play.arrive(), play.arrive(later=1.0)
    for call in (first, second):
        play.answer(call, later=1.0)
    for call in (first, second):
        play.hang_up(call, later=3.0)
    for fact in play.facts:
        await shop.facts.append([fact])
        await shop.projection.catch_up(TENANT)
    for call in (first, second):
        record = call_record(play.of(call))
        assert record is not None
        assert await shop.records.record(TENANT, call) == record_row(record)


async def test_who_finds_another_faster_remembers_no_fact_twice(shop: Shop) -> None:
    play, told = Play(), 0

    async def fold(by: Projection) -> None:
        nonlocal told
        await shop.facts.append(play.facts[told:])
        told = len(play.facts)
        await by.catch_up(TENANT)

    first = play.arrive()
    play.answer(first, later=1.0)
    second = play.arrive(later=1.0)
    await fold(shop.projection)
    play.hang_up(first, later=3.0)
    await fold(another(shop))
    play.answer(second, later=2.0)
    await fold(shop.projection)
    play.hang_up(second, later=4.0)
    await fold(shop.projection)
    record = call_record(play.of(second))
    assert record is not None
    assert await shop.records.record(TENANT, second) == record_row(record)


async def test_news_of_an_end_and_the_loss_of_news_wake_it(shop: Shop) -> None:
    play, said = Play(), 0
    news: asyncio.Queue[News | Lost] = asyncio.Queue()

    async def heard() -> AsyncIterator[News | Lost]:
        while True:
            yield await news.get()
            news.task_done()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(follow(shop.projection, heard()))
        for wake in (True, False):
            talked(play)
            fresh = play.facts[said:]
            said = len(play.facts)
            await shop.facts.append(fresh)
            news.put_nowait(News(TENANT, tuple(encode(fact) for fact in fresh)) if wake else Lost())
            news.put_nowait(News(TENANT, ()))
            async with asyncio.timeout(30):
                while len((await shop.records.list_records(TENANT)).rows) < play.calls:
                    await asyncio.sleep(0.01)
        task.cancel()
    assert play.calls == 2


async def test_calls_that_end_together_are_folded_together(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    play, folded = Play(), list[TenantId]()
    catch_up = shop.projection.catch_up

    async def counted(tenant: TenantId) -> None:
        folded.append(tenant)
        await catch_up(tenant)

    monkeypatch.setattr(shop.projection, "catch_up", counted)

    async def news() -> AsyncIterator[News | Lost]:
        # Not before: the run begins by catching up.
        talked(play)
        talked(play)
        await shop.facts.append(play.facts)
        for fact in play.facts:
            yield News(TENANT, (encode(fact),))
            await asyncio.sleep(0)

    await follow(shop.projection, news())
    assert len((await shop.records.list_records(TENANT)).rows) == 2
    assert folded == [TENANT]


async def test_two_closed_files_become_one_and_leave_the_spool(shop: Shop) -> None:
    play = Play()
    talked(play)
    await shop.facts.append(play.facts)
    wav(shop.spool / "rec_call_1-in.wav", [1, 2, 3])
    wav(shop.spool / "rec_call_1-out.wav", [4, 5])
    await shop.projection.catch_up(TENANT)
    await work_off(shop.jobs, {MERGE_RECORDING: shop.merging.do})
    row = await shop.row()
    assert (row.state, row.call, row.started) == (RecordingState.READY, "call_1", START + timedelta(seconds=3))
    assert row.path is not None
    assert channels(shop.store / row.path) == ([1, 2, 3], [4, 5, 0])
    assert row.seconds == 3 / 8000
    assert row.size == (shop.store / row.path).stat().st_size
    assert list(shop.spool.iterdir()) == []
    assert shop.files() == [shop.store / row.path]


async def test_files_that_are_still_written_are_waited_for(shop: Shop) -> None:
    play = Play()
    talked(play)
    await shop.facts.append(play.facts)
    wav(shop.spool / "rec_call_1-in.wav", [1, 2, 3], said=0)
    wav(shop.spool / "rec_call_1-out.wav", [4, 5])
    await shop.projection.catch_up(TENANT)
    await work_off(shop.jobs, {MERGE_RECORDING: shop.merging.do})
    assert (await shop.row()).state is RecordingState.PENDING
    seconds = await shop.jobs.seconds_to_next([MERGE_RECORDING])
    assert seconds is not None
    wav(shop.spool / "rec_call_1-in.wav", [1, 2, 3, 9])
    await shop.do_all()
    row = await shop.row()
    assert row.state is RecordingState.READY
    assert row.path is not None
    assert channels(shop.store / row.path)[0] == [1, 2, 3, 9]


async def test_files_that_a_killed_switch_left_open_are_recovered_by_their_length(shop: Shop) -> None:
    play = Play()
    talked(play)
    await shop.facts.append(play.facts)
    wav(shop.spool / "rec_call_1-in.wav", [1, 2, 3], said=0)
    (shop.spool / "rec_call_1-out.wav").write_bytes(b"")
    await shop.projection.catch_up(TENANT)
    await shop.do_all()
    row = await shop.row()
    assert row.state is RecordingState.RECOVERED
    assert row.path is not None
    with wave.open(str(shop.store / row.path)) as file:
        assert file.getnframes() == 3
    assert channels(shop.store / row.path) == ([1, 2, 3], [0, 0, 0])


@pytest.mark.parametrize("empty", [True, False])
async def test_a_recording_without_any_sound_has_failed_and_says_why(shop: Shop, empty: bool) -> None:
    play = Play()
    talked(play)
    await shop.facts.append(play.facts)
    if empty:
        wav(shop.spool / "rec_call_1-in.wav", [], said=0)
    await shop.projection.catch_up(TENANT)
    await shop.do_all()
    assert (await shop.row()).state is RecordingState.FAILED
    assert await shop.jobs.seconds_to_next([MERGE_RECORDING]) is None
    async with shop.engine.begin() as connection:
        troubles = await connection.execute(text("SELECT trouble FROM jobs WHERE kind = 'merge_recording'"))
        assert troubles.scalars().all() == ["no sound was found"]


async def test_a_worker_that_died_after_the_file_or_after_the_row_leaves_one_file(shop: Shop) -> None:
    play = Play()
    talked(play)
    await shop.facts.append(play.facts)
    await shop.projection.catch_up(TENANT)
    for _ in range(2):
        wav(shop.spool / "rec_call_1-in.wav", [1, 2, 3])
        wav(shop.spool / "rec_call_1-out.wav", [4, 5])
        job = (await shop.jobs.claim([MERGE_RECORDING], 1, 0.0))[0]
        row = await shop.row()
        await shop.records.put_recording(await shop.merging._store(row, shop.merging._look(RECORDING)))
        assert job.attempts
    await work_off(shop.jobs, {MERGE_RECORDING: shop.merging.do})
    assert len(shop.files()) == 1
    assert list(shop.spool.iterdir()) == []
    assert await shop.jobs.seconds_to_next([MERGE_RECORDING]) is None


async def test_a_recording_whose_job_was_never_added_is_found_again(shop: Shop) -> None:
    await shop.records.put_recording(RecordingRow(TENANT, RECORDING, CallId("call_1"), START))
    await shop.projection.catch_up_all()
    assert await shop.jobs.seconds_to_next([MERGE_RECORDING]) == 0


async def test_a_job_that_breaks_does_not_hold_up_the_others(shop: Shop) -> None:
    await shop.records.put_recording(RecordingRow(TENANT, RecordingId("../bad"), CallId("call_0"), START))
    await shop.records.put_recording(RecordingRow(TENANT, RECORDING, CallId("call_1"), START))
    wav(shop.spool / "rec_call_1-in.wav", [1])
    wav(shop.spool / "rec_call_1-out.wav", [1])
    await shop.projection.catch_up_all()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work(shop.engine, shop.jobs, {MERGE_RECORDING: shop.merging.do}))
        async with asyncio.timeout(30):
            while (await shop.row()).state is not RecordingState.READY:
                await asyncio.sleep(0.01)
        task.cancel()
    assert (await shop.row(RecordingId("../bad"))).state is RecordingState.PENDING


def test_the_process_ends_with_zero_on_sigterm_and_writes_json(settings: StoreSettings, redis_url: str) -> None:
    log = settings.var / "worker.log"
    # Workers of other tests have written here as well.
    before = len(log.read_text()) if log.exists() else 0
    with worker(settings, redis_url) as process:
        until = time.monotonic() + 60
        while "worker begins" not in log.read_text()[before:]:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert all(line.startswith("{") for line in log.read_text().splitlines())
