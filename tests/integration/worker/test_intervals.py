"""Quarters of an hour in the database: each fact counted once, whoever counts and however often he dies."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kernel.ids import TenantId
from reports.interval_report import QueueRow, agent_rows, queue_rows
from store.errors import StoreUnavailable
from store.facts import FactStore
from store.intervals import IntervalStore
from tests.integration.worker.shop import Shop
from tests.unit.reports.play import TENANT
from tests.unit.reports.test_interval import END, GRAINS, HISTORY
from worker.intervals import IntervalCounting

ZONE = ZoneInfo("Asia/Tokyo")
BEGIN = HISTORY[0].at - timedelta(hours=1)


def counting(shop: Shop) -> IntervalCounting:
    return IntervalCounting(FactStore(shop.engine), IntervalStore(shop.engine))


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
    worker = IntervalCounting(FactStore(shop.engine), Interrupted(shop.engine))
    await shop.facts.append(HISTORY[:500])
    await worker.catch_up(TENANT)
    await shop.facts.append(HISTORY[500:])
    with pytest.raises(StoreUnavailable):
        await worker.catch_up(TENANT)
    await worker.catch_up(TENANT)
    same(await rows(shop))
