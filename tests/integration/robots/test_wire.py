"""A phone on the wire: what strange, repeated and missing datagrams do to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from random import Random

import pytest

from robots.phone import Credentials, Ignore, Phone, Side, Stage
from robots.sip import Field, Headers, Request, Response, encode, parse
from robots.transactions import Timers

LIMIT_S = 30.0
OFFER = b"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 0\r\n"


class Peer:
    """A bare socket that writes its own SIP."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.wire.setblocking(False)
        self.wire.bind(("127.0.0.1", 0))
        self.wire.connect(phone.address)

    def request(self, method: str, *fields: Field, branch: str = "1", body: bytes = b"", to_tag: str = "") -> bytes:
        port = self.wire.getsockname()[1]
        head = (
            ("Via", f"SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{branch}"),
            ("From", "<sip:peer@127.0.0.1>;tag=p"),
            ("To", f"<sip:100@127.0.0.1>{to_tag and ';tag=' + to_tag}"),
            ("Call-ID", "call"),
            ("CSeq", f"1 {method}"),
        )
        return encode(Request(headers=Headers((*head, *fields)), body=body, method=method, uri="sip:100@127.0.0.1"))

    def invite(self) -> bytes:
        return self.request("INVITE", ("Contact", f"<sip:peer@127.0.0.1:{self.wire.getsockname()[1]}>"), body=OFFER)

    async def receive(self) -> Request | Response:
        async with asyncio.timeout(LIMIT_S):
            return parse(await asyncio.get_running_loop().sock_recv(self.wire, 65536))

    async def status(self) -> int:
        message = await self.receive()
        assert isinstance(message, Response)
        return message.status


@pytest.fixture
async def phone() -> AsyncIterator[Phone]:
    stage = Stage(random=Random(3), timers=Timers(t1=0.02, t2=0.04))
    async with await Phone.open(stage, "100", Credentials("100", "x"), ("127.0.0.1", 9)) as phone:
        yield phone


@pytest.fixture
async def peer(phone: Phone) -> AsyncIterator[Peer]:
    peer = Peer(phone)
    yield peer
    peer.wire.close()


async def test_a_repeated_invite_is_one_call_and_gets_the_last_response_again(phone: Phone, peer: Peer) -> None:
    phone.behaviour = Ignore()
    peer.wire.send(peer.invite())
    assert [await peer.status(), await peer.status()] == [100, 180]
    peer.wire.send(peer.invite())
    peer.wire.send(peer.request("OPTIONS", branch="2", to_tag=phone.calls[0].dialog.local_tag))
    assert [await peer.status(), await peer.status()] == [180, 200]
    assert len(phone.calls) == 1


async def test_an_answer_without_ack_is_repeated_and_then_the_phone_hangs_up(phone: Phone, peer: Peer) -> None:
    peer.wire.send(peer.invite())
    assert [await peer.status() for _ in range(5)] == [100, 180, 200, 200, 200]
    call = await phone.rung()
    message = await peer.receive()
    while isinstance(message, Response):
        message = await peer.receive()
    assert message.method == "BYE"
    assert call.ended_by is Side.ROBOT


async def test_an_answer_is_no_longer_repeated_after_its_ack(phone: Phone, peer: Peer) -> None:
    peer.wire.send(peer.invite())
    assert [await peer.status() for _ in range(3)] == [100, 180, 200]
    tag = (await phone.rung()).dialog.local_tag
    peer.wire.send(peer.request("ACK", branch="2", to_tag=tag))
    peer.wire.send(peer.request("OPTIONS", branch="3", to_tag=tag))
    message = await peer.receive()
    while message.cseq.method == "INVITE":  # repeated before the ACK came
        message = await peer.receive()
    assert message.cseq.method == "OPTIONS"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await peer.receive()


async def test_garbage_is_counted_and_harms_nothing(phone: Phone, peer: Peer) -> None:
    for datagram in (b"\r\n\r\n", b"\xff" * 2000, b"INVITE\r\n\r\n", b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n"):
        peer.wire.send(datagram)
    peer.wire.send(peer.request("OPTIONS"))
    assert await peer.status() == 200
    assert phone.agent.transport.malformed == 3


@pytest.mark.parametrize(
    ("method", "to_tag", "status"),
    [("OPTIONS", "", 200), ("NOTIFY", "", 200), ("BYE", "x", 481), ("CANCEL", "", 481), ("MESSAGE", "", 405)],
)
async def test_requests_outside_a_call_are_answered(peer: Peer, method: str, to_tag: str, status: int) -> None:
    peer.wire.send(peer.request(method, to_tag=to_tag))
    assert await peer.status() == status


async def test_an_invite_without_contact_is_a_400(phone: Phone, peer: Peer) -> None:
    peer.wire.send(peer.request("INVITE", body=OFFER))
    assert await peer.status() == 400
    assert not phone.calls


async def test_an_offer_without_a_codec_of_ours_is_a_488(peer: Peer) -> None:
    contact = ("Contact", "<sip:peer@127.0.0.1>")
    peer.wire.send(peer.request("INVITE", contact, body=OFFER.replace(b"AVP 0", b"AVP 9")))
    assert [await peer.status() for _ in range(3)] == [100, 180, 488]


async def test_an_invite_without_offer_is_answered_with_ours_and_the_ack_brings_the_answer(
    phone: Phone, peer: Peer
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sound:
        sound.setblocking(False)
        sound.bind(("127.0.0.1", 0))
        peer.wire.send(peer.request("INVITE", ("Contact", "<sip:peer@127.0.0.1>")))
        assert [await peer.status() for _ in range(2)] == [100, 180]
        answer = await peer.receive()
        assert b"m=audio" in answer.body
        body = OFFER.replace(b"audio 9", b"audio %d" % sound.getsockname()[1])
        peer.wire.send(peer.request("ACK", branch="2", to_tag=(await phone.rung()).dialog.local_tag, body=body))
        async with asyncio.timeout(LIMIT_S):
            packet = await asyncio.get_running_loop().sock_recv(sound, 2048)
        assert (packet[0], packet[1], packet[12:]) == (0x80, 0x80, b"\xff" * 160)
