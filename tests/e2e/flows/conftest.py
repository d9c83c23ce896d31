"""One platform for the stories of flows: tests set its calendar, its announcements lie in a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.crew import Crew, assembled
from tests.e2e.flows.listening import Voices
from tests.platform import SEEDS, Platform, prompts_folder, running_platform

TENANT = "flows"
OPEN = "2026-11-20T10:00:00+09:00"
"""A Friday that is no holiday."""


@pytest.fixture(scope="package")
def calendar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file by whose moment opening hours are judged."""
    return tmp_path_factory.mktemp("calendar") / "now"


@pytest.fixture(scope="package")
def platform(calendar: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A whole denwaban with the tenant of tests/data/seeds/flows.toml."""
    prompts = tmp_path_factory.mktemp("prompts")
    for made in prompts_folder().iterdir():
        if not made.name.startswith("prompt_"):
            shutil.copy(made, prompts)
    env = {"DENWABAN_CALENDAR": str(calendar), "DENWABAN_PROMPTS_DIR": str(prompts)}
    with running_platform(SEEDS / "flows.toml", env) as running:
        yield running


@pytest.fixture(scope="package")
def voices(platform: Platform) -> Voices:
    """What its callers can hear."""
    return Voices(platform.prompts)


@pytest.fixture(scope="package")
def which(voices: Voices) -> str:
    """The file of the tenant's own announcement, the only one there before a test saves more."""
    (file,) = {path.stem for path in voices.folder.glob("prompt_*.wav")}
    return file


@pytest.fixture
async def crew(platform: Platform, calendar: Path, which: str) -> AsyncIterator[Crew]:
    """People on a Friday morning; what the test leaves behind fails it."""
    assert which
    calendar.write_text(OPEN)
    async with assembled(platform, TENANT) as people:
        yield people
