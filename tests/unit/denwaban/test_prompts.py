"""The prompts: there for every name, found by their tones, equally loud, and not made twice."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from denwaban import prompts


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prompts made once for this module; a test that breaks some makes them whole again."""
    place = tmp_path_factory.mktemp("prompts")
    prompts.ensure(place)
    return place


def samples(path: Path) -> tuple[int, NDArray[np.float64]]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768.0


def share(sound: NDArray[np.float64], rate: int, hertz: float) -> float:
    """The part of the energy within 10 Hz of a tone."""
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size))) ** 2
    at = np.fft.rfftfreq(sound.size, 1 / rate)
    return float(power[abs(at - hertz) <= 10].sum() / power.sum())


def level(sound: NDArray[np.float64]) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(sound**2))))


def test_every_name_has_a_file_in_both_rates(folder: Path) -> None:
    named = prompts.ensure(folder)
    positions = {f"position-{place}" for place in range(1, 21)}
    doors = {"busy", "closed", "holiday", "suspended", "invalid", "emergency_refused", "not_allowed", "not_connected"}
    waits = {f"wait-{minutes}" for minutes in (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, "many")}
    elsewhere = {"voicemail", "callback-offer", "callback-accepted"}
    assert set(named) == {"greeting", "position-many", "fallback"} | doors | positions | waits | elsewhere
    for path in named.values():
        assert path.is_absolute()
        assert samples(path.with_name(path.name + ".wav"))[0] == 8_000
        assert samples(path.with_name(path.name + ".wav16"))[0] == 16_000


@pytest.mark.parametrize("kind", ["wav", "wav16"])
def test_the_greeting_begins_with_two_pure_tones_and_then_speaks(folder: Path, kind: str) -> None:
    rate, sound = samples(folder / f"greeting.{kind}")
    quarter = rate // 4
    first, second, speech = sound[:quarter], sound[quarter : 2 * quarter], sound[2 * quarter :]
    assert share(first, rate, 660) > 0.999
    assert share(second, rate, 880) > 0.999
    assert speech.size > 2 * rate
    assert share(speech, rate, 660) < 0.5
    assert share(speech, rate, 880) < 0.5


def test_all_prompts_are_as_loud_as_music(folder: Path) -> None:
    files = sorted(folder.glob("*.wav*"))
    assert len(files) == 2 * len(prompts.ensure(folder))
    for path in files:
        _, sound = samples(path)
        assert level(sound) == pytest.approx(-20, abs=0.5), path.name
        assert np.max(np.abs(sound)) < 0.99, path.name


def test_speech_keeps_its_band_when_resampled(folder: Path) -> None:
    """A fold-over of the 48 kHz voice would put energy just below the new half rate."""
    rate, sound = samples(folder / "fallback.wav")
    power = np.abs(np.fft.rfft(sound)) ** 2
    at = np.fft.rfftfreq(sound.size, 1 / rate)
    assert power[(at > 300) & (at < 3_000)].sum() / power.sum() > 0.5
    assert power[at > 3_950].sum() / power.sum() < 1e-4


def test_positions_differ_from_each_other(folder: Path) -> None:
    sounds = {(folder / f"position-{place}.wav").read_bytes() for place in range(1, 21)}
    assert len(sounds) == 20


def test_a_second_start_changes_nothing_and_does_not_load_the_voice(folder: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    program = (
        "import sys\nfrom pathlib import Path\nfrom denwaban import prompts\n"
        f"prompts.ensure(Path({str(folder)!r}))\nassert 'pyopenjtalk' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.parametrize("damage", [b"", None], ids=["emptied", "removed"])
def test_only_a_damaged_prompt_is_made_again(folder: Path, damage: bytes | None) -> None:
    broken, other = folder / "position-3.wav", folder / "position-4.wav"
    good, kept = broken.read_bytes(), other.stat().st_mtime_ns
    if damage is None:
        broken.unlink()
    else:
        broken.write_bytes(damage)
    prompts.ensure(folder)
    assert broken.read_bytes() == good
    assert other.stat().st_mtime_ns == kept


def test_a_changed_sentence_is_spoken_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = (folder / "fallback.wav").read_bytes()
    wanted = {**prompts.recipes(), "fallback": prompts.Recipe("しばらくお待ちください。")}
    with monkeypatch.context() as changed:
        changed.setattr(prompts, "recipes", lambda: wanted)
        prompts.ensure(folder)
        assert (folder / "fallback.wav").read_bytes() != old
    prompts.ensure(folder)
    assert (folder / "fallback.wav").read_bytes() == old


def test_an_unreadable_list_makes_all_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "recipes", lambda: {"fallback": prompts.Recipe("お待ちください。")})
    (tmp_path / "made.json").write_text("{")
    prompts.ensure(tmp_path)
    assert set(json.loads((tmp_path / "made.json").read_text())) == {"fallback"}
