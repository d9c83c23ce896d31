"""Raw datagrams from an address of our choice, and a collection of SIP that nobody should send."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

GARBAGE_FROM = "127.0.0.2"
"""The carrier, whose datagrams are looked at."""
STRANGER = "127.0.0.3"
"""Somebody whom nobody knows."""


@contextmanager
def udp_from(host: str) -> Iterator[socket.socket]:
    """A socket bound to this address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.setblocking(False)
        made.bind((host, 0))
        yield made


async def throw(host: str, to: tuple[str, int], datagrams: list[bytes]) -> None:
    """Send each, with a turn of the loop between them."""
    with udp_from(host) as wire:
        for one in datagrams:
            wire.sendto(one, to)
            await asyncio.sleep(0.002)


def invite(
    to: tuple[str, int],
    number: str,
    *,
    nth: int,
    fields: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    body: bytes = b"",
    length: str | None = None,
) -> bytes:
    """An INVITE of the carrier, whole unless told otherwise."""
    head = {
        "Via": f"SIP/2.0/UDP {GARBAGE_FROM}:5099;branch=z9hG4bKbad{nth}",
        "From": f"<sip:+81312340000@{GARBAGE_FROM}>;tag=bad{nth}",
        "To": f"<sip:{number}@{to[0]}:{to[1]}>",
        "Call-ID": f"bad-{nth}@{GARBAGE_FROM}",
        "CSeq": "1 INVITE",
        "Contact": f"<sip:bad@{GARBAGE_FROM}:5099>",
        "Max-Forwards": "70",
        "Content-Type": "application/sdp",
        "Content-Length": str(len(body)) if length is None else length,
    }
    lines = [f"{name}: {value}" for name, value in head.items() if name not in without]
    return "\r\n".join([f"INVITE sip:{number}@{to[0]}:{to[1]} SIP/2.0", *lines, *fields, "", ""]).encode() + body


NO_CODEC = b"v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 77\r\n"
BYE_OF_NOBODY = (
    b"BYE sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2:5099;branch=z9hG4bKb\r\n"
    b"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: none\r\nCSeq: 1 BYE\r\n\r\n"
)
NEEDED = ("Via", "From", "To", "Call-ID", "CSeq")


def malformed(to: tuple[str, int], number: str) -> list[bytes]:
    """Everything that may be wrong with a SIP message, in the shape of a call; Asterisk forgives some of it."""
    whole = invite(to, number, nth=0)
    return [
        b"\x00" * 64,
        b"\xff" * 1400,
        b"GET / HTTP/1.1\r\n\r\n",
        b"INVITE\r\n\r\n",
        b"INVITE sip: SIP/2.0\r\n\r\n",
        b"SIP/2.0 200 OK\r\n\r\n",
        b"SIP/2.0 999999999999 X\r\n\r\n",
        whole[: len(whole) // 2],
        whole.replace(b"SIP/2.0", b"SIP/9.9", 1),
        whole.replace(b"\r\n", b"\n\r\r"),
        *(invite(to, number, nth=10 + at, without=(name,)) for at, name in enumerate(NEEDED)),
        invite(to, number, nth=21, length="-1"),
        invite(to, number, nth=22, length="99999999999"),
        invite(to, number, nth=23, length="abc"),
        invite(to, number, nth=24, without=("CSeq",), fields=("CSeq: 99999999999999 INVITE",)),
        invite(to, number, nth=25, without=("CSeq",), fields=("CSeq: 1 BYE",)),
        invite(to, number, nth=26, without=("Via",), fields=("Via: SIP/2.0/UDP [::1;branch=",)),
        invite(to, number, nth=27, without=("Contact",), fields=("Contact: <sip:%00%0d%0a@>",)),
        invite(to, number, nth=28, without=("Max-Forwards",), fields=("Max-Forwards: 0",)),
        invite(to, number, nth=29, fields=("X-Long: " + "y" * 40_000,)),
        invite(to, number, nth=30, fields=tuple(f"X-{nth}: y" for nth in range(3000))),
        invite(to, number, nth=31, fields=("Require: teleport",)),
        invite(to, number, nth=32, body=b"v=0\r\nnonsense\r\n"),
        invite(to, number, nth=33, body=b"\x00" * 500),
        invite(to, number, nth=34, body=NO_CODEC),
        invite(to, f"{number}%00", nth=35),
        invite(to, "${SYSTEM(touch x)}", nth=36),
        invite(to, "T", nth=37),
        invite(to, "s", nth=38),
        invite(to, "h", nth=39),
        BYE_OF_NOBODY,
    ]  # fmt: skip
