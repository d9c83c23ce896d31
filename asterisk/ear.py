"""Hears of SIP responses that ARI does not tell, such as 100 Trying, from the copies that Asterisk sends (HEP 3).

Nothing is read while nobody waits: then the socket is closed, and the copies go to a port where nobody listens.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Final

import structlog

log = structlog.get_logger()

_MAGIC: Final = b"HEP3"
_HEADER: Final = 6
"""Bytes before the chunks of a packet, and before the content of each chunk."""
_PAYLOAD: Final = 15
_CORRELATION: Final = 17
"""The chunks that hold the SIP message, and the Call-ID by which packets belong together."""
_RESPONSE: Final = b"SIP/2.0 "
_LARGEST: Final = 65_535


class Ear:
    """Waits for responses by their Call-ID. `port`: where Asterisk sends its copies to, on 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._waiting: dict[str, Callable[[], None]] = {}

    def listen(self, call_id: str, heard: Callable[[], None]) -> bool:
        """Call `heard` once, at the first response of this Call-ID; False: nothing can be heard now."""
        if self._socket is None and not self._open():
            return False
        self._waiting[call_id] = heard
        return True

    def forget(self, call_id: str) -> None:
        """Nobody waits for this one any more."""
        self._waiting.pop(call_id, None)
        if not self._waiting:
            self.close()

    def close(self) -> None:
        """Hear nothing more."""
        self._waiting.clear()
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _open(self) -> bool:
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setblocking(False)
        try:
            opened.bind(("127.0.0.1", self._port))
        except OSError as taken:
            # Another process has the port: calls go on, but a silent trunk is noticed by Asterisk's own limit only.
            log.error("responses of trunks cannot be heard", port=self._port, why=str(taken))
            opened.close()
            return False
        self._socket = opened
        asyncio.get_running_loop().add_reader(opened, self._read)
        return True

    def _read(self) -> None:
        while self._socket is not None:
            try:
                packet = self._socket.recv(_LARGEST)
            except BlockingIOError:
                return
            call_id = answered(packet)
            heard = None if call_id is None else self._waiting.get(call_id)
            if call_id is not None and heard is not None:
                self.forget(call_id)
                heard()


def answered(packet: bytes) -> str | None:
    """The Call-ID of the SIP response of which this packet is a copy; None when it is of something else."""
    if not packet.startswith(_MAGIC):
        return None
    found = {kind: content for kind, content in _chunks(packet) if kind in (_PAYLOAD, _CORRELATION)}
    if not found.get(_PAYLOAD, b"").startswith(_RESPONSE):
        return None
    return found.get(_CORRELATION, b"").decode(errors="replace") or None


def _chunks(packet: bytes) -> Iterator[tuple[int, bytes]]:
    at = _HEADER
    while at + _HEADER <= len(packet):
        _vendor, kind, length = struct.unpack_from("!HHH", packet, at)
        if length < _HEADER:
            return
        yield kind, packet[at + _HEADER : at + length]
        at += length
