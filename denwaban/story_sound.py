"""A recording judged by its tones."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_NEAR: Final = 25.0
"""Hz to either side that still count as the tone."""


@dataclass(frozen=True, slots=True)
class Stereo:
    """Two channels of one length."""

    rate: int
    left: NDArray[np.float64]
    right: NDArray[np.float64]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.left.size / self.rate


def read(data: bytes) -> Stereo:
    """The sound of a 16-bit stereo WAV file; ValueError for anything else."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            if (file.getnchannels(), file.getsampwidth()) != (2, 2):
                raise ValueError(f"{file.getnchannels()} channels of {8 * file.getsampwidth()} bits")
            rate, frames = file.getframerate(), file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"not a WAV file ({error})") from error
    samples = np.frombuffer(frames, dtype="<i2").reshape(-1, 2).astype(np.float64)
    return Stereo(rate, samples[:, 0], samples[:, 1])


def separation(samples: NDArray[np.float64], rate: int, tone: float, other: float) -> float:
    """How many dB `tone` stands above `other` in one channel."""
    power = np.abs(np.fft.rfft(samples * np.blackman(samples.size))) ** 2
    at = np.fft.rfftfreq(samples.size, 1 / rate)
    wanted, unwanted = (float(power[np.abs(at - hertz) <= _NEAR].sum()) for hertz in (tone, other))
    return float(10 * np.log10((wanted + 1e-9) / (unwanted + 1e-9)))
