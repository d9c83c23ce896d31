"""Quarters of an hour are erased on the day on which a contract keeps them no longer, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from kernel.ids import ContractId, QueueId, TenantId
from kernel.moment import parse
from reports.history import HISTORY
from reports.interval import Count, Grain
from store.engine import tenant_session
from store.errors import Unreadable
from store.facts import FactStore
from store.intervals import ERASE_HISTORY, IntervalStore
from tariff.rights.entitlement import Entitled, Entitlement
from tariff.written.rows import Basis, Scope
from tests.integration.worker.shop import Shop
from tests.unit.reports.play import TENANT, Play
from worker.history import HistoryErasing
from worker.jobs import work_off

RIVAL = TenantId("rival")
NOW = parse("2036-07-10T03:00:00+09:00")
"""Later than these tests run: a job that rests until the next midnight is not due again at once."""
FIRST = parse("2036-04-08T00:00:00+09:00")
"""Ninety-three days before the day of the making, which is not counted."""
SLOTS = [FIRST - timedelta(days=300), FIRST - timedelta(minutes=15), FIRST, NOW - timedelta(hours=1)]
MIDNIGHT = parse("2036-07-11T00:00:00+09:00")


def entitled(days: int | None) -> Entitled:
    """So many days of history, None: no word of it."""
    given = Entitlement(
        HISTORY, Scope.TENANT, "", None, Basis.COUNT, "T1-2-1-2", ContractId("c"), "ACC-F04", NOW, None, False, None,
        days,
    )  # fmt: skip
    return Entitled((), None, {} if days is None else {HISTORY: (given,)}, {})


@dataclass
class Bought:
    """What the tenants' contracts say: how many days are kept, None: nothing of that."""

    days: int | None = 93
    broken: bool = False

    async def entitled(self, tenant: TenantId, _at: datetime) -> Entitled:
        if self.broken:
            raise Unreadable("a contract")
        return entitled(self.days if tenant == TENANT else None)


async def job_of(shop: Shop, bought: Bought, now: datetime = NOW) -> None:
    """What the worker does when it begins, and then, at `now`, about history."""
    erasing = HistoryErasing(
        FactStore(shop.engine), IntervalStore(shop.engine), shop.jobs, bought.entitled, lambda: now
    )
    await erasing.begin()
    await shop.say("UPDATE jobs SET run_after = clock_timestamp(), claimed_until = NULL")
    await work_off(shop.jobs, {ERASE_HISTORY: erasing.do})


async def counted(shop: Shop, tenant: TenantId) -> None:
    """Somebody came in each of these quarters, and the tenant has a history."""
    await shop.facts.append(Play(tenant=tenant).facts)
    grains = [Grain(slot, QueueId("front"), None, Count.OFFERED, 1) for slot in SLOTS]
    assert await IntervalStore(shop.engine).add(tenant, start=0, to=1, grains=grains, turned={})


async def left(shop: Shop, tenant: TenantId = TENANT) -> list[datetime]:
    async with tenant_session(shop.engine, tenant) as connection:
        query = text("SELECT slot FROM interval_grains WHERE tenant = :tenant ORDER BY slot")
        return list((await connection.execute(query, {"tenant": tenant})).scalars())


async def due(shop: Shop) -> dict[str, datetime]:
    async with shop.engine.begin() as connection:
        query = text("SELECT tenant, run_after FROM jobs WHERE kind = 'erase_history' AND done_at IS NULL")
        return {row.tenant: row.run_after for row in await connection.execute(query)}


async def test_t1_2_1_2_n_3_what_is_older_than_ninety_three_days_is_erased_and_again_each_day(shop: Shop) -> None:
    for tenant in (TENANT, RIVAL):
        await counted(shop, tenant)
    assert (await due(shop)).keys() == {TENANT, RIVAL}
    await job_of(shop, Bought())
    assert await left(shop) == SLOTS[2:]
    assert await left(shop, RIVAL) == SLOTS
    assert await due(shop) == {TENANT: MIDNIGHT, RIVAL: MIDNIGHT}
    await job_of(shop, Bought(), MIDNIGHT)
    assert await left(shop) == SLOTS[3:]


async def test_who_was_counted_before_there_was_the_job_gets_it_when_a_worker_begins(shop: Shop) -> None:
    await counted(shop, TENANT)
    await shop.say("DELETE FROM jobs")
    await job_of(shop, Bought())
    assert await left(shop) == SLOTS[2:]


async def test_nothing_is_erased_where_no_contract_says_so_or_none_can_be_read(shop: Shop) -> None:
    await counted(shop, TENANT)
    for bought in (Bought(days=None), Bought(broken=True)):
        await job_of(shop, bought)
        assert await left(shop) == SLOTS
        assert await due(shop) == {TENANT: MIDNIGHT}
