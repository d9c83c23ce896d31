"""One platform with a crowd, and a second api process beside its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.crash.lives import Lives, in_hand, taken_over
from tests.integration.seats.doors import SecondApi, open_files, second_api
from tests.platform import Platform, running_platform

CROWD = Path(__file__).with_name("crowd.toml")
NEVER = "86400"
"""Seconds: in tests that are not about absence nobody is absent for so long."""
FILES = 8192


@pytest.fixture(scope="package")
def platform() -> Iterator[Platform]:
    """A whole denwaban with the crowd."""
    open_files(FILES)
    with running_platform(CROWD, {"DENWABAN_SEAT_GRACE": NEVER}) as running:
        in_hand(running)
        yield running


@pytest.fixture
def other(platform: Platform) -> Iterator[SecondApi]:
    """The second api process."""
    with second_api(platform) as api:
        yield api


@pytest.fixture(scope="module")
def lives(platform: Platform) -> Iterator[Lives]:
    """The controller in our hand."""
    with taken_over(platform) as ours:
        yield ours
