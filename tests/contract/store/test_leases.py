"""Taking, keeping and losing a shard, by the database's clock."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import SHARDS, Shard
from store.leases import Lease, LeaseHeld, LeaseLost, Leases

SHARD = Shard(7)


async def taken(leases: Leases, holder: str, seconds: float = 30) -> Lease:
    (lease,) = await leases.take([SHARD], holder, seconds)
    assert isinstance(lease, Lease)
    return lease


async def test_a_living_lease_of_another_holder_is_kept(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    mine = await taken(leases, "one")
    assert await leases.take([SHARD], "two", 30) == (LeaseHeld(SHARD, "one", mine.until),)
    assert await leases.of(SHARD) == mine


async def test_the_same_holder_takes_at_once_under_the_next_epoch(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    first = await taken(leases, "one")
    second = await taken(leases, "one")
    assert (first.epoch, second.epoch) == (1, 2)
    assert await leases.renew([first], 30) == (LeaseLost(SHARD),)


async def test_a_lease_that_ran_out_is_taken_but_one_that_was_renewed_is_not(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    mine = await taken(leases, "one", seconds=0)
    (renewed,) = await leases.renew([mine], 30)
    assert isinstance(renewed, Lease)
    assert renewed.until > mine.until
    (held,) = await leases.take([SHARD], "two", 30)
    assert isinstance(held, LeaseHeld)
    await leases.renew([mine], 0)
    assert (await taken(leases, "two")).epoch == 2


async def test_a_lease_given_back_is_free_at_once_but_not_when_it_was_lost_before(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    mine = await taken(leases, "one")
    await leases.give_back([mine])
    theirs = await taken(leases, "two")
    await leases.give_back([mine])
    assert await leases.of(SHARD) == theirs


async def test_of_many_who_want_a_shard_at_once_one_gets_it(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    taken = await asyncio.gather(*(leases.take([SHARD], f"holder-{n}", 30) for n in range(20)))
    answers = [answer for (answer,) in taken]
    (winner,) = [answer for answer in answers if isinstance(answer, Lease)]
    assert winner.epoch == 1
    assert all(isinstance(answer, Lease) or answer.holder == winner.holder for answer in answers)


async def test_many_shards_are_taken_renewed_and_given_back_together(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    (theirs,) = await leases.take([SHARD], "two", 30)
    assert isinstance(theirs, Lease)
    answers = await leases.take([Shard(9), SHARD, Shard(8)], "one", 30)
    mine = [answer for answer in answers if isinstance(answer, Lease)]
    assert answers[1] == LeaseHeld(SHARD, "two", theirs.until)
    assert [lease.shard for lease in mine] == [9, 8]
    renewed = await leases.renew([*mine, Lease(SHARD, 1, "one", theirs.until)], 60)
    assert renewed[2] == LeaseLost(SHARD)
    assert [isinstance(lease, Lease) and lease.until > mine[0].until for lease in renewed[:2]] == [True, True]
    await leases.give_back(mine)
    again = await leases.take([Shard(8), Shard(9), SHARD], "three", 30)
    assert [getattr(answer, "epoch", None) for answer in again] == [2, 2, None]


async def test_two_holders_who_take_the_shards_in_turns_never_block_each_other(platform: AsyncEngine) -> None:
    leases = Leases(platform)
    shards = [Shard(number) for number in range(SHARDS)]
    taken = await asyncio.gather(*(leases.take(order, name, 0) for order in (shards, shards[::-1]) for name in "abcd"))
    assert [len(answers) for answers in taken] == [SHARDS] * 8
