"""One RTP stream of one call: speaks on the beat, keeps what it hears (RFC 3550, RFC 3551)."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import numpy as np

from robots.dtmf import Digit, Ear, EventPacket, packets_of
from robots.g711 import Samples, decode
from robots.sdp import Codec
from robots.sound import FRAME, Sound, frames_of, level, loudest, tone_in
from robots.ticker import Ticker
from robots.waiting import Changes

__all__ = ["RtpQuality", "RtpStream", "level", "loudest", "tone_in"]

_HEADER = struct.Struct("!BBHII")
_CODECS = {codec.payload: codec for codec in Codec}
_KEPT_PACKETS = 15_000
_LOOK_EVERY = 5
_READ_AT_ONCE = 32
_PORT_TRIES = 100


class StreamClosed(Exception):
    """The call is over, so nothing more will be heard."""


@dataclass(frozen=True, slots=True)
class RtpQuality:
    """Counts of one stream; gaps are between arrivals, in milliseconds; dropped packets were none of ours."""

    sent: int
    received: int
    largest_gap_ms: float
    ssrc_changes: int
    dropped: int


@dataclass(frozen=True, slots=True)
class _Packet:
    at: float
    codec: Codec
    payload: bytes


class RtpStream:
    """Socket, sender and listener of one call. Keeps the last five minutes heard (15,000 packets)."""

    def __init__(self, host: str, ticker: Ticker, random: Random, sound: Sound) -> None:
        self.changes = Changes()
        self._loop = asyncio.get_running_loop()
        self._ticker = ticker
        self._socket = _even_socket(host)
        self._port = int(self._socket.getsockname()[1])
        self._loop.add_reader(self._socket, self._readable)
        self._remote: tuple[str, int] | None = None
        self._codec = Codec.PCMU
        self._event_payload: int | None = None
        self._sound = sound
        self._sound_began: int | None = None
        self._first_beat: int | None = None
        self._events: deque[EventPacket | None] = deque()
        self._ssrc, self._sequence = random.getrandbits(32), random.getrandbits(16)
        self._offset = random.getrandbits(32)
        self._heard: deque[_Packet] = deque(maxlen=_KEPT_PACKETS)
        self._ear = Ear()
        self._sent = self._received = self._ssrc_changes = self._dropped = 0
        self._largest_gap = 0.0
        self._their_ssrc: int | None = None
        self._closed = False

    @property
    def port(self) -> int:
        """The local port."""
        return self._port

    def connect(self, remote: tuple[str, int], codec: Codec, event_payload: int | None, *, sending: bool) -> None:
        """Speak to that address from now on, or fall silent on the wire while not sending (hold)."""
        self._remote, self._codec, self._event_payload = remote, codec, event_payload
        # 0.0.0.0 is the old way to say hold (RFC 3264 8.4).
        if not self._closed and sending and remote[1] and remote[0] != "0.0.0.0":
            self._ticker.add(self, self._beat)
        else:
            self._ticker.remove(self)

    def play(self, sound: Sound) -> None:
        """Say something else, from its beginning."""
        self._sound, self._sound_began = sound, None

    def stop_sending(self) -> None:
        """Send no more packets until the next connect, as a phone that has lost its network."""
        self._ticker.remove(self)

    def send_dtmf(self, digits: str) -> None:
        """Key digits after those still under way, 220 ms each, in place of the sound; NotADigit for others."""
        self._events.extend(packets_of(digits))

    def heard(self) -> Samples:
        """Everything kept, in order of arrival."""
        return _decoded(list(self._heard))

    def heard_since(self, moment: datetime) -> Samples:
        """What arrived at or after the moment."""
        return _decoded(self._since(moment))

    def largest_gap_since(self, moment: datetime) -> float:
        """Milliseconds of the longest pause between packets that arrived since the moment; 0.0 with fewer than two."""
        times = [packet.at for packet in self._since(moment)]
        return max((later - earlier for earlier, later in pairwise(times)), default=0.0) * 1000

    @property
    def digits(self) -> tuple[Digit, ...]:
        """The digits heard, oldest first."""
        return tuple(self._ear.heard)

    @property
    def quality(self) -> RtpQuality:
        """Counts so far."""
        return RtpQuality(
            self._sent,
            self._received,
            round(self._largest_gap * 1000, 3),
            self._ssrc_changes,
            self._dropped,
        )

    async def hears(
        self, hz: float, limit: float = 10.0, *, at_least_db: float = -3.0, window: float = 0.2
    ) -> datetime:
        """The moment when `window` seconds heard after this call hold the tone; TooLate after limit s,
        StreamClosed when the call ends.
        """
        return await self._until_level(lambda db: db >= at_least_db, hz, limit, window, f"{hz} Hz")

    async def misses(self, hz: float, limit: float = 10.0, *, below_db: float = -40.0, window: float = 0.2) -> datetime:
        """The moment when `window` seconds of sound heard after this call no longer hold the tone."""
        return await self._until_level(lambda db: db < below_db, hz, limit, window, f"no {hz} Hz")

    async def hears_digits(self, digits: str, limit: float = 10.0) -> datetime:
        """The moment of the last digit once the digits heard end with these."""

        def found() -> datetime | None:
            heard = "".join(digit.digit for digit in self._ear.heard)
            return self._ear.heard[-1].at if heard.endswith(digits) else None

        return await self._until(found, limit, f"digits {digits}")

    def close(self) -> None:
        """Give the socket back; what was heard stays."""
        if self._closed:
            return
        self._closed = True
        self._ticker.remove(self)
        self._loop.remove_reader(self._socket)
        self._socket.close()

    async def _until_level(
        self, fits: Callable[[float], bool], hz: float, limit: float, window: float, what: str
    ) -> datetime:
        began, wanted = self._loop.time(), int(window / 0.02)

        def found() -> datetime | None:
            recent = [packet for packet in list(self._heard)[-wanted:] if packet.at >= began]
            if len(recent) < wanted or not fits(tone_in(_decoded(recent), hz)):
                return None
            return datetime.now(UTC)

        return await self._until(found, limit, what)

    async def _until(self, found: Callable[[], datetime | None], limit: float, what: str) -> datetime:
        def look() -> datetime | None:
            moment = found()
            if moment is None and self._closed:
                raise StreamClosed(what)
            return moment

        return await self.changes.until(look, limit, what)

    def _since(self, moment: datetime) -> list[_Packet]:
        first = self._loop.time() - (datetime.now(UTC) - moment).total_seconds()
        return [packet for packet in self._heard if packet.at >= first]

    def _beat(self, beat: int) -> None:
        if self._first_beat is None:
            self._first_beat = beat
        if self._sound_began is None:
            self._sound_began = beat
        event = self._events.popleft() if self._events else None
        timestamp = self._offset + (beat - self._first_beat) * FRAME
        if event is not None and self._event_payload is not None:
            self._send(
                self._event_payload,
                event.first,
                timestamp - event.frames_since_start * FRAME,
                event.payload,
            )
        else:
            frames = frames_of(self._sound, self._codec)
            self._send(self._codec.payload, self._sent == 0, timestamp, frames.at(beat - self._sound_began))

    def _send(self, payload_type: int, marker: bool, timestamp: int, payload: bytes) -> None:
        assert self._remote is not None
        self._sequence = (self._sequence + 1) & 0xFFFF
        second = payload_type | (0x80 if marker else 0)
        header = _HEADER.pack(0x80, second, self._sequence, timestamp & 0xFFFFFFFF, self._ssrc)
        try:
            self._socket.sendto(header + payload, self._remote)
        except OSError:
            # A full buffer or a peer that is gone: a real phone loses this packet too, and the count shows it.
            self._dropped += 1
        else:
            self._sent += 1

    def _readable(self) -> None:
        for _ in range(_READ_AT_ONCE):
            try:
                datagram = self._socket.recv(2048)
            except BlockingIOError:
                return
            except OSError:
                self._dropped += 1
                return
            self._take(datagram)

    def _take(self, datagram: bytes) -> None:
        if len(datagram) <= _HEADER.size or datagram[0] >> 6 != 2:
            self._dropped += 1
            return
        first, second, _, timestamp, ssrc = _HEADER.unpack_from(datagram)
        payload = datagram[_HEADER.size + 4 * (first & 0x0F) :]
        kind = second & 0x7F
        if kind == self._event_payload:
            if self._ear.hear(payload, timestamp, datetime.now(UTC)):
                self.changes.changed()
            return
        if kind not in _CODECS:
            # RTCP that strays here, comfort noise, or what was never agreed.
            self._dropped += 1
            return
        self._keep(_Packet(self._loop.time(), _CODECS[kind], payload), ssrc)

    def _keep(self, packet: _Packet, ssrc: int) -> None:
        if self._heard:
            self._largest_gap = max(self._largest_gap, packet.at - self._heard[-1].at)
        if self._their_ssrc not in (None, ssrc):
            self._ssrc_changes += 1
        self._their_ssrc = ssrc
        self._heard.append(packet)
        self._received += 1
        if self._received % _LOOK_EVERY == 0:
            self.changes.changed()


def _decoded(packets: list[_Packet]) -> Samples:
    if not packets:
        return np.zeros(0, dtype=np.int16)
    return np.concatenate([decode(packet.payload, packet.codec) for packet in packets])


def _even_socket(host: str) -> socket.socket:
    """A socket on an even port, as RFC 3550 11 asks for."""
    for _ in range(_PORT_TRIES):
        candidate = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        candidate.setblocking(False)
        candidate.bind((host, 0))
        if candidate.getsockname()[1] % 2 == 0:
            return candidate
        candidate.close()
    raise OSError(f"no even port free on {host}")
