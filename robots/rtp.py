"""One RTP stream of one call: speaks on the beat and hands what comes to its hearing (RFC 3550, RFC 3551)."""

from __future__ import annotations

import socket
import struct
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from robots.dtmf import EventPacket, packets_of
from robots.hearing import Hearing, StreamClosed
from robots.sdp import Codec
from robots.sound import FRAME, Sound, frames_of, level, loudest, tone_in
from robots.ticker import Ticker
from robots.waiting import PATIENCE

__all__ = ["RtpQuality", "RtpStream", "StreamClosed", "level", "loudest", "tone_in"]

_HEADER = struct.Struct("!BBHII")
_CODECS = {codec.payload: codec for codec in Codec}
_READ_AT_ONCE = 32
_PORT_TRIES = 100


@dataclass(frozen=True, slots=True)
class RtpQuality:
    """Counts of one stream; the gap is between arrivals, in milliseconds; dropped packets could not be sent, or were
    none of this call (RTCP, comfort noise, strangers).
    """

    sent: int
    received: int
    largest_gap_ms: float
    ssrc_changes: int
    dropped: int


class RtpStream(Hearing):
    """Socket, sender and hearing of one call."""

    def __init__(self, host: str, ticker: Ticker, random: Random, sound: Sound) -> None:
        super().__init__()
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
        self._own_ssrc, self._sequence = random.getrandbits(32), random.getrandbits(16)
        self._offset = random.getrandbits(32)
        self._sent = self._dropped = 0

    @property
    def port(self) -> int:
        """The local port."""
        return self._port

    @property
    def quality(self) -> RtpQuality:
        """Counts so far."""
        gap = round(self.largest_gap * 1000, 3)
        return RtpQuality(self._sent, self.received, gap, self.ssrc_changes, self._dropped)

    def connect(self, remote: tuple[str, int], codec: Codec, event_payload: int | None, *, sending: bool) -> None:
        """Speak to that address from now on, or fall silent on the wire while not sending (hold)."""
        self._remote, self._codec, self._event_payload = remote, codec, event_payload
        # 0.0.0.0 is the old way to say hold (RFC 3264 8.4).
        if not self.closed and sending and remote[1] and remote[0] != "0.0.0.0":
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

    async def keyed(self, limit: float = PATIENCE) -> datetime:
        """The moment when no digit is under way any more; TooLate after limit s, StreamClosed when the call ends."""
        return await self._until(lambda: None if self._events else datetime.now(UTC), limit, "all digits keyed")

    def close(self) -> None:
        """Give the socket back; what was heard stays."""
        if self.closed:
            return
        self._ticker.remove(self)
        self._loop.remove_reader(self._socket)
        self._socket.close()
        super().close()

    def _beat(self, beat: int) -> None:
        if self._first_beat is None:
            self._first_beat = beat
        if self._sound_began is None:
            self._sound_began = beat
        event = None
        if self._events:
            event = self._events.popleft()
            self.changes.changed()
        timestamp = self._offset + (beat - self._first_beat) * FRAME
        if event is not None and self._event_payload is not None:
            began = timestamp - event.frames_since_start * FRAME
            self._send(self._event_payload, event.first, began, event.payload)
        else:
            frames = frames_of(self._sound, self._codec)
            self._send(self._codec.payload, self._sent == 0, timestamp, frames.at(beat - self._sound_began))

    def _send(self, payload_type: int, marker: bool, timestamp: int, payload: bytes) -> None:
        assert self._remote is not None
        self._sequence = (self._sequence + 1) & 0xFFFF
        second = payload_type | (0x80 if marker else 0)
        header = _HEADER.pack(0x80, second, self._sequence, timestamp & 0xFFFFFFFF, self._own_ssrc)
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
            self.keep_event(payload, timestamp)
        elif kind in _CODECS:
            self.keep(_CODECS[kind], payload, ssrc)
        else:
            self._dropped += 1


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
