"""Brings the database up: itself, its two roles with random passwords, and the schema; again and again without harm."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from store.engine import cause_of, reaching, role_url
from store.scram import scram_verifier
from store.secret_files import ensure_secret, read_secret
from store.settings import PLATFORM_ROLE, TENANT_ROLE, StoreSettings

_MADE_MEANWHILE: Final = (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError)
"""What CREATE DATABASE says when another migration was first: before it looked, or between its look and its row."""
_ONE_AT_A_TIME: Final = 0x64656E77
"""The advisory lock under which migrations of one database run; advisory locks do not reach over databases."""


async def migrate(settings: StoreSettings) -> None:
    """Creates or updates what is missing; StoreUnavailable when the server is away.

    Needs a role that owns the database (or may create it) and may create roles. Makes the files of the two roles'
    passwords and of the personal key when they are missing.
    """
    ensure_secret(settings.personal_key_file)
    with reaching():
        try:
            await _bring_up(settings)
        except DBAPIError as error:
            if not isinstance(cause_of(error), asyncpg.InvalidCatalogNameError):
                raise
            await _create_database(settings)
            await _bring_up(settings)


async def _bring_up(settings: StoreSettings) -> None:
    engine = create_async_engine(role_url(settings, *_owner(settings)), poolclass=NullPool, hide_parameters=True)
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        await _ensure_role(connection, PLATFORM_ROLE, ensure_secret(settings.database_platform_password_file))
        await _ensure_role(connection, TENANT_ROLE, ensure_secret(settings.database_tenant_password_file))
        await connection.run_sync(_upgrade)


async def _create_database(settings: StoreSettings) -> None:
    url = role_url(settings, *_owner(settings))
    engine = create_async_engine(url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        quoted = connection.dialect.identifier_preparer.quote(url.database or "denwaban")
        try:
            await connection.execute(text(f"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"))
        except DBAPIError as error:
            if not isinstance(cause_of(error), _MADE_MEANWHILE):
                raise


def _owner(settings: StoreSettings) -> tuple[str, str | None]:
    file = settings.database_password_file
    return settings.database_owner, read_secret(file) if file.exists() else None


async def _ensure_role(connection: AsyncConnection, role: str, password: str) -> None:
    found = await connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    verb = "ALTER" if found.first() else "CREATE"
    await connection.exec_driver_sql(f"{verb} ROLE {role} LOGIN PASSWORD '{scram_verifier(password)}'")


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


if __name__ == "__main__":
    asyncio.run(migrate(StoreSettings()))
