"""What is read out of single packets: SIP, WebSocket frames, and the filter of the capture."""

from __future__ import annotations

import orjson

from tests.load import ari_wire, sip_wire
from tests.load.capture import Packet, filter_program

INVITE = (
    b"INVITE sip:few-1@127.0.0.1:6000 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKx\r\n"
    b"From: <sip:81900@127.0.0.1>;tag=f\r\nTo: <sip:few-1@127.0.0.1>\r\nCall-ID: abc\r\nCSeq: 7 INVITE\r\n"
    b"Content-Length: 40\r\n\r\nv=0\r\nm=audio 20002 RTP/AVP 0\r\n"
)
OK = INVITE.replace(b"INVITE sip:few-1@127.0.0.1:6000 SIP/2.0", b"SIP/2.0 200 OK").replace(b"5060;r", b"5060;r", 1)


def udp(data: bytes, at: int = 1_500_000_000) -> Packet:
    return Packet(at, False, ("127.0.0.1", 5060), ("127.0.0.1", 6000), data)


def tcp(data: bytes, asked: bool, at: int = 0) -> Packet:
    ends = (("127.0.0.1", 40000), ("127.0.0.1", 8801))
    return Packet(at, True, *(ends if asked else ends[::-1]), data)


def test_an_invite_is_read() -> None:
    found = sip_wire.message(udp(INVITE), 1_000_000_000)
    assert found is not None
    assert found.begins
    assert (found.at, found.method, found.status, found.cseq) == (0.5, "INVITE", 0, 7)
    assert (found.call_id, found.branch, found.from_user, found.to_user) == ("abc", "z9hG4bKx", "81900", "few-1")
    assert found.audio == 20002


def test_an_answer_and_a_second_invite_of_the_dialog_begin_nothing() -> None:
    answer = sip_wire.message(udp(OK))
    again = sip_wire.message(udp(INVITE.replace(b"To: <sip:few-1@127.0.0.1>", b"To: <sip:few-1@127.0.0.1>;tag=t")))
    assert answer is not None
    assert again is not None
    assert (answer.method, answer.status, answer.begins) == ("INVITE", 200, False)
    assert not again.begins


def test_a_keep_alive_is_no_message() -> None:
    assert sip_wire.message(udp(b"\r\n\r\n")) is None


def test_what_is_sent_again_is_counted() -> None:
    heard = sip_wire.messages([udp(INVITE), udp(OK), udp(INVITE), udp(INVITE.replace(b"z9hG4bKx", b"z9hG4bKy"))])
    assert sip_wire.repeated(heard) == 1


def test_a_masked_request_in_two_segments_and_an_event_are_read() -> None:
    request = orjson.dumps(
        {
            "type": "RESTRequest",
            "request_id": "5",
            "method": "POST",
            "uri": "channels/create",
            "query_strings": [{"name": "channelId", "value": "leg_1"}],
        }
    )
    event = orjson.dumps({"type": "StasisStart", "channel": {"id": "leg_1", "protocol_id": "abc"}})
    frame = _frame(request, b"\x01\x02\x03\x04")
    packets = [tcp(frame[:50], True, 10), tcp(_frame(event), False, 20), tcp(frame[50:] + b"\x89\x00", True, 30)]
    started, created = ari_wire.words(packets, 8801)
    assert (started.what, started.channel, started.call_id, started.asked) == ("StasisStart", "leg_1", "abc", False)
    assert (created.what, created.channel, created.asked) == ("POST channels/create", "leg_1", True)
    assert created.at == 30 / 1e9


def test_http_at_the_same_port_is_passed_over() -> None:
    assert ari_wire.words([tcp(b"GET /ari/asterisk/ping HTTP/1.1\r\n\r\n", True)], 8801) == []


def test_every_jump_of_the_filter_lands_inside_it() -> None:
    lines = filter_program(5060, 8801)
    for number, (code, yes, no, _) in enumerate(lines):
        if code == 0x15:
            assert 0 <= yes < len(lines) - number - 1
            assert 0 <= no < len(lines) - number - 1


def _frame(data: bytes, mask: bytes = b"") -> bytes:
    bit = 0x80 if mask else 0
    size = bytes([bit | len(data)]) if len(data) < 126 else bytes([bit | 126]) + len(data).to_bytes(2)
    body = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data)) if mask else data
    return b"\x81" + size + mask + body
