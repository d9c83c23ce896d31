"""Many who ask at once are answered by few questions, each newer than who asked; trouble reaches everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import pytest

from api import lookups
from api.lookups import Lookups
from kernel.ids import TenantId
from store.errors import StoreUnavailable
from store.logins import Login, Role
from tests.fakes.virtual_time import in_jumping_time

EVEN, OTHER = TenantId("even"), TenantId("other")


class Database:
    """Logins by tenant; each question takes a second, and is written down with what it asked for."""

    def __init__(self, *logins: Login) -> None:
        self.logins = list(logins)
        self.asked: list[tuple[TenantId, frozenset[str]]] = []
        self.away = False

    async def get_many(self, tenant: TenantId, logins: Collection[str]) -> dict[str, Login]:
        self.asked.append((tenant, frozenset(logins)))
        await asyncio.sleep(1)
        if self.away:
            raise StoreUnavailable("away")
        return {one.login: one for one in self.logins if one.tenant == tenant and one.login in logins}


def login(name: str, tenant: TenantId = EVEN) -> Login:
    return Login(tenant, name, Role.SUPERVISOR)


def asking(database: Database) -> Lookups:
    fake: Any = database
    return Lookups(fake)


@in_jumping_time
async def test_a_thousand_at_once_are_two_questions() -> None:
    names = [f"agent-{number}" for number in range(1000)]
    database = Database(*map(login, names))
    ask = asking(database)
    first = asyncio.create_task(ask.find(EVEN, "agent-0"))
    await asyncio.sleep(0.5)
    found = await asyncio.gather(*(ask.find(EVEN, name) for name in names))
    assert await first == login("agent-0")
    assert [one.login for one in found if one is not None] == names
    assert database.asked == [(EVEN, frozenset({"agent-0"})), (EVEN, frozenset(names))]


@in_jumping_time
async def test_who_asks_while_a_question_is_under_way_hears_nothing_that_is_older_than_his() -> None:
    database = Database(login("ann"))
    ask = asking(database)
    before = asyncio.create_task(ask.find(EVEN, "ann"))
    await asyncio.sleep(0.5)
    after = asyncio.create_task(ask.find(EVEN, "ann"))
    await asyncio.sleep(0.4)
    assert await before == login("ann")
    database.logins.clear()
    assert await after is None


@in_jumping_time
async def test_tenants_do_not_wait_for_each_other_and_see_only_their_own() -> None:
    database = Database(login("ann"), login("bob", OTHER))
    ask = asking(database)
    async with asyncio.timeout(2.5):
        found = await asyncio.gather(ask.find(EVEN, "ann"), ask.find(OTHER, "ann"), ask.find(OTHER, "bob"))
    assert found == [login("ann"), None, login("bob", OTHER)]


@in_jumping_time
async def test_a_database_that_is_away_is_not_asked_by_each_and_everybody_is_told() -> None:
    database = Database(login("ann"))
    database.away = True
    ask = asking(database)
    found = await asyncio.gather(*(ask.find(EVEN, "ann") for _ in range(50)), return_exceptions=True)
    assert {type(one) for one in found} == {StoreUnavailable}
    assert len(database.asked) == 2
    database.away = False
    assert await ask.find(EVEN, "ann") == login("ann")


@in_jumping_time
async def test_somebody_who_leaves_while_he_asks_for_all_leaves_the_others_their_answer() -> None:
    database = Database(login("ann"), login("bob"))
    ask = asking(database)
    first = asyncio.create_task(ask.find(EVEN, "ann"))
    second = asyncio.create_task(ask.find(EVEN, "bob"))
    await asyncio.sleep(0.5)
    first.cancel()
    assert await second == login("bob")
    await asyncio.gather(first, return_exceptions=True)
    assert await ask.find(EVEN, "ann") == login("ann")


@in_jumping_time
async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "LIMIT", 0.5)
    with pytest.raises(StoreUnavailable):
        await asking(Database(login("ann"))).find(EVEN, "ann")
