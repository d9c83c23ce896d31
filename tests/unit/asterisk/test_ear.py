"""Copies of SIP messages (HEP version 3): whose response it is, and what is none of ours."""

from __future__ import annotations

import struct

import pytest

from asterisk.ear import answered


def packet(sip: bytes, call_id: bytes = b"abc@host") -> bytes:
    """A copy as Asterisk sends it, with chunks that we pass over."""
    chunks = [(1, b"\x02"), (8, b"\x13\xc4"), (15, sip), (17, call_id)]
    body = b"".join(struct.pack("!HHH", 0, kind, len(content) + 6) + content for kind, content in chunks)
    return b"HEP3" + struct.pack("!H", len(body) + 6) + body


@pytest.mark.parametrize("status", [b"100 Trying", b"180 Ringing", b"183 Session Progress", b"503 No", b"200 OK"])
def test_a_response_tells_whose_it_is(status: bytes) -> None:
    assert answered(packet(b"SIP/2.0 " + status + b"\r\nVia: x\r\n\r\n")) == "abc@host"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HEP3",
        b"HEP2" + packet(b"SIP/2.0 100 Trying")[4:],
        packet(b"INVITE sip:x SIP/2.0\r\n\r\n"),
        packet(b"SIP/2.0 100 Trying", b""),
        packet(b"SIP/2.0 100 Trying")[:20],
        b"HEP3\x00\x10" + struct.pack("!HHH", 0, 15, 0) * 3,
        b"\xff" * 40,
    ],
)
def test_what_is_no_response_of_anybody_is_passed_over(data: bytes) -> None:
    assert answered(data) is None
