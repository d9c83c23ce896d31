"""Custody of the shards: taken under a new epoch, renewed while we live, lost when somebody else has them."""

from __future__ import annotations

import asyncio

import pytest

from controller.custody import Custody, Fenced
from kernel.ids import Shard
from store.errors import StoreUnavailable
from store.leases import Lease, LeaseHeld, LeaseLost
from tests.fakes.store import FakeLeases
from tests.fakes.virtual_time import START, in_jumping_time

ONE, TWO = Shard(1), Shard(2)


@in_jumping_time
async def test_all_shards_are_taken_in_one_request_and_each_once() -> None:
    leases = FakeLeases()
    custody = Custody(leases, "me", 9.0)  # type: ignore[arg-type]
    await custody.take([TWO, ONE, TWO])
    assert leases.asked == [("take", (1, 2))]
    assert {shard: lease.epoch for shard, lease in custody.held.items()} == {ONE: 4, TWO: 4}


@in_jumping_time
async def test_a_shard_of_somebody_else_and_a_database_that_is_away_are_waited_for() -> None:
    leases = FakeLeases(
        answers=[LeaseHeld(ONE, "other", START), StoreUnavailable("away"), LeaseHeld(ONE, "other", START)]
    )
    custody = Custody(leases, "me", 9.0)  # type: ignore[arg-type]
    await custody.take([ONE])
    assert leases.asked == [("take", (1,))] * 4
    assert ONE in custody.held


@in_jumping_time
async def test_only_what_somebody_else_holds_is_asked_for_again() -> None:
    leases = FakeLeases()
    custody = Custody(leases, "me", 9.0)  # type: ignore[arg-type]
    leases.answers = [Lease(ONE, 4, "me", START), LeaseHeld(TWO, "other", START)]
    await custody.take([ONE, TWO])
    assert leases.asked == [("take", (1, 2)), ("take", (2,))]
    assert set(custody.held) == {ONE, TWO}


@in_jumping_time
async def test_leases_are_renewed_three_times_in_their_life() -> None:
    leases = FakeLeases()
    custody = Custody(leases, "me", 9.0)  # type: ignore[arg-type]
    await custody.take([ONE, TWO])
    task = asyncio.create_task(custody.run())
    await asyncio.sleep(9.1)
    assert leases.asked[1:] == [("renew", (1, 2))] * 3
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@in_jumping_time
async def test_a_database_that_is_away_does_not_stop_calls() -> None:
    leases = FakeLeases()
    custody = Custody(leases, "me", 9.0)  # type: ignore[arg-type]
    await custody.take([ONE])
    leases.answers = [StoreUnavailable("away")] * 100
    task = asyncio.create_task(custody.run())
    await asyncio.sleep(400)
    assert not task.done()
    assert (len(leases.answers), ONE in custody.held) == (0, True)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@in_jumping_time
async def test_who_has_lost_a_shard_is_fenced() -> None:
    leases = FakeLeases()
    custody = Custody(leases, "me", 9.0)  # type: ignore[arg-type]
    await custody.take([ONE, TWO])
    leases.answers = [LeaseLost(ONE)]
    with pytest.raises(Fenced, match="1"):
        await custody.run()
    assert leases.asked[1:] == [("renew", (1, 2))]


@in_jumping_time
async def test_what_is_given_back_is_free_at_once() -> None:
    leases = FakeLeases()
    custody = Custody(leases, "me", 9.0)  # type: ignore[arg-type]
    await custody.take([ONE, TWO])
    await custody.give_back()
    assert leases.asked[1:] == [("give_back", (1, 2))]
