"""The files of announcements: spoken by machine or made of a file that was sent, each whole or not there at all.

Each lies there twice, under a name of ours, 8 kHz (`.wav`) and 16 kHz (`.wav16`), mono, so that Asterisk need not
resample for a narrow-band caller. Asterisk plays one as `sound:` and its absolute path without the extension.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
import tempfile
import wave
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ivr.prompts import Prompt, token
from kernel.ids import TenantId
from store import wav
from store.errors import CannotSpeak

if TYPE_CHECKING:
    from store.voice import Sound

LEVEL: Final = -20.0
"""dBFS (RMS against a full-scale square wave) of speech and tones: as loud as the music they interrupt."""
RATES: Final[Mapping[str, int]] = {"wav16": 16_000, "wav": 8_000}
"""Extension → samples a second, as Asterisk's format_wav names them; `.wav` is written last."""
TONE_SECONDS: Final = 0.25
"""How long each tone before a sentence lasts."""
LIMIT: Final = 60.0
"""Seconds in which an announcement of the longest text must have been spoken, also on a machine at work."""
UNSPEAKABLE: Final = 3
"""The exit code that says that standard error holds the reason."""
_PIPE: Final = asyncio.subprocess.PIPE
_NOWHERE: Final = asyncio.subprocess.DEVNULL
_NICE: Final = 10
_ROOT: Final = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class PromptFiles:
    """The tenants' own announcements in `folder`."""

    folder: Path

    def has(self, tenant: TenantId, prompt: Prompt) -> bool:
        """Whether the files of an announcement are there."""
        return are_there(self.folder, token(tenant, prompt))

    async def ensure(self, tenant: TenantId, prompt: Prompt, sent: bytes | None = None) -> str:
        """Have the files of an announcement; their name without extension. Raises CannotSpeak.

        `sent`: the file (store.wav) that is heard in place of the text.

        It is spoken by a process of its own: the voice's dictionary takes 200 MB, and a text that breaks it breaks
        nothing else. The text goes there by a pipe, never by a command line.
        """
        name = token(tenant, prompt)
        if not are_there(self.folder, name):
            await _told(_order(self.folder, name, prompt, sent))
        return name


async def _told(order: bytes) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "store.prompt_files", cwd=_ROOT, stdin=_PIPE, stdout=_NOWHERE, stderr=_PIPE
    )
    try:
        async with asyncio.timeout(LIMIT):
            _, said = await child.communicate(order)
    except TimeoutError:
        raise CannotSpeak(f"not within {LIMIT:.0f} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise CannotSpeak(said.decode(errors="replace") if child.returncode == UNSPEAKABLE else "the voice broke")


def _order(folder: Path, name: str, prompt: Prompt, sent: bytes | None) -> bytes:
    order = {"folder": str(folder.absolute()), "name": name, "text": prompt.text, "language": prompt.language}
    if sent is not None:
        order["wav"] = b64encode(sent).decode()
    return json.dumps(order).encode()


def are_there(folder: Path, name: str) -> bool:
    """Whether an announcement has been spoken."""
    return all((folder / f"{name}.{kind}").is_file() for kind in RATES)


def speak(folder: Path, name: str, text: str, language: str, before: Sequence[float] = ()) -> dict[str, bytes]:
    """Speak a sentence into its files, after tones of these hertz; what was written, by extension.

    Raises CannotSpeak.
    """
    # Imported here: the voice and its dictionary take a second that nobody needs who only asks whether a file is there.
    from store import voice

    return _written(folder, name, voice.speak(text, language), before)


def play(folder: Path, name: str, data: bytes) -> dict[str, bytes]:
    """Make the files of an announcement out of a WAV file; what was written, by extension. Raises Unplayable."""
    from store import voice

    found = wav.read(data)
    return _written(folder, name, voice.of_pcm(found.rate, found.pcm), ())


def _written(folder: Path, name: str, sound: Sound, before: Sequence[float]) -> dict[str, bytes]:
    from store import voice

    whole, written = voice.raised(sound, voice.STUDIO), {}
    for kind, rate in RATES.items():
        sound = voice.level(voice.resample(whole, rate), LEVEL)
        if before:
            sound = voice.joined([*(voice.tone(hertz, TONE_SECONDS, rate, LEVEL) for hertz in before), sound])
        written[kind] = _as_wav(sound)
        write(folder / f"{name}.{kind}", written[kind])
    return written


def write(path: Path, data: bytes) -> None:
    """The whole file or none: Asterisk may be playing the old one."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.rename(name, path)


def _as_wav(sound: Sound) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(sound.rate)
        wav.writeframes(sound.as_pcm())
    return file.getvalue()


def main() -> int:
    """Speak what standard input orders, giving way to calls; with UNSPEAKABLE standard error says why it cannot be."""
    os.nice(_NICE)
    order = json.load(sys.stdin)
    try:
        if "wav" in order:
            play(Path(order["folder"]), order["name"], b64decode(order["wav"]))
        else:
            speak(Path(order["folder"]), order["name"], order["text"], order["language"])
    except (CannotSpeak, wav.Unplayable) as error:
        sys.stderr.write(str(error))
        return UNSPEAKABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
