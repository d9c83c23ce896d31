"""Joins the two sides of a conversation into one stereo WAV: the caller left, the agents right.

In pieces and with the standard library alone, so that an hour of talk costs no more memory than a second of it.
"""

from __future__ import annotations

import sys
import wave
from array import array
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

from worker.side import SAMPLE, Side

_PIECE: Final = 64 * 1024
"""Samples at a time."""


class DifferentRates(ValueError):
    """The two sides were not recorded with the same samples per second."""


def join(caller: Side | None, agents: Side | None, into: Path) -> float:
    """Write the stereo file and return its seconds. The shorter side (or a lost one, None) is filled with silence.

    Raises DifferentRates, or ValueError when both sides are lost.
    """
    sides = [side for side in (caller, agents) if side is not None]
    rates = {side.rate for side in sides}
    if len(rates) > 1:
        raise DifferentRates(" and ".join(map(str, sorted(rates))))
    if not sides:
        raise ValueError("there is nothing to join")
    rate = rates.pop()
    length = max(side.samples for side in sides)
    with ExitStack() as files, wave.open(str(into), "wb") as target:
        target.setparams((2, SAMPLE, rate, length, "NONE", ""))
        sources = [_open(side, files) for side in (caller, agents)]
        for begin in range(0, length, _PIECE):
            count = min(_PIECE, length - begin)
            target.writeframesraw(_interleaved(*(_piece(source, count) for source in sources)))
    return length / rate


class _Source:
    """What is left of one side."""

    def __init__(self, file: BinaryIO, samples: int) -> None:
        self.file = file
        self.left = samples


def _open(side: Side | None, files: ExitStack) -> _Source | None:
    if side is None:
        return None
    file = files.enter_context(side.path.open("rb"))
    file.seek(side.begins)
    return _Source(file, side.samples)


def _piece(source: _Source | None, count: int) -> array[int]:
    """The next `count` samples, silence where there are no more."""
    data = b""
    if source is not None:
        data = source.file.read(min(count, source.left) * SAMPLE)
        source.left -= len(data) // SAMPLE
    return array("h", data + bytes(count * SAMPLE - len(data)))


def _interleaved(left: array[int], right: array[int]) -> bytes:
    both = array("h", bytes(2 * SAMPLE * len(left)))
    both[0::2], both[1::2] = left, right
    # `wave` swaps the bytes on a big-endian machine, where the samples were read without a swap.
    if sys.byteorder == "big":
        both.byteswap()
    return both.tobytes()
