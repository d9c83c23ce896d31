"""One platform with two tenants for this folder, a fresh crew for each test, and the rival's supervisor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.crew import Api, Crew, assembled
from tests.platform import SEEDS, Platform, running_platform

RIVAL = Path(__file__).with_name("rival.toml")


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A whole denwaban with the tenant of the stories and its rival."""
    seed = tmp_path_factory.mktemp("seed") / "two.toml"
    seed.write_text(f"{(SEEDS / 'stories.toml').read_text()}\n{RIVAL.read_text()}")
    with running_platform(seed) as running:
        yield running


@pytest.fixture
async def crew(platform: Platform) -> AsyncIterator[Crew]:
    """Agents, callers and a supervisor; what the test leaves behind fails it."""
    async with assembled(platform) as people:
        yield people


@pytest.fixture
async def rival(platform: Platform) -> AsyncIterator[Api]:
    """The supervisor of the other tenant."""
    async with platform.api(platform.tenant("rival")["supervisor"]) as client:
        yield Api(client)
