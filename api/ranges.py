"""The Range header of RFC 9110 section 14: one range of bytes of a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ONE: Final = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(ValueError):
    """The range begins behind the end of the file."""


def span(header: str | None, size: int) -> Span | None:
    """The wanted part of a file of `size` bytes; None for the whole of it.

    A header that is malformed or asks for several ranges is ignored, as the RFC allows. Raises Unsatisfiable.
    """
    found = _ONE.fullmatch(header) if header is not None else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        if length == 0:
            raise Unsatisfiable(header)
        return Span(size - length, size - 1)
    first = int(found[1])
    last = int(found[2]) if found[2] else size - 1
    if last < first and found[2]:
        return None
    if first >= size:
        raise Unsatisfiable(header)
    return Span(first, min(last, size - 1))
