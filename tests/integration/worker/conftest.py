"""A fresh database for the worker's tests, emptied before each of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from store.engine import platform_engine, role_url
from store.migrate import migrate
from store.settings import StoreSettings
from tests.integration.worker.shop import Shop


@pytest.fixture(scope="session")
def settings(
    postgres_url: str, database_secrets: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory
) -> StoreSettings:
    """Settings of a fresh, migrated database."""
    var = tmp_path_factory.mktemp("var")
    database_secrets(var)
    made = StoreSettings(var=var, database_url=postgres_url.format(f"worker{secrets.token_hex(6)}"))
    asyncio.run(migrate(made))
    return made


@pytest.fixture
async def engine(settings: StoreSettings) -> AsyncIterator[AsyncEngine]:
    """Connections to a database in which nothing has happened."""
    password = settings.database_password_file.read_text()
    owner = create_async_engine(role_url(settings, settings.database_owner, password), poolclass=NullPool)
    async with owner.begin() as connection:
        await connection.execute(
            text("TRUNCATE facts, jobs, call_records, recordings, cursors, interval_grains, agents_now, starts")
        )
    made = platform_engine(settings)
    yield made
    await made.dispose()


@pytest.fixture
def shop(engine: AsyncEngine, tmp_path: Path) -> Shop:
    """A worker's parts with nothing done yet."""
    return Shop(engine, tmp_path)
