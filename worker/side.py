"""One side of a recording as the switch wrote it: what its header says, and what really lies in the file.

A switch writes the length into the header only when it closes the file (asterisk.md section 4), so a killed one
leaves a header of 0 bytes over sound that is there.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SAMPLE: Final = 2
"""Bytes of a sample."""
_PCM: Final = 1
_HEAD: Final = 4096
_RIFF: Final = struct.Struct("<4sI4s")
_CHUNK: Final = struct.Struct("<4sI")
_FORMAT: Final = struct.Struct("<HHIIHH")


class NotSound(ValueError):
    """The file does not begin as a 16-bit mono PCM WAV does."""


@dataclass(frozen=True, slots=True)
class Side:
    """A mono 16-bit WAV file: samples per second, where its sound begins, the bytes of it that the header tells
    (`said`) and that are there."""

    path: Path
    rate: int
    begins: int
    said: int
    there: int

    @property
    def closed(self) -> bool:
        """The writer has finished: the header tells a length, and the file has it."""
        return 0 < self.said <= self.there

    @property
    def samples(self) -> int:
        """How many samples there are: those of the header when the file was closed, else all whole ones."""
        return (self.said if self.closed else self.there) // SAMPLE


def look(path: Path) -> Side:
    """What the file is now. Raises FileNotFoundError, or NotSound when its header is not (yet) there."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if len(head) < _RIFF.size or _RIFF.unpack_from(head)[::2] != (b"RIFF", b"WAVE"):
        raise NotSound("no RIFF header")
    rate = 0
    place = _RIFF.size
    while place + _CHUNK.size <= len(head):
        name, length = _CHUNK.unpack_from(head, place)
        place += _CHUNK.size
        if name == b"data" and rate:
            return Side(path, rate, place, length, size - place)
        if name == b"fmt ":
            rate = _rate(head, place)
        place += length + length % 2
    raise NotSound("no sound after the header")


def _rate(head: bytes, place: int) -> int:
    if place + _FORMAT.size > len(head):
        raise NotSound("no format")
    kind, channels, rate, _, _, bits = _FORMAT.unpack_from(head, place)
    if (kind, channels, bits) != (_PCM, 1, SAMPLE * 8) or rate == 0:
        raise NotSound("not 16-bit mono PCM")
    return int(rate)
