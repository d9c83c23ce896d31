"""What robots say (tones, silence, files) and how they judge what they hear."""

from __future__ import annotations

import math
import wave
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from robots.g711 import Samples, encode
from robots.sdp import Codec

RATE = 8000
FRAME = 160
NOTHING_DB = -120.0
"""The level given for what is not there at all."""
_TONE_WIDTH_HZ = 25.0


class UnsuitableSound(ValueError):
    """The WAV file is not 16-bit mono at 8,000 Hz."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A sine of whole hertz; its level is dB below full scale."""

    hz: int
    level_db: float = -12.0


@dataclass(frozen=True, slots=True)
class Silence:
    """Frames that hold exactly nothing."""


@dataclass(frozen=True, slots=True)
class Wav:
    """A WAV file (16-bit mono, 8,000 Hz), once or again and again; silence follows its end."""

    path: Path
    again: bool = False


Sound = Tone | Silence | Wav


@dataclass(frozen=True, slots=True)
class Frames:
    """A sound cut into encoded frames of 20 ms; index counts frames since it began."""

    frames: tuple[bytes, ...]
    silence: bytes
    again: bool

    def at(self, index: int) -> bytes:
        """The frame with that number."""
        if self.again:
            return self.frames[index % len(self.frames)]
        return self.frames[index] if index < len(self.frames) else self.silence


@lru_cache(maxsize=128)
def frames_of(sound: Sound, codec: Codec) -> Frames:
    """The sound's frames, computed once for all calls. A tone of whole hertz repeats without a click every second."""
    silence = encode(np.zeros(FRAME, dtype=np.int16), codec)
    match sound:
        case Silence():
            return Frames((silence,), silence, True)
        case Tone(hz, level_db):
            size = 32767 * 10 ** (level_db / 20)
            samples = np.round(size * np.sin(2 * math.pi * hz * np.arange(RATE) / RATE)).astype(np.int16)
            return Frames(_cut(samples, codec), silence, True)
        case Wav(path, again):
            return Frames(_cut(_read(path), codec) or (silence,), silence, again)


def _cut(samples: Samples, codec: Codec) -> tuple[bytes, ...]:
    padded = np.concatenate([samples, np.zeros(-len(samples) % FRAME, dtype=np.int16)])
    data = encode(padded, codec)
    return tuple(data[start : start + FRAME] for start in range(0, len(data), FRAME))


def _read(path: Path) -> Samples:
    with wave.open(str(path), "rb") as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
            raise UnsuitableSound(path.name)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16)


def tone_in(audio: Samples, hz: float) -> float:
    """How much of the sound's energy lies within 25 Hz of hz, in dB relative to all of it: 0 is a pure tone.

    NOTHING_DB when there is no sound or none of it is there. Needs 100 ms of sound or more to part near tones.
    """
    power, step = _spectrum(audio)
    total = float(power.sum())
    if total == 0.0:
        return NOTHING_DB
    low, high = math.ceil((hz - _TONE_WIDTH_HZ) / step), math.floor((hz + _TONE_WIDTH_HZ) / step)
    share = float(power[max(low, 0) : high + 1].sum()) / total
    return max(10 * math.log10(share), NOTHING_DB) if share > 0 else NOTHING_DB


def loudest(audio: Samples) -> float:
    """The frequency in hertz with the most energy; 0.0 for silence."""
    power, step = _spectrum(audio)
    return float(np.argmax(power)) * step if power.any() else 0.0


def level(audio: Samples) -> float:
    """Loudness in dB below full scale (root mean square); NOTHING_DB for silence."""
    if not len(audio):
        return NOTHING_DB
    size = math.sqrt(float(np.mean(audio.astype(np.float64) ** 2))) / 32768
    return max(20 * math.log10(size), NOTHING_DB) if size > 0 else NOTHING_DB


def _spectrum(audio: Samples) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], float]:
    if not len(audio):
        return np.zeros(1), float(RATE)
    # A Blackman window: its side lobes lie 58 dB down, below what 40 dB of separation asks for.
    weighed = audio.astype(np.float64) * np.blackman(len(audio))
    return np.abs(np.fft.rfft(weighed)) ** 2, RATE / len(audio)
