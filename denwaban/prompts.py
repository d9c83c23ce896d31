"""The announcements of the platform: spoken once by machine, kept in var/prompts, made again when a recipe changes."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.prompts import STANDARD
from store import prompt_files
from store.prompt_files import LEVEL, RATES, TONE_SECONDS, write

CHIME: Final = (660.0, 880.0)
"""Hz of the two pure tones before the greeting, by which a robot finds it in RTP."""
GREETING: Final = "greeting"
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
        rates = tuple(sorted(RATES.items()))
        parts = (_VERSION, self.text, self.chime, CHIME, TONE_SECONDS, LEVEL, rates)
        return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def recipes() -> dict[str, Recipe]:
    """Every prompt of the platform by name."""
    return {name: Recipe(text, chime=name == GREETING) for name, text in STANDARD.items()}


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
        write(folder / _MADE, json.dumps(kept, indent=1).encode())
    return {name: folder / name for name in wanted}


def all_there(folder: Path) -> bool:
    """Whether nothing would have to be made."""
    made = _read_made(folder)
    return all(_is_there(folder, name, recipe, made) for name, recipe in recipes().items())


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
    written = prompt_files.speak(folder, name, recipe.text, "ja", CHIME if recipe.chime else ())
    return {"recipe": recipe.digest(), **{kind: _digest(data) for kind, data in written.items()}}


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def main() -> None:
    """Make the prompts in the folder named on the command line and print their names."""
    for name, path in ensure(Path(sys.argv[1])).items():
        print(name, path)


if __name__ == "__main__":
    main()
