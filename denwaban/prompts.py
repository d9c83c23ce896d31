"""The sounds a caller hears from us: made once by machine, kept in var/prompts, made again only when a recipe changes.

Each prompt lies there twice, 8 kHz (`.wav`) and 16 kHz (`.wav16`), mono, so that Asterisk need not resample for a
narrow-band caller. Asterisk plays one as `sound:` and its absolute path without the extension.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tempfile
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from denwaban.voice import Sound

POSITIONS: Final = 20
"""Places in a queue that are told by their number; further back the caller hears `position-many`."""
CHIME: Final = (660.0, 880.0)
"""Hz of the two pure tones before the greeting, by which a robot finds it in RTP."""
CHIME_SECONDS: Final = 0.25
LEVEL: Final = -20.0
"""dBFS (RMS against a full-scale square wave) of speech and tones: as loud as the music they interrupt."""
RATES: Final[Mapping[str, int]] = {"wav": 8_000, "wav16": 16_000}
"""Extension → samples a second, as Asterisk's format_wav names them."""
_MADE: Final = "made.json"
_VERSION: Final = 1
"""Counts up when the way of making sound changes, so that every prompt is made again."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a prompt is made of: a sentence, after the chime or without it."""

    text: str
    chime: bool = False

    def digest(self) -> str:
        """The same for the same sound."""
        parts = (_VERSION, self.text, self.chime, CHIME, CHIME_SECONDS, LEVEL, tuple(RATES.items()))
        return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def recipes() -> dict[str, Recipe]:
    """Every prompt by name: greeting, position-1 … position-20, position-many, fallback."""
    return {
        "greeting": Recipe("お電話ありがとうございます。ただいま、担当の者におつなぎします。", chime=True),
        **{
            f"position-{place}": Recipe(f"お客様は、ただいま{place}番目にお待ちです。もうしばらくお待ちください。")
            for place in range(1, POSITIONS + 1)
        },
        "position-many": Recipe("ただいま、大勢のお客様がお待ちです。順番におつなぎします。このままお待ちください。"),
        "fallback": Recipe("ただいま電話がたいへん込み合っております。おつなぎできるまで、切らずにお待ちください。"),
    }


def ensure(folder: Path) -> dict[str, Path]:
    """Every prompt's path without extension, by name; what is missing, changed or damaged in `folder` is made first.

    When all is there this reads the files and nothing else: the voice is not even imported.
    """
    folder = folder.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = _read_made(folder)
    wanted = recipes()
    stale = [name for name, recipe in wanted.items() if not _is_there(folder, name, recipe, made)]
    for name in stale:
        made[name] = _make(folder, name, wanted[name])
    if stale or set(made) - set(wanted):
        kept = {name: entry for name, entry in made.items() if name in wanted}
        _write(folder / _MADE, json.dumps(kept, indent=1).encode())
    return {name: folder / name for name in wanted}


def _read_made(folder: Path) -> dict[str, dict[str, str]]:
    """What was made: by name the recipe's digest and each file's; empty when the list cannot be read."""
    try:
        made = json.loads((folder / _MADE).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return made if isinstance(made, dict) else {}


def _is_there(folder: Path, name: str, recipe: Recipe, made: Mapping[str, Mapping[str, str]]) -> bool:
    entry = made.get(name, {})
    if entry.get("recipe") != recipe.digest():
        return False
    try:
        return all(_digest((folder / f"{name}.{kind}").read_bytes()) == entry.get(kind) for kind in RATES)
    except FileNotFoundError:
        return False


def _make(folder: Path, name: str, recipe: Recipe) -> dict[str, str]:
    # Imported here: the voice and its dictionary take a second and 200 MB that a second start can do without.
    from denwaban import voice

    entry = {"recipe": recipe.digest()}
    spoken = voice.speak(recipe.text)
    for kind, rate in RATES.items():
        sound = voice.level(voice.resample(spoken, rate), LEVEL)
        if recipe.chime:
            sound = voice.joined([*(voice.tone(hertz, CHIME_SECONDS, rate, LEVEL) for hertz in CHIME), sound])
        data = _as_wav(sound)
        _write(folder / f"{name}.{kind}", data)
        entry[kind] = _digest(data)
    return entry


def _as_wav(sound: Sound) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(sound.rate)
        wav.writeframes(sound.as_pcm())
    return file.getvalue()


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _write(path: Path, data: bytes) -> None:
    """The whole file or none: Asterisk may be playing the old one."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.rename(name, path)


def main() -> None:
    """Make the prompts in the folder named on the command line and print their names."""
    for name, path in ensure(Path(sys.argv[1])).items():
        print(name, path)


if __name__ == "__main__":
    main()
