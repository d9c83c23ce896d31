"""How the story is told: each step once, with its proof; after a failure nothing is claimed."""

from __future__ import annotations

import asyncio
import io
import json
import math
import socket
import struct
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from denwaban import demo_file, story, story_sound
from denwaban.story_robots import Robots, robots
from denwaban.story_steps import STEPS, Step
from denwaban.story_telling import Missed, Teller


def stereo(left: float, right: float, seconds: float = 1.0, *, leak: float = 0.0) -> bytes:
    """A tone in each channel, and `leak` of the left one in the right."""
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(2)
        wav.setsampwidth(2)
        wav.setframerate(8000)
        for n in range(int(8000 * seconds)):
            first, second = (math.sin(2 * math.pi * hertz * n / 8000) for hertz in (left, right))
            wav.writeframes(struct.pack("<hh", int(8000 * first), int(8000 * (second + leak * first))))
    return file.getvalue()


@pytest.fixture
def screen() -> Console:
    return Console(file=io.StringIO(), width=200)


@pytest.fixture
def teller(tmp_path: Path, screen: Console) -> Teller:
    return Teller(tmp_path / "story.json", screen)


def written(tmp_path: Path) -> list[dict[str, Any]]:
    return list(json.loads((tmp_path / "story.json").read_text()))


async def happens(_stage: Any) -> str:
    return "SIP 200"


async def fails(_stage: Any) -> str:
    raise Missed("only a busy tone", "log/asterisk.log")


def steps(*acts: Any) -> tuple[Step, ...]:
    return tuple(Step(f"step_{n}", "日本語", "English", act) for n, act in enumerate(acts))


async def test_every_step_that_happened_is_told_with_its_proof(
    teller: Teller, tmp_path: Path, screen: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "STEPS", steps(happens, happens))
    assert await story._tell_all(None, teller) is True  # type: ignore[arg-type]
    teller.end("終わり", "The end")
    told = written(tmp_path)
    assert [(line["step"], line["ok"], line["proof"]) for line in told] == [
        ("step_0", True, "SIP 200"),
        ("step_1", True, "SIP 200"),
    ]
    assert all(set(line) == {"step", "ok", "proof", "at"} for line in told)
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "日本語" in shown
    assert "English" in shown
    assert "SIP 200" in shown


async def test_after_a_failure_the_rest_is_not_reached_and_not_claimed(
    teller: Teller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "STEPS", steps(happens, fails, happens))
    assert await story._tell_all(None, teller) is False  # type: ignore[arg-type]
    teller.end("終わり", "The end")
    told = written(tmp_path)
    assert [line["ok"] for line in told] == [True, False, False]
    assert told[1]["proof"] == "only a busy tone → log/asterisk.log"
    assert told[2]["proof"].startswith("not reached")


async def test_a_step_that_never_ends_fails(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(_stage: Any) -> str:
        await asyncio.get_running_loop().create_future()
        return "never"

    monkeypatch.setattr(story, "STEPS", steps(hangs))
    monkeypatch.setattr(story, "STEP_LIMIT", 0.01)
    assert await story._tell_all(None, teller) is False  # type: ignore[arg-type]


def test_every_step_has_a_name_of_its_own_and_both_languages() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS) >= 15
    for step in STEPS:
        assert step.en.isascii()
        assert not step.ja.isascii()


async def test_without_a_demo_there_is_no_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DENWABAN_VAR", str(tmp_path))
    assert await story.main() == 1
    assert "denwaban seed" in capsys.readouterr().err


async def test_without_a_platform_the_story_fails_and_says_where_it_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo_file.write(tmp_path / "demo.json", demo(free_port()))
    monkeypatch.setenv("DENWABAN_VAR", str(tmp_path))
    assert await story.main() == 1
    (told,) = written(tmp_path)
    assert told["ok"] is False
    assert "POST /login" in told["proof"]
    assert "log/" in told["proof"]


# ------------------------------------------------------------- the robots' process


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Robots]:
    demo_file.write(tmp_path / "demo.json", demo(free_port()))
    async with robots(tmp_path / "demo.json") as started:
        yield started


async def test_what_the_robots_cannot_do_is_told(company: Robots) -> None:
    with pytest.raises(Missed, match="no command dance"):
        await company.ask("dance")


async def test_a_message_that_was_never_seen_is_missed_with_what_was(company: Robots) -> None:
    await company.ask("dial", **{"number": "+81312345601", "as": "caller"})
    invite = await company.message("INVITE", call="caller")
    assert invite["call_id"]
    with pytest.raises(Missed, match=r"no 200 in .*seen: INVITE"):
        await company.message("200", call="caller")
    await company.ask("hang_up", call="caller")


async def test_robots_that_die_are_missed_and_do_not_hang_the_story(tmp_path: Path) -> None:
    demo_file.write(tmp_path / "demo.json", demo(free_port()))
    async with robots(tmp_path / "demo.json") as started:
        await started.ask("dial", **{"number": "+81312345601", "as": "caller"})
        waiting = started.tell("wait", call="caller", limit=60, **{"for": "answered"})
        started._process.kill()
        with pytest.raises(Missed, match="has ended"):
            await started.answered(waiting, "wait", 60)
        with pytest.raises(Missed, match="has ended"):
            await started.ask("log")


# ------------------------------------------------------------- recordings


def test_each_channels_own_tone_stands_out() -> None:
    sound = story_sound.read(stereo(440, 1000))
    assert sound.seconds == 1.0
    assert story_sound.separation(sound.left, sound.rate, 440, 1000) > 60
    assert story_sound.separation(sound.right, sound.rate, 1000, 440) > 60
    assert story_sound.separation(sound.left, sound.rate, 1000, 440) < -60


def test_a_leak_of_a_hundredth_is_forty_decibels() -> None:
    sound = story_sound.read(stereo(440, 1000, leak=0.01))
    assert story_sound.separation(sound.right, sound.rate, 1000, 440) == pytest.approx(40, abs=1)


def test_what_is_no_stereo_recording_is_refused() -> None:
    with pytest.raises(ValueError, match="not a WAV"):
        story_sound.read(b"nothing")
    mono = io.BytesIO()
    with wave.open(mono, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(8000)
    with pytest.raises(ValueError, match="1 channels"):
        story_sound.read(mono.getvalue())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def demo(port: int) -> demo_file.DemoFile:
    place = demo_file.Place(host="127.0.0.1", port=port)
    login = demo_file.Login(tenant="demo", login="admin", password="x" * 32)
    tenant = demo_file.Tenant(
        id="demo", name="デモ", tariffs=(), admin=login, supervisor=login, numbers=(), queues=(), agents=()
    )
    return demo_file.DemoFile(
        api=f"http://127.0.0.1:{port}/api/v1",
        sip=place,
        carrier=demo_file.Carrier(address="127.0.0.2", sends_to=place),
        platform=login,
        tenants=(tenant,),
    )
