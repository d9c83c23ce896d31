"""G.711: µ-law and A-law to 16-bit samples at 8,000 Hz and back, by tables."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from robots.sdp import Codec

Samples = npt.NDArray[np.int16]

_SILENCE = {Codec.PCMU: 0xFF, Codec.PCMA: 0xD5}


def decode(payload: bytes, codec: Codec) -> Samples:
    """Samples of one or more frames."""
    return _levels(codec)[np.frombuffer(payload, dtype=np.uint8)]


def encode(samples: Samples, codec: Codec) -> bytes:
    """Each sample as the code of the nearest level; 0 becomes the code of exact silence (0xFF, 0xD5)."""
    return bytes(_codes(codec)[samples.astype(np.int32) + 32768].tobytes())


@lru_cache(maxsize=2)
def _levels(codec: Codec) -> Samples:
    codes = np.arange(256)
    if codec is Codec.PCMU:
        plain = codes ^ 0xFF
        size = ((((plain & 0x0F) << 3) + 0x84) << ((plain & 0x70) >> 4)) - 0x84
        negative = (plain & 0x80) != 0
    else:
        plain = codes ^ 0x55
        segment = (plain & 0x70) >> 4
        step = (plain & 0x0F) << 4
        size = np.where(segment == 0, step + 8, (step + 0x108) << np.maximum(segment - 1, 0))
        negative = (plain & 0x80) == 0
    return np.where(negative, -size, size).astype(np.int16)


@lru_cache(maxsize=2)
def _codes(codec: Codec) -> npt.NDArray[np.uint8]:
    levels = _levels(codec).astype(np.int32)
    order = np.argsort(levels, kind="stable")
    borders = (levels[order][1:] + levels[order][:-1]) / 2
    codes = order[np.searchsorted(borders, np.arange(-32768, 32768))].astype(np.uint8)
    codes[32768] = _SILENCE[codec]
    return codes
