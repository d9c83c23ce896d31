"""SIP messages, digest answers and session descriptions as values."""

from __future__ import annotations

import pytest

from robots import sdp
from robots.dialog import Dialog
from robots.digest import Challenge, Credentials, NoUsableChallenge, authorization, choose, parse_challenge
from robots.sdp import Codec, Description, Flow
from robots.sip import (
    CSeq,
    MalformedMessage,
    Request,
    Response,
    Uri,
    came_from,
    encode,
    parameter,
    parse,
    parse_uri,
    reply,
    split_list,
    uri_in,
)

INVITE = b"""INVITE sip:100@127.0.0.1:5062 SIP/2.0\r
v: SIP/2.0/UDP 127.0.0.2:5080;branch=z9hG4bKa;rport, SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKb\r
Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKc\r
f: "Sato, \\"A\\"" <sip:+8131@127.0.0.2;user=phone>;tag=from1\r
t: <sip:100@127.0.0.1>\r
i: abc@127.0.0.2\r
CSeq: 7  INVITE\r
m: <sip:a,b@127.0.0.2:5080;transport=udp>, <sip:c@127.0.0.3>\r
Record-Route: <sip:p1;lr>,\r
 <sip:p2;lr>\r
c: application/sdp\r
l: 4\r
\r
v=0\nrest that does not belong"""


def invite() -> Request:
    message = parse(INVITE)
    assert isinstance(message, Request)
    return message


def test_compact_names_folded_lines_lists_and_several_vias_are_read() -> None:
    message = invite()
    assert (message.method, message.uri, message.body) == ("INVITE", "sip:100@127.0.0.1:5062", b"v=0\n")
    assert message.call_id == "abc@127.0.0.2"
    assert message.cseq == CSeq(7, "INVITE")
    assert message.branch == "z9hG4bKa"
    assert [parameter(via, "branch") for via in message.headers.all("via")] == ["z9hG4bKa", "z9hG4bKb", "z9hG4bKc"]
    assert message.headers.all("Record-Route") == ("<sip:p1;lr>", "<sip:p2;lr>")
    assert message.headers.all("Contact") == ("<sip:a,b@127.0.0.2:5080;transport=udp>", "<sip:c@127.0.0.3>")
    assert message.headers.get("content-type") == "application/sdp"


def test_what_is_written_reads_as_the_same() -> None:
    message = invite()
    again = parse(encode(message))
    assert isinstance(again, Request)
    assert (again.line, again.body) == (message.line, message.body)
    assert b"Content-Length: 4\r\n" in encode(message)


def test_a_tag_inside_a_display_name_or_uri_is_not_the_tag() -> None:
    value = '"x;tag=no" <sip:a@b;tag=never>;tag=yes'
    assert parameter(value, "tag") == "yes"
    assert uri_in(value) == "sip:a@b;tag=never"
    assert uri_in("sip:a@b;tag=1") == "sip:a@b"
    assert parameter("<sip:a@b>", "tag") is None
    assert split_list('"a, b" <sip:x,y@h>, <sip:z@h>') == ['"a, b" <sip:x,y@h>', "<sip:z@h>"]


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("sip:100@127.0.0.1:5062;transport=udp", Uri("100", "127.0.0.1", 5062)),
        ("sip:+8131@example.org", Uri("+8131", "example.org", None)),
        ("sips:10.0.0.1?Replaces=a", Uri("", "10.0.0.1", None)),
        ("SIP:u:secret@h", Uri("u", "h", None)),
    ],
)
def test_uris_are_taken_apart(text: str, uri: Uri) -> None:
    assert parse_uri(text) == uri


@pytest.mark.parametrize(
    "datagram",
    [
        b"INVITE sip:a SIP/2.0\r\n",
        b"\xff\xfe\r\n\r\n",
        b"HELLO\r\n\r\n",
        INVITE.replace(b"CSeq: 7  INVITE", b"CSeq: seven INVITE"),
        INVITE.replace(b"CSeq: 7  INVITE", b"X: y"),
        INVITE.replace(b"l: 4", b"l: 400"),
        INVITE.replace(b"l: 4", b"l: -1"),
        INVITE.replace(b"SIP/2.0\r\nv", b"SIP/3.0\r\nv"),
        INVITE.replace(b"INVITE sip:100@127.0.0.1:5062 SIP/2.0", b"SIP/2.0 999 Odd"),
    ],
)
def test_what_is_no_message_is_malformed(datagram: bytes) -> None:
    with pytest.raises(MalformedMessage):
        parse(datagram)


def test_a_reply_keeps_vias_and_routes_in_order_and_adds_one_tag() -> None:
    response = reply(came_from(invite(), "127.0.0.9", 4000), 180, to_tag="mine")
    read = parse(encode(response))
    assert isinstance(read, Response)
    assert (read.status, read.reason) == (180, "Ringing")
    vias = read.headers.all("Via")
    assert vias[0] == "SIP/2.0/UDP 127.0.0.2:5080;branch=z9hG4bKa;rport=4000;received=127.0.0.9"
    assert len(vias) == 3
    assert read.headers.all("Record-Route") == ("<sip:p1;lr>", "<sip:p2;lr>")
    assert read.headers.need("To") == "<sip:100@127.0.0.1>;tag=mine"


