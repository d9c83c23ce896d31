"""One platform of two Asterisk nodes for all tests between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.integration.crash.lives import in_hand
from tests.integration.crash.scene import Scene, opened
from tests.integration.nodes.people import both_used
from tests.platform import Platform, running_platform

SEED = Path(__file__).parents[1] / "crash" / "seed.toml"


@pytest.fixture(scope="package")
def platform() -> Iterator[Platform]:
    """A whole denwaban with the tenant of the fault tests and two nodes."""
    with running_platform(SEED, nodes=2) as running:
        in_hand(running)
        yield running


@pytest.fixture
async def scene(platform: Platform) -> AsyncIterator[Scene]:
    """People around both nodes; what the test leaves behind on either fails it."""
    await both_used(platform)
    async with opened(platform) as people:
        yield people
