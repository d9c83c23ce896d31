"""A fresh database for each test, and the two roles' ways into it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from store.engine import platform_engine, tenant_engine
from store.migrate import migrate
from store.personal import Sealer
from store.settings import StoreSettings


@pytest.fixture(scope="session")
def secrets_folder(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The role passwords belong to the server, so every database of the session shares them."""
    folder = tmp_path_factory.mktemp("secrets")
    owner = folder / "secrets" / "database"
    owner.parent.mkdir()
    owner.write_text((Path(postgres_url.partition("host=")[2]) / "owner").read_text())
    owner.chmod(0o600)
    return folder


@pytest.fixture
async def settings(postgres_url: str, secrets_folder: Path) -> StoreSettings:
    """Settings of a fresh, migrated database."""
    store = StoreSettings(var=secrets_folder, database_url=postgres_url.format(f"t{secrets.token_hex(6)}"))
    await migrate(store)
    return store


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
