"""Trunks in a real database: versions follow each other, addresses are one trunk's alone, secrets lie sealed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import TrunkName
from store.audit import Author
from store.config import USE_CONFIG
from store.errors import NameTaken
from store.jobs import JobStore
from store.personal import Sealer
from store.tenants import PLATFORM
from store.trunks import CallerHeader, TrunkConfig, TrunkLogin, TrunkStore

NTT = TrunkConfig(TrunkName("ntt"), ("192.0.2.0/28", "198.51.100.7"), "sip:192.0.2.1", order=1)
BY = Author(PLATFORM, "root")
SECRET = "a-secret-nobody-else-has"
KDDI = TrunkConfig(
    TrunkName("kddi"),
    registration=TrunkLogin("sip.example.jp:5060", "0312345600", SECRET),
    codecs=("alaw",),
    caller_header=CallerHeader.ASSERTED,
)


@pytest.fixture
def store(platform: AsyncEngine, sealer: Sealer) -> TrunkStore:
    return TrunkStore(platform, sealer)


async def test_what_was_put_is_there_with_its_version(store: TrunkStore) -> None:
    assert await store.put(NTT, BY) == replace(NTT, version=1)
    assert await store.put(KDDI, BY) == replace(KDDI, version=2)
    assert await store.all() == (replace(KDDI, version=2), replace(NTT, version=1))
    assert await store.get(NTT.name) == replace(NTT, version=1)
    assert await store.get(TrunkName("none")) is None


async def test_a_change_is_the_next_version_and_no_change_is_none(store: TrunkStore) -> None:
    await store.put(NTT, BY)
    assert await store.put(NTT, BY) == replace(NTT, version=1)
    changed = replace(NTT, addresses=("198.51.100.7",))
    assert await store.put(changed, BY) == replace(changed, version=2)
    assert await store.all() == (replace(changed, version=2),)


async def test_no_version_comes_back(store: TrunkStore) -> None:
    await store.put(NTT, BY)
    await store.remove(NTT.name, BY)
    assert await store.put(NTT, BY) == replace(NTT, version=2)


async def test_each_change_leaves_a_job_that_tells_the_controller(store: TrunkStore, platform: AsyncEngine) -> None:
    for _ in range(2):
        await store.put(NTT, BY)
    await store.remove(NTT.name, BY)
    jobs = await JobStore(platform).claim([USE_CONFIG], limit=10, seconds=30)
    assert [(job.tenant, job.key) for job in jobs] == [(PLATFORM, "trunk:ntt:1"), (PLATFORM, "trunk:ntt:1:removed")]


async def test_who_has_seen_another_version_changes_nothing(store: TrunkStore) -> None:
    await store.put(NTT, BY, over=0)
    assert await store.put(replace(NTT, order=2), BY, over=0) is None
    assert await store.put(replace(NTT, order=2), BY, over=1) == replace(NTT, order=2, version=2)
    assert await store.remove(NTT.name, BY, over=1) is None
    assert await store.get(NTT.name) == replace(NTT, order=2, version=2)


async def test_of_two_who_change_at_once_the_second_is_told(store: TrunkStore) -> None:
    await store.put(NTT, BY)
    both = await asyncio.gather(*(store.put(replace(NTT, order=order), BY, over=1) for order in (8, 9)))
    assert sorted(found is None for found in both) == [False, True]
    assert await store.get(NTT.name) == next(found for found in both if found is not None)


@pytest.mark.parametrize("address", ["198.51.100.7", "192.0.2.3", "192.0.2.0/24", "0.0.0.0/0"])
async def test_an_address_of_another_trunk_is_refused_and_nothing_is_changed(store: TrunkStore, address: str) -> None:
    await store.put(NTT, BY)
    other = TrunkConfig(TrunkName("other"), ("203.0.113.1",))
    await store.put(other, BY)
    with pytest.raises(NameTaken):
        await store.put(replace(other, addresses=("203.0.113.2", address)), BY)
    assert await store.get(other.name) == replace(other, version=2)


async def test_a_removed_trunk_leaves_its_addresses_to_others(store: TrunkStore) -> None:
    await store.put(NTT, BY)
    assert await store.remove(NTT.name, BY) is True
    assert await store.remove(NTT.name, BY) is False
    assert await store.put(replace(KDDI, addresses=NTT.addresses), BY) is not None


async def test_a_secret_lies_sealed_and_is_in_no_repr(store: TrunkStore, platform: AsyncEngine) -> None:
    put = await store.put(KDDI, BY)
    assert SECRET not in repr(put)
    async with platform.connect() as connection:
        rows = (await connection.execute(text("SELECT document::text FROM trunks"))).scalars().all()
    assert rows
    assert not any(SECRET in row for row in rows)


async def test_tenants_see_no_trunks(as_tenant: AsyncEngine, sealer: Sealer) -> None:
    with pytest.raises(Exception, match="permission denied"):
        await TrunkStore(as_tenant, sealer).all()
