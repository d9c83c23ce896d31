"""Taking, keeping and losing a shard, by the database's clock."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import Shard
from store.leases import Lease, LeaseHeld, LeaseLost, Leases

SHARD = Shard(7)


async def taken(leases: Leases, holder: str, seconds: float = 30) -> Lease:
    lease = await leases.take(SHARD, holder, seconds)
    assert isinstance(lease, Lease)
    return lease


async def test_a_living_lease_of_another_holder_is_kept(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    mine = await taken(leases, "one")
    assert await leases.take(SHARD, "two", 30) == LeaseHeld("one", mine.until)
    assert await leases.of(SHARD) == mine


async def test_the_same_holder_takes_at_once_under_the_next_epoch(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    first = await taken(leases, "one")
    second = await taken(leases, "one")
    assert (first.epoch, second.epoch) == (1, 2)
    assert await leases.renew(first, 30) == LeaseLost(SHARD)


async def test_a_lease_that_ran_out_is_taken_but_one_that_was_renewed_is_not(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    mine = await taken(leases, "one", seconds=0)
    renewed = await leases.renew(mine, 30)
    assert isinstance(renewed, Lease)
    assert renewed.until > mine.until
    assert isinstance(await leases.take(SHARD, "two", 30), LeaseHeld)
    await leases.renew(mine, 0)
    assert (await taken(leases, "two")).epoch == 2


async def test_a_lease_given_back_is_free_at_once_but_not_when_it_was_lost_before(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    mine = await taken(leases, "one")
    await leases.give_back(mine)
    theirs = await taken(leases, "two")
    await leases.give_back(mine)
    assert await leases.of(SHARD) == theirs


async def test_of_many_who_want_a_shard_at_once_one_gets_it(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    answers = await asyncio.gather(*(leases.take(SHARD, f"holder-{n}", 30) for n in range(20)))
    (winner,) = [answer for answer in answers if isinstance(answer, Lease)]
    assert winner.epoch == 1
    assert all(isinstance(answer, Lease) or answer.holder == winner.holder for answer in answers)
