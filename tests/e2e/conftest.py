"""One platform for all stories of a session, and a fresh crew for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.crew import Crew, assembled
from tests.platform import SEEDS, Platform, running_platform


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """A whole denwaban with the tenant of tests/data/seeds/stories.toml."""
    with running_platform(SEEDS / "stories.toml") as running:
        yield running


@pytest.fixture
async def crew(platform: Platform) -> AsyncIterator[Crew]:
    """Agents, callers and a supervisor; what the test leaves behind fails it."""
    async with assembled(platform) as people:
        yield people
