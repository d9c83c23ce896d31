"""Writes down what crosses the loopback, with the kernel's own times: SIP, marked sound, and the ARI socket if asked.

A process of its own (`python -m tests.load.capture`), so that it can be pinned to the core of the load; its file is
read back by `read`.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_RECORD = struct.Struct("<Qc4s4sHHI")
_ETH_P_IP = 0x0800
_SO_ATTACH_FILTER = 26
_SO_TIMESTAMPNS = 35
_SOL_PACKET, _PACKET_STATISTICS = 263, 6
_OUTGOING = 4
_BUFFER = 32 << 20
_BUFFER_FORCE = 33
_LONGEST = 1 << 16

MARK = 0x5A
"""The byte that robot agents fill their sound with, so that it is known again behind Asterisk."""
_MARKED = 64
"""Bytes of a marked packet that are kept."""

# Classic BPF (linux/filter.h).
_WORD, _BYTE, _HALF_BEHIND_X, _WORD_BEHIND_X, _X_IS_HEADER, _JUMP_IF, _RETURN = 0x20, 0x30, 0x48, 0x40, 0xB1, 0x15, 0x06
_PACKET_TYPE = 0xFFFFF000 + 4
Line = tuple[int, int, str, str]
"""Code, operand, where to go when equal and when not; an empty label is the next line."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One UDP datagram or TCP segment; `at` in nanoseconds since 1970, as the kernel saw it."""

    at: int
    tcp: bool
    source: tuple[str, int]
    target: tuple[str, int]
    data: bytes


def read(file: Path) -> Iterator[Packet]:
    """What was written down, in order; a record torn by the end of the capture is left out."""
    whole = file.read_bytes()
    place = 0
    while place + _RECORD.size <= len(whole):
        at, kind, source, target, source_port, target_port, size = _RECORD.unpack_from(whole, place)
        place += _RECORD.size
        if place + size > len(whole):
            return
        yield Packet(
            at,
            kind == b"T",
            (socket.inet_ntoa(source), source_port),
            (socket.inet_ntoa(target), target_port),
            whole[place : place + size],
        )
        place += size


@contextmanager
def capturing(file: Path, sip_port: int, core: int | None, ari_port: int = 0) -> Iterator[None]:
    """Capture while the block runs. RuntimeError when a packet was lost: then no figure of it is worth anything."""
    command = [sys.executable, "-m", "tests.load.capture", str(file), str(sip_port), str(ari_port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "capturing":
            raise RuntimeError(f"no capture: {process.communicate()[1]}")
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        told, errors = process.communicate(timeout=20)
    if told.strip() != "0":
        raise RuntimeError(f"the capture lost packets: {told.strip() or errors}")


def filter_program(sip_port: int, ari_port: int) -> list[tuple[int, int, int, int]]:
    """Keeps what comes in (not its twin going out) from or to the SIP port, marked sound, and the ARI port's TCP."""
    mark = int.from_bytes(bytes([MARK]) * 4)
    lines: list[tuple[str, Line]] = [
        ("", (_WORD, _PACKET_TYPE, "", "")),
        ("", (_JUMP_IF, _OUTGOING, "drop", "")),
        ("", (_X_IS_HEADER, 0, "", "")),
        ("", (_BYTE, 9, "", "")),
        ("", (_JUMP_IF, socket.IPPROTO_UDP, "", "tcp")),
        ("", (_HALF_BEHIND_X, 0, "", "")),
        ("", (_JUMP_IF, sip_port, "whole", "")),
        ("", (_HALF_BEHIND_X, 2, "", "")),
        ("", (_JUMP_IF, sip_port, "whole", "")),
        ("", (_WORD_BEHIND_X, 8 + 12, "", "")),  # what follows the UDP and RTP headers
        ("", (_JUMP_IF, mark, "marked", "drop")),
        ("tcp", (_JUMP_IF, socket.IPPROTO_TCP, "", "drop")),
        ("", (_HALF_BEHIND_X, 0, "", "")),
        ("", (_JUMP_IF, ari_port, "whole", "")),
        ("", (_HALF_BEHIND_X, 2, "", "")),
        ("", (_JUMP_IF, ari_port, "whole", "drop")),
        ("marked", (_RETURN, _MARKED, "", "")),
        ("whole", (_RETURN, _LONGEST, "", "")),
        ("drop", (_RETURN, 0, "", "")),
    ]
    places = {label: number for number, (label, _) in enumerate(lines) if label}
    return [
        (
            code,
            places[yes] - number - 1 if yes else 0,
            places[no] - number - 1 if no else 0,
            operand,
        )
        for number, (_, (code, operand, yes, no)) in enumerate(lines)
    ]


def _open(sip_port: int, ari_port: int) -> socket.socket:
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    program = b"".join(struct.pack("HBBI", *line) for line in filter_program(sip_port, ari_port))
    kept = ctypes.create_string_buffer(program)
    fprog = struct.pack("HL", len(program) // 8, ctypes.addressof(kept))
    raw.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, fprog)
    raw.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    raw.setsockopt(socket.SOL_SOCKET, _BUFFER_FORCE, _BUFFER)
    raw.bind(("lo", _ETH_P_IP))
    return raw


def _record(at: int, packet: bytes) -> bytes:
    """The record of an IPv4 packet; nothing for a TCP segment that carries no data."""
    header = (packet[0] & 15) * 4
    total = min(int.from_bytes(packet[2:4]), len(packet)) or len(packet)
    tcp = packet[9] == socket.IPPROTO_TCP
    data = packet[header + ((packet[header + 12] >> 4) * 4 if tcp else 8) : total]
    if not data:
        return b""
    source_port, target_port = struct.unpack_from("!HH", packet, header)
    kind = b"T" if tcp else b"U"
    return _RECORD.pack(at, kind, packet[12:16], packet[16:20], source_port, target_port, len(data)) + data


def _run(file: Path, sip_port: int, ari_port: int) -> None:
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))
    with _open(sip_port, ari_port) as raw, file.open("wb", buffering=1 << 20) as out:
        raw.settimeout(0.2)
        print("capturing", flush=True)
        while True:
            try:
                packet, extra, _, _ = raw.recvmsg(_LONGEST, 64)
            except TimeoutError:
                if ended:
                    break
                continue
            seconds, nanoseconds = struct.unpack("qq", extra[0][2])
            out.write(_record(seconds * 1_000_000_000 + nanoseconds, packet))
        _, lost = struct.unpack("II", raw.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))
    print(lost, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("sip_port", type=int)
    parser.add_argument("ari_port", type=int)
    given = parser.parse_args()
    _run(given.file, given.sip_port, given.ari_port)
