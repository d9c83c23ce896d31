"""Reads a WAV file that somebody sent: 16-bit PCM, mono, 8 or 16 kHz, no longer than an announcement may be."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from store.errors import StoreError

RATES: Final = (8_000, 16_000)
LONGEST: Final = 60.0
"""Seconds."""
SHORTEST: Final = 0.1
_SAMPLE: Final = 2
"""Bytes."""


class Flaw(StrEnum):
    """Why a file is no announcement."""

    NOT_WAV = "not_wav"
    NOT_16_BIT_PCM = "not_16_bit_pcm"
    NOT_MONO = "not_mono"
    NOT_8_OR_16_KHZ = "not_8_or_16_khz"
    CUT_OFF = "cut_off"
    """It holds less sound than it says."""
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    SILENT = "silent"


class Unplayable(StoreError):
    """The file is no announcement: why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Wav:
    """What the file holds: `pcm` are 16-bit little-endian samples, `rate` of them a second."""

    rate: int
    pcm: bytes

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.pcm) / _SAMPLE / self.rate


def read(data: bytes) -> Wav:
    """The sound of a file. Raises Unplayable, whatever the bytes are."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate, frames = file.getparams()[:4]
            _fits(channels, width, rate)
            # Never more than there can be, whatever the file says of itself.
            pcm = file.readframes(min(frames, len(data)))
    except wave.Error as error:
        # Of another encoding the module says which format it does not know.
        raise Unplayable(Flaw.NOT_16_BIT_PCM if "format" in str(error) else Flaw.NOT_WAV) from None
    except (EOFError, RuntimeError):
        raise Unplayable(Flaw.NOT_WAV) from None
    if len(pcm) != frames * _SAMPLE:
        raise Unplayable(Flaw.CUT_OFF)
    found = Wav(rate, pcm)
    if not SHORTEST <= found.seconds <= LONGEST:
        raise Unplayable(Flaw.TOO_SHORT if found.seconds < SHORTEST else Flaw.TOO_LONG)
    if not any(pcm):
        raise Unplayable(Flaw.SILENT)
    return found


def _fits(channels: int, width: int, rate: int) -> None:
    if width != _SAMPLE:
        raise Unplayable(Flaw.NOT_16_BIT_PCM)
    if channels != 1:
        raise Unplayable(Flaw.NOT_MONO)
    if rate not in RATES:
        raise Unplayable(Flaw.NOT_8_OR_16_KHZ)
