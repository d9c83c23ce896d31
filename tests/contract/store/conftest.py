"""One database for the session, emptied for each test, and the two roles' ways into it."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from store import tables
from store.engine import platform_engine, role_url, tenant_engine
from store.migrate import migrate
from store.personal import Sealer
from store.secret_files import read_secret
from store.settings import StoreSettings
from store.tables import metadata

for module in pkgutil.iter_modules(tables.__path__, "store.tables."):
    importlib.import_module(module.name)


@pytest.fixture(scope="session")
def secrets_folder(database_secrets: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `var` with the passwords of the server's roles."""
    folder = tmp_path_factory.mktemp("secrets")
    database_secrets(folder)
    return folder


@pytest.fixture(scope="session")
def migrated(postgres_url: str, secrets_folder: Path) -> StoreSettings:
    """Settings of a migrated database: a new one for each test is a second and ten megabytes for each test."""
    store = StoreSettings(var=secrets_folder, database_url=postgres_url.format(f"t{secrets.token_hex(6)}"))
    asyncio.run(migrate(store))
    return store


@pytest.fixture
async def settings(migrated: StoreSettings) -> StoreSettings:
    """Settings of a database that is as migrations leave it: no row, every count at its beginning."""
    known = metadata.sorted_tables
    async with _owner(migrated) as connection:
        filled = (await connection.execute(select(*(exists(select(table)) for table in known)))).one()
        names = [table.name for table, is_filled in zip(known, filled, strict=True) if is_filled]
        if names:
            await connection.execute(text(f"TRUNCATE {', '.join(names)} CASCADE"))
        counts = await connection.execute(text("SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"))
        for name in counts.scalars():
            await connection.execute(text(f"ALTER SEQUENCE {name} RESTART"))
    return migrated


@asynccontextmanager
async def _owner(store: StoreSettings) -> AsyncIterator[AsyncConnection]:
    password = read_secret(store.database_password_file)
    engine = create_async_engine(role_url(store, store.database_owner, password), poolclass=NullPool)
    async with engine.begin() as connection:
        yield connection


@pytest.fixture
async def platform(settings: StoreSettings) -> AsyncIterator[AsyncEngine]:
    engine = platform_engine(settings)
    yield engine
    await engine.dispose()


@pytest.fixture
async def as_tenant(settings: StoreSettings) -> AsyncIterator[AsyncEngine]:
    engine = tenant_engine(settings)
    yield engine
    await engine.dispose()


@pytest.fixture
def sealer(settings: StoreSettings) -> Sealer:
    return Sealer.from_file(settings.personal_key_file)
