"""What is kept for historical reports, read while it is being added to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import QueueId, TenantId
from reports.interval import Count, Grain
from store.intervals import IntervalStore

ACME = TenantId("acme")
SLOT = datetime(2026, 4, 1, 1, tzinfo=UTC)
ADDITIONS = 150


async def test_a_report_holds_what_its_seq_says_whatever_is_added_meanwhile(
    platform: AsyncEngine, as_tenant: AsyncEngine
) -> None:
    """Each fact adds one; a report after the fact n holds n."""
    store, reader = IntervalStore(platform), IntervalStore(as_tenant)
    one = [Grain(SLOT, QueueId("sales"), None, Count.OFFERED, 1)]

    async def add() -> None:
        for seq in range(ADDITIONS):
            assert await store.add(ACME, start=seq, to=seq + 1, grains=one, turned={})

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(add())
        read = 0
        while read < ADDITIONS:
            told = await reader.between(ACME, SLOT, SLOT + timedelta(hours=1), SLOT)
            assert sum(grain.much for grain in told.grains) == told.seq
            read = told.seq
