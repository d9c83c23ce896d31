"""One platform for all fault tests; in the modules that ask for `lives` its controller is the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.integration.crash.lives import Lives, in_hand, taken_over
from tests.integration.crash.scene import Scene, opened
from tests.platform import Platform, running_platform

SNAPSHOT_FACTS = 150
"""So often that most restarts of these tests begin with a snapshot."""
SEED = Path(__file__).with_name("seed.toml")


@pytest.fixture(scope="package")
def platform() -> Iterator[Platform]:
    """A whole denwaban with the tenant of seed.toml."""
    with running_platform(SEED, {"DENWABAN_SNAPSHOT_FACTS": str(SNAPSHOT_FACTS)}) as running:
        in_hand(running)
        yield running


@pytest.fixture(scope="module")
def lives(platform: Platform) -> Iterator[Lives]:
    """The controller in our hand."""
    with taken_over(platform) as ours:
        yield ours


@pytest.fixture
async def scene(platform: Platform, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    """People around the platform; what the test leaves behind fails it."""
    ours: Lives | None = request.getfixturevalue("lives") if "lives" in request.fixturenames else None
    if ours is not None:
        await ours.alive()
    async with opened(platform) as people:
        try:
            yield people
        finally:
            if ours is not None:
                await ours.alive()
