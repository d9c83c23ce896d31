"""The copier: everything once and in order, however long the database is away; a newer owner stops it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from acd.facts import ShardTaken
from controller import copier
from controller.copier import LONGEST_DELAY, Copier, bring
from controller.fault import Step
from controller.journal import HUSH, Journal, Personal, lines
from kernel.fact import Fact, Stream
from kernel.ids import PersonalId, TenantId
from store.errors import StaleEpoch
from tests.fakes.store import FakeStore
from tests.fakes.virtual_time import START, in_jumping_time

ACME, RIVAL = TenantId("acme"), TenantId("rival")


def fact(seq: int, tenant: TenantId = ACME) -> Fact[ShardTaken]:
    return Fact(tenant, 1, seq, START, Stream.FLOOR, "ShardTaken", 1, "floor", ShardTaken(seq))


def written(journal: Journal) -> list[bytes]:
    return [line for line in lines(journal.path.read_bytes()) if not line.startswith(b"P")]


class Copying:
    """A journal that is being copied into a fake store."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder, "now")
        self.store = FakeStore()
        self.passed: list[Step] = []
        self.copier = Copier(self.journal, self.store, self.store, self.store, self.passed.append)

    async def __aenter__(self) -> Copying:
        self.task = asyncio.create_task(self.copier.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.journal.close()


@in_jumping_time
async def test_what_is_written_arrives_in_order_and_is_told(tmp_path: Path) -> None:
    async with Copying(tmp_path) as here:
        for seq in range(1, 6):
            here.journal.append([fact(seq)])
            if seq % 2:
                await asyncio.sleep(1)
        assert here.store.lines == written(here.journal)
        assert [line for _, told in here.store.news for line in told] == here.store.lines
        assert (here.copier.behind, here.copier.reachable) == (0, True)
        assert set(here.passed) == {Step.COPIED}


@in_jumping_time
async def test_nothing_is_copied_while_a_phone_is_about_to_ring(tmp_path: Path) -> None:
    async with Copying(tmp_path) as here:
        here.journal.append([fact(1)])
        here.journal.hush()
        await asyncio.sleep(HUSH - 0.001)
        assert not here.store.lines
        await asyncio.sleep(0.002)
        assert here.store.lines == written(here.journal)


@in_jumping_time
async def test_personal_data_is_there_before_the_fact_and_the_news_come_last(tmp_path: Path) -> None:
    async with Copying(tmp_path) as here:
        here.journal.append([fact(1)])
        here.journal.keep(Personal(ACME, PersonalId("person_1"), b"sealed"))
        await asyncio.sleep(1)
        assert here.store.order == ["personal", "facts", "news"]
        assert here.store.personal == {"person_1": b"sealed"}


@in_jumping_time
async def test_while_the_database_is_away_the_file_grows_and_then_nothing_is_missing(tmp_path: Path) -> None:
    async with Copying(tmp_path) as here:
        here.store.away = 10**9
        for seq in range(1, 301):
            here.journal.append([fact(seq)])
            await asyncio.sleep(1)
        assert (here.store.lines, here.store.news) == ([], [])
        assert here.copier.behind == here.journal.size == here.journal.path.stat().st_size
        assert not here.copier.reachable
        here.store.away = 0
        await asyncio.sleep(LONGEST_DELAY * 2)
        assert here.store.lines == written(here.journal)
        assert len(here.store.lines) == 300
        assert (here.copier.behind, here.copier.reachable) == (0, True)


@in_jumping_time
async def test_the_database_is_asked_again_soon_and_then_every_two_seconds(tmp_path: Path) -> None:
    async with Copying(tmp_path) as here:
        here.store.away = 10**9
        here.journal.append([fact(1)])
        await asyncio.sleep(1)
        assert 10**9 - here.store.away >= 3
        await asyncio.sleep(10)
        before = here.store.away
        await asyncio.sleep(100)
        assert before - here.store.away == 100 / LONGEST_DELAY


@in_jumping_time
async def test_a_piece_ends_with_a_whole_line_and_nothing_is_copied_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copier, "PIECE", 400)
    async with Copying(tmp_path) as here:
        here.journal.append([fact(seq) for seq in range(1, 21)])
        await asyncio.sleep(1)
        assert here.store.lines == written(here.journal)
        assert sum(here.store.batches) == 20
        assert len(here.store.batches) > 5


@in_jumping_time
async def test_the_news_of_each_tenant_are_his_own(tmp_path: Path) -> None:
    async with Copying(tmp_path) as here:
        here.journal.append([fact(1), fact(2)])
        here.journal.append([fact(1, RIVAL)])
        await asyncio.sleep(1)
        assert [(tenant, len(told)) for tenant, told in here.store.news] == [(ACME, 2), (RIVAL, 1)]


@in_jumping_time
async def test_a_newer_owner_ends_it_and_nothing_is_told(tmp_path: Path) -> None:
    async with Copying(tmp_path) as here:
        here.store.stale = True
        here.journal.append([fact(1)])
        await asyncio.sleep(1)
        assert isinstance(here.task.exception(), StaleEpoch)
        assert here.store.news == []


@in_jumping_time
async def test_an_old_journal_with_a_torn_end_is_brought_as_far_as_it_goes(tmp_path: Path) -> None:
    journal, store = Journal(tmp_path, "old"), FakeStore()
    journal.append([fact(1), fact(2)])
    journal.close()
    await bring(journal.path.read_bytes() + b'{"tenant":"ac', store, store, under=9)
    assert store.lines == written(journal)


@in_jumping_time
async def test_a_long_journal_is_begun_anew_once_the_database_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copier, "LONGEST_JOURNAL", 100)
    async with Copying(tmp_path) as here:
        first = here.journal.path
        for seq in range(1, 4):
            here.journal.append([fact(seq)])
            await asyncio.sleep(1)
        assert not first.exists()
        assert [path.name for path in tmp_path.iterdir()] == [here.journal.path.name]
        assert len(here.store.lines) == 3
        assert here.copier.behind == 0
