"""One platform for all fault tests; those that ask for `lives` come last, and hold its controller in their hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.integration.crash.lives import Lives, in_hand, taken_over
from tests.integration.crash.scene import Scene, opened
from tests.platform import Platform, running_platform

SNAPSHOT_FACTS = 150
"""So often that most restarts of these tests begin with a snapshot."""
HERE = Path(__file__).parent
SEED = HERE / "seed.toml"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who breaks something of the supervisor's comes before the controller is taken out of its hand."""
    places = [place for place, item in enumerate(items) if item.path.parent == HERE]
    ours = sorted((items[place] for place in places), key=_asks_for_lives)
    for place, item in zip(places, ours, strict=True):
        items[place] = item


def _asks_for_lives(item: pytest.Item) -> bool:
    return "lives" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="package")
def platform() -> Iterator[Platform]:
    """A whole denwaban with the tenant of seed.toml."""
    with running_platform(SEED, {"DENWABAN_SNAPSHOT_FACTS": str(SNAPSHOT_FACTS)}) as running:
        in_hand(running)
        yield running


@pytest.fixture(scope="package")
def lives(platform: Platform) -> Iterator[Lives]:
    """The controller in our hand, from the first test that asks for it to the last."""
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