def test_the_caller_takes_the_route_back_in_reverse_and_sends_to_its_first_hop() -> None:
    dialog = Dialog("id", "<sip:a@h>;tag=l", "<sip:b@h>", "sip:b@h", ("127.0.0.1", 5060))
    response = reply(invite(), 200, to_tag="r", fields=(("Contact", "<sip:b@127.0.0.7:5077>"),))
    dialog.learn(response, routes=True)
    assert dialog.routes == ("<sip:p2;lr>", "<sip:p1;lr>")
    assert (dialog.target, dialog.remote_tag) == ("sip:b@127.0.0.7:5077", "r")
    assert dialog.next_hop == ("127.0.0.1", 5060)  # p2 is no address, so the peer's
    dialog.routes = ()
    assert dialog.next_hop == ("127.0.0.7", 5077)
    first, second = (dialog.request("BYE", "SIP/2.0/UDP h;branch=z9hG4bKx", "<c>").cseq for _ in range(2))
    assert second.number == first.number + 1


# RFC 7616 3.9.1 gives both answers for the same request.
RFC_7616 = {
    "MD5": "8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
}


def challenge_of_rfc_7616(algorithm: str) -> str:
    return (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )


@pytest.mark.parametrize("algorithm", RFC_7616)
def test_digest_answers_as_rfc_7616_3_9_1(algorithm: str) -> None:
    challenge = parse_challenge(challenge_of_rfc_7616(algorithm))
    assert challenge is not None
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    value = authorization(challenge, Credentials("Mufasa", "Circle of Life"), "GET", "/dir/index.html", cnonce)
    assert f'response="{RFC_7616[algorithm]}"' in value
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in value
    assert "qop=auth, nc=00000001" in value


def test_digest_without_qop_answers_as_rfc_2617_3_5_without_it() -> None:
    challenge = Challenge("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "MD5", False, None, False)
    value = authorization(challenge, Credentials("Mufasa", "Circle Of Life"), "GET", "/dir/index.html", "unused")
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in value
    assert "cnonce" not in value


def test_the_strongest_challenge_is_chosen_and_unknown_ones_are_left() -> None:
    known = [challenge_of_rfc_7616("MD5"), challenge_of_rfc_7616("SHA-256")]
    unknown = ['Basic realm="x"', 'Digest realm="x", nonce="n", algorithm=SHA-512-256', 'Digest realm="x"']
    assert choose([*unknown, *known]).algorithm == "SHA-256"
    with pytest.raises(NoUsableChallenge):
        choose([*unknown, 'Digest realm="x", nonce="n", qop="auth-int"'])


OFFER = b"""v=0\r
o=- 1 1 IN IP4 10.0.0.1\r
s=x\r
c=IN IP4 10.0.0.1\r
t=0 0\r
a=sendonly\r
m=audio 4000 RTP/AVP 9 8 0 96\r
c=IN IP4 10.0.0.2\r
a=rtpmap:9 G722/8000\r
a=rtpmap:96 telephone-event/8000\r
m=audio 4002 RTP/AVP 0\r
a=sendrecv\r
"""


def test_the_first_audio_stream_is_read_with_its_own_address_and_the_sessions_direction() -> None:
    assert sdp.parse(OFFER) == Description("10.0.0.2", 4000, (Codec.PCMA, Codec.PCMU), 96, Flow.SENDONLY)


def test_an_answer_takes_one_codec_their_event_payload_and_the_fitting_direction() -> None:
    answer = sdp.answer(sdp.parse(OFFER), "127.0.0.1", 5000, (Codec.PCMU, Codec.PCMA))
    assert answer == Description("127.0.0.1", 5000, (Codec.PCMA,), 96, Flow.RECVONLY)
    assert sdp.parse(sdp.encode(answer, 1, 2)) == answer
    with pytest.raises(sdp.NothingInCommon):
        sdp.answer(Description("h", 1, ()), "127.0.0.1", 5000, (Codec.PCMU,))


@pytest.mark.parametrize(
    ("offered", "hold", "answered"),
    [
        (Flow.SENDRECV, False, Flow.SENDRECV),
        (Flow.SENDRECV, True, Flow.SENDONLY),
        (Flow.SENDONLY, False, Flow.RECVONLY),
        (Flow.SENDONLY, True, Flow.INACTIVE),
        (Flow.RECVONLY, False, Flow.SENDONLY),
        (Flow.INACTIVE, False, Flow.INACTIVE),
    ],
)
def test_directions_answer_as_rfc_3264_6_1(offered: Flow, hold: bool, answered: Flow) -> None:
    offer = Description("127.0.0.1", 1, (Codec.PCMU,), None, offered)
    assert sdp.answer(offer, "127.0.0.1", 2, (Codec.PCMU,), hold=hold).flow is answered


@pytest.mark.parametrize("body", [b"", b"v=0\r\nm=video 1 RTP/AVP 96\r\n", b"m=audio x RTP/AVP 0\r\n"])
def test_a_body_without_an_audio_stream_is_malformed(body: bytes) -> None:
    with pytest.raises(sdp.MalformedSdp):
        sdp.parse(body)
