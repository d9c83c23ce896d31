"""Recognises announcements in what a caller hears, by laying their files along the sound."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from robots.phone import OutgoingCall
from robots.waiting import PATIENCE
from tests.e2e.crew import eventually

RATE = 8_000
ALIKE = 0.8
"""Of 1: the same sound after G.711; two different sentences stay below 0.3."""
NEARLY = 0.9
"""A hang-up may take the last packets along."""
BEGUN = 0.2
Wave = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Voices:
    """The announcements of a running platform."""

    folder: Path

    def of(self, name: str) -> Wave:
        """An announcement as it is played to a caller."""
        with wave.open(str(self.folder / f"{name}.wav")) as file:
            assert file.getframerate() == RATE
            return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float64)

    def seconds(self, name: str) -> float:
        return self.of(name).size / RATE

    def heard(self, call: OutgoingCall, name: str, part: float = NEARLY) -> list[float]:
        """Where in the call's sound, in seconds, the first `part` (of 1) of the announcement is heard. Where nothing
        is sent no sound comes, so these seconds are not those of a clock."""
        whole = self.of(name)
        return found(np.asarray(call.rtp.heard(), dtype=np.float64), whole[: int(whole.size * part)])

    async def hears(self, call: OutgoingCall, name: str, times: int = 1, limit: float = 30.0) -> None:
        """The caller has heard nearly all of the announcement for so many times."""

        async def look() -> bool:
            return len(self.heard(call, name)) >= times

        await eventually(look, f"{name} heard {times} times", limit)

    async def begins(self, call: OutgoingCall, name: str, times: int = 1, limit: float = 30.0) -> None:
        """The caller hears the first fifth of the announcement for so many times."""

        async def look() -> bool:
            return len(self.heard(call, name, BEGUN)) >= times

        await eventually(look, f"{name} begun {times} times", limit)


async def listens(call: OutgoingCall, seconds: float, limit: float = PATIENCE) -> None:
    """The caller has heard so many seconds more of whatever is said or played to him."""
    since, samples = datetime.now(UTC), seconds * RATE
    await call.rtp.changes.until(lambda: len(call.rtp.heard_since(since)) > samples or None, limit, f"{seconds} s more")


def found(sound: Wave, part: Wave) -> list[float]:
    """Where in the sound this part lies, in seconds; each place once."""
    size = part.size
    if sound.size < size:
        return []
    length = 1 << (sound.size + size).bit_length()
    products = np.fft.irfft(np.fft.rfft(sound, length) * np.conj(np.fft.rfft(part, length)), length)
    power = np.concatenate([[0.0], np.cumsum(sound**2)])
    places = sound.size - size + 1
    energy = np.maximum(power[size:] - power[:-size], 1.0)[:places]
    likeness = products[:places] / np.sqrt(energy * float(np.sum(part**2)))
    hits: list[int] = []
    for place in np.flatnonzero(likeness > ALIKE):
        if not hits or place - hits[-1] > size // 2:
            hits.append(int(place))
    return [place / RATE for place in hits]
