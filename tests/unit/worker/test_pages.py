"""Folds that go over the same pages: each sees every fact once and in order, and the database is asked once for all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from acd.facts import ShardTaken
from kernel.fact import Fact, Stream
from kernel.ids import TenantId
from store.facts import AnyFact, FactStore
from worker.pages import Pages, Together

ACME, RIVAL = TenantId("acme"), TenantId("rival")
AT = datetime(2026, 11, 22, tzinfo=UTC)


class Database:
    """So many facts of each tenant, and the questions that were asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **there: int) -> None:
        self.there = there
        self.asked: list[tuple[TenantId, int, int]] = []

        async def since(_: FactStore, tenant: TenantId, seq: int, limit: int = 10_000) -> tuple[AnyFact, ...]:
            self.asked.append((tenant, seq, limit))
            last = min(self.there[tenant], seq + limit)
            return tuple(fact(tenant, one) for one in range(seq + 1, last + 1))

        monkeypatch.setattr(FactStore, "since", since)


def fact(tenant: TenantId, seq: int) -> Fact[ShardTaken]:
    return Fact(tenant, 1, seq, AT, Stream.FLOOR, "ShardTaken", 1, "floor", ShardTaken(1))


class Fold:
    """Reads in pages of its own size."""

    def __init__(self, pages: Pages, page: int) -> None:
        self._pages = pages
        self._page = page
        self.seen: dict[TenantId, list[int]] = {ACME: [], RIVAL: []}

    async def catch_up(self, tenant: TenantId) -> None:
        seen = self.seen[tenant]
        while page := await self._pages.since(tenant, seen[-1] if seen else 0, self._page):
            seen += [one.seq for one in page]

    async def catch_up_all(self) -> None:
        for tenant in self.seen:
            await self.catch_up(tenant)


@pytest.fixture
def pages() -> Pages:
    return Pages(create_async_engine("postgresql+asyncpg://nobody@/nowhere"))


async def test_two_folds_ask_once(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(monkeypatch, acme=7)
    folds = [Fold(pages, 10), Fold(pages, 3)]
    await Together(pages, folds).catch_up(ACME)
    assert [fold.seen[ACME] for fold in folds] == [[1, 2, 3, 4, 5, 6, 7]] * 2
    assert database.asked == [(ACME, 0, 10)]


async def test_what_came_later_is_read_the_next_time(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(monkeypatch, acme=7, rival=2)
    folds = [Fold(pages, 10), Fold(pages, 3)]
    together = Together(pages, folds)
    await together.catch_up(ACME)
    database.there[ACME] = 12
    await together.catch_up(ACME)
    await together.catch_up_all()
    assert [fold.seen for fold in folds] == [{ACME: list(range(1, 13)), RIVAL: [1, 2]}] * 2


@pytest.mark.parametrize(("one", "other"), [(4, 3), (3, 4), (4, 4), (2, 9)])
async def test_pages_that_end_elsewhere_leave_nothing_out(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, one: int, other: int
) -> None:
    Database(monkeypatch, acme=23)
    folds = [Fold(pages, one), Fold(pages, other)]
    await Together(pages, folds).catch_up(ACME)
    assert [fold.seen[ACME] for fold in folds] == [list(range(1, 24))] * 2


async def test_a_part_of_a_page_is_not_taken_for_all_there_is(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(monkeypatch, acme=9)
    assert len(await pages.since(ACME, 0, 5)) == 5
    assert [one.seq for one in await pages.since(ACME, 3, 5)] == [4, 5, 6, 7, 8]
    assert [one.seq for one in await pages.since(ACME, 1, 2)] == [2, 3]
