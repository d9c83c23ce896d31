"""One api process on a fresh database for all tests here; each test has a tenant of its own."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from api.settings import ApiSettings
from store.migrate import migrate
from tests.integration.api.office import Office, office, running, wait_up
from tests.services import free_port


@pytest.fixture(scope="session")
def settings(
    postgres_url: str,
    database_secrets: Callable[[Path], None],
    redis_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> ApiSettings:
    """Settings of a fresh, migrated database."""
    var = tmp_path_factory.mktemp("var")
    database_secrets(var)
    made = ApiSettings(
        var=var,
        database_url=postgres_url.format(f"api{secrets.token_hex(6)}"),
        redis_url=f"{redis_url}?db=7",
        api_port=free_port(),
        controller_port=free_port(),
        ari_port=free_port(),
    )
    asyncio.run(migrate(made))
    return made


@pytest.fixture(scope="session")
def api(settings: ApiSettings) -> Iterator[ApiSettings]:
    """A running `python -m api`."""
    log = settings.var / "api.log"
    with running("api", settings, log) as process:
        wait_up(settings, process, log)
        yield settings


@pytest.fixture
async def acme(api: ApiSettings) -> AsyncIterator[Office]:
    """A tenant with an open floor and agents who are ready."""
    async with office(api) as made:
        yield made


@pytest.fixture
async def rival(api: ApiSettings) -> AsyncIterator[Office]:
    """Another tenant of the same platform."""
    async with office(api) as made:
        yield made
