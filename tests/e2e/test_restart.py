"""After a restart with another seed file, and with announcements lost, people find what they had set up."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.crew import TENANT, Crew, assembled, eventually
from tests.e2e.flows.listening import Voices
from tests.e2e.flows.test_sounds import tone
from tests.e2e.office import admin_of
from tests.platform import SEEDS, Platform, prompts_folder, running_platform

SPOKEN, PLAYED = "+81312345651", "+81312345652"
WORDS = "さいきどうのあとも、きこえるはずです。"
HERTZ, SECONDS = 1510, 2.0
"""The sound that was sent; no speech lasts so long to the hundredth."""


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """The file of the stories, to be changed."""
    return Path(shutil.copy(SEEDS / "stories.toml", tmp_path / "seed.toml"))


@pytest.fixture
def platform(seed: Path, tmp_path: Path) -> Iterator[Platform]:
    """A denwaban of this test alone, with announcements of its own to lose."""
    others = shutil.ignore_patterns("prompt_*")  # tenants of other tests have theirs in the same folder
    prompts = shutil.copytree(prompts_folder(), tmp_path / "prompts", ignore=others)
    with running_platform(seed, {"DENWABAN_PROMPTS_DIR": str(prompts)}) as running:
        yield running


async def set_up(crew: Crew, platform: Platform) -> None:
    """An admin slows a queue, removes another, changes who answers, and has two announcements."""
    async with admin_of(platform, platform.tenant(TENANT)["admin"]) as boss:
        await boss.put("prompts/words", {"text": WORDS})
        sent = await boss.api.ask(
            "PUT",
            "/configuration/prompts/jingle/sound",
            content=tone(HERTZ, seconds=SECONDS),
            headers={"Content-Type": "audio/wav"},
        )
        assert sent.status_code == 200
        for name, number in (("words", SPOKEN), ("jingle", PLAYED)):
            nodes = {"say": {"do": "play", "prompt": name, "next": "bye"}, "bye": {"do": "hang_up"}}
            await boss.put(f"flows/{name}", {"start": "say", "nodes": nodes})
            await boss.put(f"numbers/{number}", {"flow": name})
        await boss.change("queues/patient", ring_time=77.0)
        await boss.change("agents/aoi", extension="355")
        await boss.api.must("PATCH", "/users/supervisor", json={"password": "mine-and-nobody-elses"})
    call = crew.dial(PLAYED)
    await call.rtp.hears(HERTZ)
    await call.ended()


async def a_worker_that_starts_makes_what_is_lost(platform: Platform) -> None:
    lost = set(platform.prompts.glob("prompt_*"))
    assert len(lost) == 4
    for file in lost:
        file.unlink()
    platform.kill("worker")

    async def back() -> bool:
        return all(file.exists() for file in lost)

    await eventually(back, "the announcements again", 60)


@pytest.mark.timeout(300)
async def test_what_people_did_is_there_after_a_restart_with_another_seed(seed: Path, platform: Platform) -> None:
    async with assembled(platform) as crew:
        await set_up(crew, platform)
    await a_worker_that_starts_makes_what_is_lost(platform)
    before = platform.tenant(TENANT)
    await asyncio.to_thread(platform.rest)
    text = seed.read_text(encoding="utf-8")
    assert text.count("ring_time = 30") > 1
    seed.write_text(text.replace("ring_time = 30", "ring_time = 41"), encoding="utf-8")
    for file in (*platform.prompts.glob("prompt_*"), *platform.prompts.glob("closed.*")):
        file.unlink()
    await asyncio.to_thread(platform.start)
    after = platform.tenant(TENANT)
    assert after["admin"] == before["admin"]
    assert after["supervisor"] == {**before["supervisor"], "password": ""}
    after["supervisor"]["password"] = "mine-and-nobody-elses"
    assert (platform.prompts / "closed.wav").exists()
    async with assembled(platform) as crew:
        queues = {queue["id"]: queue for queue in (await crew.api.get("/configuration/queues"))["items"]}
        assert {id: queue["ring_time"] for id, queue in queues.items()} == {
            "patient": 77.0,
            "brisk": 2.0,
            **dict.fromkeys(("tidy", "told", "short"), 41.0),
        }
        assert (await crew.api.get("/configuration/agents/aoi"))["extension"] == "355"
        call = crew.dial(PLAYED)
        await call.rtp.hears(HERTZ)
        await call.ended()
        voices = Voices(platform.prompts)
        made = {path.stem for path in platform.prompts.glob("prompt_*.wav")}
        (spoken,) = {name for name in made if abs(voices.seconds(name) - SECONDS) > 0.01}
        call = crew.dial(SPOKEN)
        await voices.hears(call, spoken)
        await call.ended()
