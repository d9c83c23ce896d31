"""A platform with a crowd, a small one, and second api processes beside their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.crash.lives import Lives, in_hand, taken_over
from tests.integration.seats.doors import SecondApi, open_files, second_api
from tests.platform import Platform, running_platform

SEEDS = Path(__file__).parent
NEVER = {"DENWABAN_SEAT_GRACE": "86400"}
"""Seconds: in tests that are not about absence nobody is absent for so long."""
FILES = 8192


@pytest.fixture(scope="module")
def crowd() -> Iterator[Platform]:
    """A whole denwaban with a thousand agents."""
    open_files(FILES)
    with running_platform(SEEDS / "crowd.toml", NEVER) as running:
        in_hand(running)
        yield running


@pytest.fixture(scope="package")
def small() -> Iterator[Platform]:
    """A whole denwaban with a hotline and an office."""
    with running_platform(SEEDS / "small.toml", NEVER) as running:
        in_hand(running)
        yield running


@pytest.fixture
def other(small: Platform) -> Iterator[SecondApi]:
    """A second api process of the small platform."""
    with second_api(small) as api:
        yield api


@pytest.fixture(scope="module")
def lives(small: Platform) -> Iterator[Lives]:
    """The controller of the small platform in our hand."""
    with taken_over(small) as ours:
        yield ours
