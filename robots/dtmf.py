"""DTMF digits as RTP events (RFC 4733)."""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from robots.sound import FRAME

_DIGITS = "0123456789*#ABCD"
_EVENT = struct.Struct("!BBH")
_VOLUME = 10
_PACKETS = 5
_ENDS = 3
_PAUSE = 3


class NotADigit(ValueError):
    """Only 0-9, *, # and A-D can be keyed."""


@dataclass(frozen=True, slots=True)
class Digit:
    """A digit that was heard, and when its first packet came."""

    at: datetime
    digit: str


@dataclass(frozen=True, slots=True)
class EventPacket:
    """One packet of an event: its payload, and how many frames ago the event began."""

    payload: bytes
    first: bool
    frames_since_start: int


def packets_of(digits: str) -> list[EventPacket | None]:
    """One entry per 20 ms: 100 ms of event, its end three times (RFC 4733 2.5.1.4), a pause (None) of 60 ms."""
    plan: list[EventPacket | None] = []
    for digit in digits.upper():
        if digit not in _DIGITS:
            raise NotADigit(digit)
        code = _DIGITS.index(digit)
        for index in range(_PACKETS):
            payload = _EVENT.pack(code, _VOLUME, (index + 1) * FRAME)
            plan.append(EventPacket(payload, index == 0, index))
        end = _EVENT.pack(code, 0x80 | _VOLUME, (_PACKETS + 1) * FRAME)
        plan += [EventPacket(end, False, _PACKETS + index) for index in range(_ENDS)]
        plan += [None] * _PAUSE
    return plan


class Ear:
    """Collects the digits of received events; all packets of one event share a timestamp."""

    def __init__(self) -> None:
        self.heard: deque[Digit] = deque(maxlen=1000)
        self._last: int | None = None

    def hear(self, payload: bytes, timestamp: int, at: datetime) -> bool:
        """Take one event packet; True when it begins a digit not yet counted."""
        if len(payload) < _EVENT.size or payload[0] >= len(_DIGITS) or timestamp == self._last:
            return False
        self._last = timestamp
        self.heard.append(Digit(at, _DIGITS[payload[0]]))
        return True
