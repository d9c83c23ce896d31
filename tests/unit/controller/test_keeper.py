"""Snapshots: after many facts or much time, never of a floor that stands still, and later when the database is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from acd import inputs
from controller.keeper import EVERY_SECONDS, Keeper
from kernel.ids import AgentId
from tests.fakes.desk import TENANT, Desk, desk
from tests.fakes.store import FakeSnapshots
from tests.fakes.virtual_time import LoopClock, in_jumping_time

MANY = 100


@asynccontextmanager
async def keeping(folder: Path) -> AsyncIterator[tuple[Desk, FakeSnapshots]]:
    async with desk(folder) as here:
        snapshots = FakeSnapshots()
        keeper = Keeper(snapshots, [here.box], LoopClock(), MANY)  # type: ignore[arg-type]
        here.board.written = keeper.told
        task = asyncio.create_task(keeper.run())
        await asyncio.sleep(0)
        yield here, snapshots
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def make_facts(here: Desk, count: int) -> None:
    for nth in range(count):
        here.box.take(inputs.LineSeen(AgentId("ann"), up=nth % 2 == 0))


@in_jumping_time
async def test_many_facts_are_a_reason_and_only_once(tmp_path: Path) -> None:
    async with keeping(tmp_path) as (here, snapshots):
        start = here.floor.seq
        make_facts(here, MANY - 2)
        await asyncio.sleep(1)
        assert snapshots.saved == []
        make_facts(here, 2)
        await asyncio.sleep(1)
        assert [(tenant, seq) for tenant, seq, _ in snapshots.saved] == [(TENANT, start + MANY)]
        assert snapshots.pruned == [TENANT]
        make_facts(here, 2)
        await asyncio.sleep(1)
        assert len(snapshots.saved) == 1


@in_jumping_time
async def test_time_is_a_reason_for_a_floor_that_moved(tmp_path: Path) -> None:
    async with keeping(tmp_path) as (here, snapshots):
        await asyncio.sleep(EVERY_SECONDS * 3 + 1)
        assert snapshots.saved == []
        make_facts(here, 2)
        await asyncio.sleep(EVERY_SECONDS)
        assert [seq for _, seq, _ in snapshots.saved] == [here.floor.seq]


@in_jumping_time
async def test_a_snapshot_that_failed_is_made_up_for(tmp_path: Path) -> None:
    async with keeping(tmp_path) as (here, snapshots):
        snapshots.away = 1
        make_facts(here, MANY)
        await asyncio.sleep(1)
        assert snapshots.saved == []
        await asyncio.sleep(EVERY_SECONDS)
        assert [seq for _, seq, _ in snapshots.saved] == [here.floor.seq]
