"""Connections that have ended meanwhile: nobody who asks for one is given such a one."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from store import engine as subject
from store.engine import transaction


async def backend(connection: AsyncConnection) -> int:
    return int((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())


async def test_a_connection_that_the_server_has_closed_is_not_given_out(platform: AsyncEngine) -> None:
    async with transaction(platform) as one, transaction(platform) as other:
        both = {await backend(one), await backend(other)}
    async with transaction(platform) as one:
        (ended,) = both - {await backend(one)}
        await one.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": ended})
    async with transaction(platform) as one, transaction(platform) as other:
        assert ended not in {await backend(one), await backend(other)}


async def test_only_a_connection_that_rested_is_asked_whether_it_lives(
    platform: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "_FRESH", 3600.0)
    asked: list[bool] = []
    async with transaction(platform) as one:
        adapted = type((await one.get_raw_connection()).dbapi_connection)
    monkeypatch.setattr(adapted, "ping", lambda _: asked.append(True))
    async with transaction(platform) as one:
        await backend(one)
    assert not asked
    monkeypatch.setattr(subject, "_FRESH", 0.0)
    async with transaction(platform) as one:
        await backend(one)
    assert len(asked) == 1
