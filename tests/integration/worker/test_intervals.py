"""Quarters of an hour in the database: each fact counted once, whoever counts and however often he dies."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from acd.evolve import evolve
from acd.model import Floor
from api import replays
from api.replays import Replays
from kernel.ids import TenantId
from reports.interval_report import QueueRow, agent_rows, queue_rows
from store.errors import StoreUnavailable
from store.facts import AnyFact, FactStore
from store.intervals import IntervalStore
from store.settings import StoreSettings
from store.starts import ReplayStarts
from tests.integration.worker.process import ROOT
from tests.integration.worker.shop import Shop
from tests.unit.reports.play import TENANT
from tests.unit.reports.test_interval import END, GRAINS, HISTORY
from worker.intervals import IntervalCounting

ZONE = ZoneInfo("Asia/Tokyo")
EVERY, DEATHS = 60, 200
WORDS = 20
"""More than a worker says between two starts."""
BEGIN = HISTORY[0].at - timedelta(hours=1)


def counting(shop: Shop) -> IntervalCounting:
    return IntervalCounting(FactStore(shop.engine), IntervalStore(shop.engine), ReplayStarts(shop.engine), EVERY)


async def rows(shop: Shop) -> list[QueueRow]:
    told = await IntervalStore(shop.engine).between(TENANT, BEGIN, END + timedelta(hours=1), END)
    assert told.seq == HISTORY[-1].seq
    assert [row.seconds for row in agent_rows(told.grains, 60, ZONE)] == [
        pytest.approx(row.seconds) for row in agent_rows(GRAINS, 60, ZONE)
    ]
    return queue_rows(told.grains, 60, ZONE)


def same(found: Sequence[QueueRow]) -> None:
    wanted = queue_rows(GRAINS, 60, ZONE)
    assert [(row.begins, row.queue) for row in found] == [(row.begins, row.queue) for row in wanted]
    for row, other in zip(found, wanted, strict=True):
        assert {what: row.of(what) for what in other.figures} == pytest.approx(other.figures)
        assert row.accounted


async def test_what_is_kept_is_what_was_counted(shop: Shop) -> None:
    await shop.facts.append(HISTORY)
    await counting(shop).catch_up(TENANT)
    same(await rows(shop))


async def test_told_piece_by_piece_to_workers_that_come_and_go(shop: Shop) -> None:
    worker = counting(shop)
    for begin in range(0, len(HISTORY), 97):
        await shop.facts.append(HISTORY[begin : begin + 97])
        await worker.catch_up(TENANT)
        if begin % 2:
            worker = counting(shop)
    same(await rows(shop))


async def test_two_workers_count_nothing_twice(shop: Shop) -> None:
    workers = [counting(shop), counting(shop)]
    for begin in range(0, len(HISTORY), 300):
        await shop.facts.append(HISTORY[begin : begin + 300])
        async with asyncio.TaskGroup() as tasks:
            for worker in workers:
                tasks.create_task(worker.catch_up(TENANT))
    same(await rows(shop))


class Interrupted(IntervalStore):
    """The database goes away before the second writing."""

    writings = 0

    async def add(self, tenant: TenantId, **values: Any) -> bool:
        self.writings += 1
        if self.writings == 2:
            raise StoreUnavailable("away")
        return await super().add(tenant, **values)


async def test_what_could_not_be_written_is_counted_the_next_time(shop: Shop) -> None:
    worker = IntervalCounting(FactStore(shop.engine), Interrupted(shop.engine), ReplayStarts(shop.engine))
    await shop.facts.append(HISTORY[:500])
    await worker.catch_up(TENANT)
    await shop.facts.append(HISTORY[500:])
    with pytest.raises(StoreUnavailable):
        await worker.catch_up(TENANT)
    await worker.catch_up(TENANT)
    same(await rows(shop))


class Counted(FactStore):
    """`read`: how many facts were asked for and given."""

    read = 0

    async def since(self, tenant: TenantId, seq: int, limit: int = 0) -> tuple[AnyFact, ...]:
        page = await super().since(tenant, seq, limit)
        self.read += len(page)
        return page


async def test_a_worker_that_begins_reads_no_more_than_what_came_after_the_last_start(shop: Shop) -> None:
    await shop.facts.append(HISTORY)
    await counting(shop).catch_up(TENANT)
    facts = Counted(shop.engine)
    worker = IntervalCounting(facts, IntervalStore(shop.engine), ReplayStarts(shop.engine), EVERY)
    await worker.catch_up(TENANT)
    assert facts.read == len(HISTORY) % EVERY
    same(await rows(shop))


async def test_starts_of_another_shape_are_made_anew_and_nothing_is_counted_twice(shop: Shop) -> None:
    await shop.facts.append(HISTORY)
    await counting(shop).catch_up(TENANT)
    await shop.say("UPDATE starts SET runs = :other", other=b'{"shape":"older","runs":{}}')
    await counting(shop).catch_up(TENANT)
    same(await rows(shop))
    facts = Counted(shop.engine)
    await IntervalCounting(facts, IntervalStore(shop.engine), ReplayStarts(shop.engine), EVERY).catch_up(TENANT)
    assert facts.read == len(HISTORY) % EVERY


async def test_an_explanation_begins_at_the_nearest_start_and_sees_the_floor_of_all_facts(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "_NEAR", 20)
    await shop.facts.append(HISTORY)
    await counting(shop).catch_up(TENANT)
    floor = Floor(TENANT)
    for fact in HISTORY:
        evolve(floor, fact)
        if fact.seq % 37 == 0:
            facts = Counted(shop.engine)
            assert await Replays(facts, ReplayStarts(shop.engine)).at(TENANT, fact.seq) == floor
            assert facts.read == fact.seq % EVERY


@pytest.mark.chaos
@pytest.mark.beside
async def test_workers_killed_at_any_word_to_the_database_neither_lose_nor_double(
    shop: Shop, settings: StoreSettings
) -> None:
    await shop.facts.append(HISTORY)
    env = {"DENWABAN_VAR": str(settings.var), "DENWABAN_DATABASE_URL": settings.database_url}
    command = (sys.executable, "-m", "tests.integration.worker.dying_counting", TENANT, str(EVERY), str(DEATHS))
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=True
    )
    signals = [int(word) for word in done.stdout.split()]
    # Each one comes a word further than the one before.
    assert signals == [signal.SIGKILL] * (len(signals) - 1) + [0]
    assert len(signals) > WORDS
    same(await rows(shop))
