"""A tenant's announcement becomes sound under a name of ours; what cannot be spoken is refused and leaves nothing."""

from __future__ import annotations

import os
import wave
from pathlib import Path

import numpy as np
import pytest

from ivr.prompts import LONGEST_TEXT, Prompt, token
from kernel.ids import PromptId, TenantId
from store import prompt_files
from store.errors import CannotSpeak
from store.prompt_files import PromptFiles

EVEN = TenantId("even")
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speaking is computing: a machine that is short of time takes many times as long."""
    monkeypatch.setattr(prompt_files, "LIMIT", 300.0)


def prompt(text: str, language: str = "ja") -> Prompt:
    return Prompt(PromptId("welcome"), text, language)


def seconds(path: Path, rate: int) -> float:
    """How long the sound is; it is mono and as loud as it should be."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, rate)
        sound = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768.0
    assert 20 * np.log10(np.sqrt(np.mean(sound**2))) == pytest.approx(-20, abs=0.7)
    return sound.size / rate


@pytest.mark.parametrize(
    ("text", "language"),
    [("ご注文は1を、お問い合わせは2を、押してください。", "ja"), ("For orders, press one. For help, press two.", "en")],
)
async def test_an_announcement_lies_there_in_both_rates(tmp_path: Path, text: str, language: str) -> None:
    said = prompt(text, language)
    name = await PromptFiles(tmp_path).ensure(EVEN, said)
    assert name == token(EVEN, said)
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.wav", f"{name}.wav16"}
    narrow = seconds(tmp_path / f"{name}.wav", 8_000)
    assert narrow == pytest.approx(seconds(tmp_path / f"{name}.wav16", 16_000), abs=0.01)
    assert 2 < narrow < 10


async def test_what_has_been_spoken_is_not_spoken_again(tmp_path: Path) -> None:
    name = await PromptFiles(tmp_path).ensure(EVEN, prompt("はい。"))
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert await PromptFiles(tmp_path).ensure(EVEN, prompt("はい。")) == name
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    os.unlink(tmp_path / f"{name}.wav")
    await PromptFiles(tmp_path).ensure(EVEN, prompt("はい。"))
    assert set(before) == {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize("text", ["", " ", "。", "!?", "🙂", "\x00", "---"])
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_what_cannot_be_spoken_is_refused_and_leaves_no_file(tmp_path: Path, text: str, language: str) -> None:
    try:
        name = await PromptFiles(tmp_path).ensure(EVEN, prompt(text, language))
    except CannotSpeak:
        assert list(tmp_path.iterdir()) == []
    else:
        # Some of it is read out (a smile has a name): then it is a sound like any other.
        assert seconds(tmp_path / f"{name}.wav", 8_000) > 0.1


@pytest.mark.parametrize("text", ["", "。"])
async def test_silence_is_no_announcement(tmp_path: Path, text: str) -> None:
    with pytest.raises(CannotSpeak):
        await PromptFiles(tmp_path).ensure(EVEN, prompt(text))


async def test_the_longest_text_and_one_like_a_command_are_spoken_as_text(tmp_path: Path) -> None:
    for text in (("お待ちください。" * LONGEST_TEXT)[:LONGEST_TEXT], "$(touch x); `id` ../../etc/passwd -w /tmp/y"):
        name = await PromptFiles(tmp_path).ensure(EVEN, prompt(text))
        assert seconds(tmp_path / f"{name}.wav", 8_000) > 1
    assert len(list(tmp_path.iterdir())) == 4


async def test_a_folder_that_cannot_be_written_is_told_as_a_voice_that_broke(tmp_path: Path) -> None:
    with pytest.raises(CannotSpeak) as why:
        await PromptFiles(tmp_path / "missing").ensure(EVEN, prompt("はい。"))
    assert "はい" not in str(why.value)
