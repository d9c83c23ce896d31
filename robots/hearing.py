"""What one call hears: the last five minutes of sound with arrival times, its digits, and waits for both."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from robots.dtmf import Digit, Ear
from robots.g711 import Samples, decode
from robots.sdp import Codec
from robots.sound import tone_in
from robots.ticker import BEAT
from robots.waiting import PATIENCE, Changes

_KEPT_PACKETS = 15_000
_LOOK_EVERY = 5


class StreamClosed(Exception):
    """The call is over, so nothing more will be heard."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One received packet of sound; at is on the loop's monotonic clock."""

    at: float
    codec: Codec
    payload: bytes


class Hearing:
    """Keeps what a stream receives. What was heard stays after close."""

    def __init__(self) -> None:
        self.changes = Changes()
        self.received = 0
        self.ssrc_changes = 0
        self.largest_gap = 0.0
        self._loop = asyncio.get_running_loop()
        self._heard: deque[Packet] = deque(maxlen=_KEPT_PACKETS)
        self._ear = Ear()
        self._ssrc: int | None = None
        self._closed_at: float | None = None

    @property
    def closed(self) -> bool:
        """Whether the call is over."""
        return self._closed_at is not None

    @property
    def digits(self) -> tuple[Digit, ...]:
        """The digits heard, oldest first."""
        return tuple(self._ear.heard)

    def heard(self) -> Samples:
        """Everything kept, in order of arrival."""
        return _decoded(list(self._heard))

    def heard_since(self, moment: datetime) -> Samples:
        """What arrived at or after the moment."""
        return _decoded(self._since(self._on_loop(moment)))

    def largest_gap_since(self, moment: datetime) -> float:
        """Milliseconds of the longest time without a packet from the moment until now, or until the call's end."""
        first = self._on_loop(moment)
        end = self._loop.time() if self._closed_at is None else self._closed_at
        times = [first, *(packet.at for packet in self._since(first)), max(first, end)]
        return max(later - earlier for earlier, later in pairwise(times)) * 1000

    async def hears(
        self, hz: float, limit: float = PATIENCE, *, at_least_db: float = -3.0, window: float = 0.2
    ) -> datetime:
        """The moment when `window` seconds heard after this call hold the tone; TooLate after limit s,
        StreamClosed when the call ends.
        """
        began = self._loop.time()

        def found() -> datetime | None:
            recent = self._window(began, window)
            return datetime.now(UTC) if recent is not None and tone_in(recent, hz) >= at_least_db else None

        return await self._until(found, limit, f"{hz} Hz")

    async def misses(
        self, hz: float, limit: float = PATIENCE, *, below_db: float = -40.0, window: float = 0.2
    ) -> datetime:
        """The moment when `window` seconds after this call were without the tone: other sound, silence, or no
        packet at all; TooLate after limit s, StreamClosed when the call ends.
        """
        began = self._loop.time()

        def found() -> datetime | None:
            recent = self._window(began, window)
            absent = recent is not None and tone_in(recent, hz) < below_db
            return datetime.now(UTC) if absent or self._quiet_since(began) + window <= self._loop.time() else None

        # Where no packet comes, none can wake us: this timer rings when the quiet has lasted.
        timer: asyncio.TimerHandle

        def look() -> None:
            nonlocal timer
            self.changes.changed()
            due = max(self._quiet_since(began) + window, self._loop.time() + BEAT)
            timer = self._loop.call_at(due, look)

        timer = self._loop.call_later(window, look)
        try:
            return await self._until(found, limit, f"no {hz} Hz")
        finally:
            timer.cancel()

    async def hears_digits(self, digits: str, limit: float = PATIENCE) -> datetime:
        """The moment of the last digit once the digits heard end with these; TooLate, StreamClosed."""

        def found() -> datetime | None:
            heard = "".join(digit.digit for digit in self._ear.heard)
            return self._ear.heard[-1].at if heard.endswith(digits) else None

        return await self._until(found, limit, f"digits {digits}")

    def keep(self, codec: Codec, payload: bytes, ssrc: int) -> None:
        """A packet of sound has come."""
        packet = Packet(self._loop.time(), codec, payload)
        if self._heard:
            self.largest_gap = max(self.largest_gap, packet.at - self._heard[-1].at)
        if self._ssrc not in (None, ssrc):
            self.ssrc_changes += 1
        self._ssrc = ssrc
        self._heard.append(packet)
        self.received += 1
        if self.received % _LOOK_EVERY == 0:
            self.changes.changed()

    def keep_event(self, payload: bytes, timestamp: int) -> None:
        """A packet of a digit has come."""
        if self._ear.hear(payload, timestamp, datetime.now(UTC)):
            self.changes.changed()

    def close(self) -> None:
        """The call is over; those who wait for sound are told."""
        if self._closed_at is None:
            self._closed_at = self._loop.time()
            self.changes.changed()

    def _window(self, began: float, seconds: float) -> Samples | None:
        wanted = round(seconds / BEAT)
        recent = [packet for packet in list(self._heard)[-wanted:] if packet.at >= began]
        return _decoded(recent) if len(recent) == wanted else None

    def _quiet_since(self, began: float) -> float:
        return max(began, self._heard[-1].at) if self._heard else began

    def _since(self, first: float) -> list[Packet]:
        return [packet for packet in self._heard if packet.at >= first]

    def _on_loop(self, moment: datetime) -> float:
        return self._loop.time() - (datetime.now(UTC) - moment).total_seconds()

    async def _until(self, found: Callable[[], datetime | None], limit: float, what: str) -> datetime:
        def look() -> datetime | None:
            if self.closed:
                raise StreamClosed(what)
            return found()

        return await self.changes.until(look, limit, what)


def _decoded(packets: list[Packet]) -> Samples:
    if not packets:
        return np.zeros(0, dtype=np.int16)
    return np.concatenate([decode(packet.payload, packet.codec) for packet in packets])
