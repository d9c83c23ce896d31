"""One platform for all stories of a session, one for the demo tenants, and a fresh crew for each story."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.crew import Crew, assembled
from tests.platform import ROOT, SEEDS, Platform, running_platform


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """A whole denwaban with the tenant of tests/data/seeds/stories.toml."""
    with running_platform(SEEDS / "stories.toml") as running:
        yield running


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A whole denwaban with the two demo tenants and the one of tests/data/seeds/basic.toml."""
    seed = tmp_path_factory.mktemp("seed") / "demo.toml"
    parts = (ROOT / "denwaban" / "demo.toml", SEEDS / "basic.toml")
    seed.write_text("".join(part.read_text(encoding="utf-8") for part in parts), encoding="utf-8")
    with running_platform(seed) as running:
        yield running


@pytest.fixture
async def crew(platform: Platform) -> AsyncIterator[Crew]:
    """Agents, callers and a supervisor; what the test leaves behind fails it."""
    async with assembled(platform) as people:
        yield people
