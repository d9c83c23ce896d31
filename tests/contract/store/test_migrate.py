"""Bringing a database up: twice without harm, side by side, with passwords that only files know."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import secrets
import stat
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from kernel.errors import ConfigurationError
from store import migrations, tables
from store.engine import platform_engine, role_url, tenant_engine, transaction
from store.errors import StoreUnavailable
from store.migrate import migrate
from store.secret_files import read_secret
from store.settings import StoreSettings
from store.tables import metadata

for module in pkgutil.iter_modules(tables.__path__, "store.tables."):
    importlib.import_module(module.name)


async def test_a_second_time_changes_nothing_and_the_roles_still_get_in(settings: StoreSettings) -> None:
    passwords = read_secret(settings.database_platform_password_file)
    await migrate(settings)
    assert read_secret(settings.database_platform_password_file) == passwords
    for engine in (platform_engine(settings), tenant_engine(settings)):
        async with transaction(engine) as connection:
            assert (await connection.execute(text("SELECT count(*) FROM facts"))).scalar() == 0
        await engine.dispose()


async def test_two_at_once_on_an_empty_server(postgres_url: str, settings: StoreSettings) -> None:
    fresh = settings.model_copy(update={"database_url": postgres_url.format(f"t{secrets.token_hex(6)}")})
    await asyncio.gather(migrate(fresh), migrate(fresh))
    head = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
    password = read_secret(fresh.database_password_file)
    owner = create_async_engine(role_url(fresh, fresh.database_owner, password), poolclass=NullPool)
    async with transaction(owner) as connection:
        version = await connection.execute(text("SELECT version_num FROM alembic_version"))
        assert list(version.scalars()) == [head]
    for engine in (platform_engine(fresh), tenant_engine(fresh)):
        async with transaction(engine) as connection:
            assert (await connection.execute(text("SELECT count(*) FROM facts"))).scalar() == 0
        await engine.dispose()


async def test_the_tables_are_what_the_code_believes(settings: StoreSettings) -> None:
    password = read_secret(settings.database_password_file)
    engine = create_async_engine(role_url(settings, settings.database_owner, password), poolclass=NullPool)

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_secrets_are_for_the_owner_of_the_file_alone(settings: StoreSettings) -> None:
    files = [
        settings.database_platform_password_file,
        settings.database_tenant_password_file,
        settings.personal_key_file,
    ]
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len(file.read_text()) >= 43
    loose = settings.var / "loose"
    loose.write_text("secret")
    loose.chmod(0o644)
    with pytest.raises(ConfigurationError, match="can be read by others"):
        read_secret(loose)


async def test_every_table_of_a_tenant_is_under_row_level_security(platform: AsyncEngine) -> None:
    forced = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    async with transaction(platform) as connection:
        found = set((await connection.execute(forced)).scalars())
    wanted = {table.name for table in metadata.tables.values() if "tenant" in table.c} | {"tenants"}
    assert found == wanted


async def test_a_server_that_is_away_is_said_to_be_away(settings: StoreSettings) -> None:
    nowhere = settings.model_copy(update={"database_url": "postgresql+asyncpg:///denwaban?host=/nonexistent"})
    with pytest.raises(StoreUnavailable):
        await migrate(nowhere)
    engine = platform_engine(nowhere)
    with pytest.raises(StoreUnavailable):
        async with transaction(engine):
            raise AssertionError("there is no database")
    await engine.dispose()


async def test_connections_cut_by_the_server_are_replaced(settings: StoreSettings, platform: AsyncEngine) -> None:
    async with transaction(platform) as connection:
        (pid,) = (await connection.execute(text("SELECT pg_backend_pid()"))).one()
        cut: Any = (await connection.get_raw_connection()).driver_connection
    owner = create_async_engine(
        role_url(settings, settings.database_owner, read_secret(settings.database_password_file)), poolclass=NullPool
    )
    async with owner.begin() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    async with asyncio.timeout(30):
        while not cut.is_closed():  # who asks before has heard of it is told that the database is away
            await asyncio.sleep(0.01)
    async with transaction(platform) as connection:
        assert (await connection.execute(text("SELECT pg_backend_pid()"))).scalar() != pid


async def test_a_transaction_whose_connection_is_cut_says_that_the_database_is_away(platform: AsyncEngine) -> None:
    with pytest.raises(StoreUnavailable):
        async with transaction(platform) as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
