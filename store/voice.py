"""Speech and tones as samples: what announcements are made of. Japanese by Open JTalk, English by espeak-ng."""

from __future__ import annotations

import io
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyopenjtalk
from numpy.typing import NDArray

from store.errors import CannotSpeak

STUDIO: Final = 48_000
"""Samples a second of all speech before it is brought to a telephone's rate."""
ENGLISH: Final = ("espeak-ng", "-v", "en-us", "-s", "150", "--stdin", "--stdout")
SPEAK_LIMIT: Final = 30.0

_TAPS_PER_STEP = 24
"""Length of the low-pass filter, in output samples: flat to 0.9 of the new half rate, 60 dB down beyond it."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono samples between −1 and 1, `rate` of them a second."""

    rate: int
    samples: NDArray[np.float64]

    def as_pcm(self) -> bytes:
        """16-bit little-endian samples; what is louder than full scale is cut."""
        return (np.clip(self.samples, -1.0, 1.0) * 32767).astype("<i2").tobytes()


def of_pcm(rate: int, pcm: bytes) -> Sound:
    """Sound out of 16-bit little-endian samples."""
    return Sound(rate, np.frombuffer(pcm, dtype="<i2") / 32768.0)


def speak(text: str, language: str = "ja") -> Sound:
    """A sentence in Japanese (`ja`) or English (`en`), at STUDIO rate. Raises CannotSpeak, also of what is silent."""
    sound = _english(text) if language == "en" else _japanese(text)
    if not np.any(sound.samples):
        raise CannotSpeak("nothing of it can be spoken")
    return sound


def _japanese(text: str) -> Sound:
    try:
        samples, rate = pyopenjtalk.tts(text)
    except (RuntimeError, ValueError, IndexError) as error:
        raise CannotSpeak(f"Open JTalk: {type(error).__name__}") from None
    return raised(Sound(int(rate), np.asarray(samples, dtype=np.float64) / 32768.0), STUDIO)


def _english(text: str) -> Sound:
    try:
        done = subprocess.run(ENGLISH, input=text.encode(), capture_output=True, timeout=SPEAK_LIMIT, check=True)
        with wave.open(io.BytesIO(done.stdout)) as file:
            rate, data = file.getframerate(), file.readframes(file.getnframes())
    except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
        raise CannotSpeak(f"espeak-ng: {type(error).__name__}") from None
    return raised(Sound(rate, np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2") / 32768.0), STUDIO)


def tone(hertz: float, seconds: float, rate: int, level: float) -> Sound:
    """A pure tone of `level` dBFS RMS, with 5 ms edges so that it does not click."""
    at = np.arange(round(seconds * rate)) / rate
    samples = np.sin(2 * np.pi * hertz * at) * (10 ** (level / 20)) * np.sqrt(2)
    edge = np.linspace(0.0, 1.0, rate // 200)
    samples[: edge.size] *= edge
    samples[-edge.size :] *= edge[::-1]
    return Sound(rate, samples)


def raised(sound: Sound, rate: int) -> Sound:
    """The same sound at a rate at least as high, by its spectrum; ValueError for a lower one."""
    if rate < sound.rate:
        raise ValueError(f"{rate} Hz is less than {sound.rate} Hz")
    count = round(sound.samples.size * rate / sound.rate)
    if rate == sound.rate or not count:
        return Sound(rate, sound.samples)
    spectrum = np.fft.rfft(sound.samples)
    return Sound(rate, np.fft.irfft(spectrum, count) * (count / sound.samples.size))


def resample(sound: Sound, rate: int) -> Sound:
    """The same sound at a lower rate; ValueError unless `rate` divides the old one."""
    step, rest = divmod(sound.rate, rate)
    if rest or step < 1:
        raise ValueError(f"{sound.rate} Hz does not divide into {rate} Hz")
    if step == 1:
        return sound
    reach = _TAPS_PER_STEP * step
    at = np.arange(-reach, reach + 1)
    taps = np.sinc(at * 0.95 / step) * np.blackman(at.size)
    low = np.convolve(sound.samples, taps / taps.sum(), mode="same")
    return Sound(rate, low[::step])


def level(sound: Sound, wanted: float) -> Sound:
    """The sound at `wanted` dBFS RMS, or as loud as its highest peak allows; silence stays silence."""
    power = float(np.sqrt(np.mean(sound.samples**2)))
    peak = float(np.max(np.abs(sound.samples)))
    if power == 0.0:
        return sound
    return Sound(sound.rate, sound.samples * min(10 ** (wanted / 20) / power, 0.98 / peak))


def joined(sounds: Sequence[Sound]) -> Sound:
    """One after another; ValueError when their rates differ."""
    (rate,) = {sound.rate for sound in sounds}
    return Sound(rate, np.concatenate([sound.samples for sound in sounds]))
