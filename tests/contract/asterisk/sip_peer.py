"""A SIP peer of a few lines over UDP: it says exactly what a test tells it to, also what no decent phone would."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import numpy as np

LIMIT = 30.0


@dataclass(slots=True)
class Message:
    """A SIP request or response as it stands on the wire."""

    start: str
    headers: list[tuple[str, str]]
    body: str = ""

    @property
    def code(self) -> int:
        """The status of a response, 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """The method, also of the request that a response answers."""
        return self.get("CSeq").split()[1]

    def get(self, name: str) -> str:
        """The first header of this name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def encode(self) -> bytes:
        """The bytes to send."""
        lines = [self.start, *(f"{key}: {value}" for key, value in self.headers)]
        lines += [f"Content-Length: {len(self.body)}", "", self.body]
        return "\r\n".join(lines).encode()


def parse(data: bytes) -> Message:
    """The message in a datagram."""
    head, _, body = data.decode().partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    return Message(start, [(key, value.strip()) for key, _, value in (line.partition(":") for line in lines)], body)


class Rtp(asyncio.DatagramProtocol):
    """One µ-law stream: counts and keeps what it hears, sends a tone."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self.packets = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._transport: asyncio.DatagramTransport | None = None
        self._tone: asyncio.TimerHandle | None = None
        self._sent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to send."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Count a packet of sound."""
        if len(data) > 12 and data[1] & 0x7F == 0:
            self.packets += 1
            self.heard += data[12:]
            for wanted, future in self._waiting:
                if self.packets >= wanted and not future.done():
                    future.set_result(None)

    async def more(self, packets: int) -> None:
        """Wait for this many further packets."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self.packets + packets, future))
        await asyncio.wait_for(future, LIMIT)

    def play(self, to: tuple[str, int], hertz: float) -> None:
        """Send a tone for ever, 20 ms at a time."""
        samples = 8000 * np.sin(2 * np.pi * hertz * np.arange(8000) / 8000)
        sound = mulaw(samples.astype(np.int16))
        loop = asyncio.get_running_loop()
        begin = loop.time()

        def tick() -> None:
            at = self._sent * 160 % 8000
            header = struct.pack("!BBHII", 0x80, 0, self._sent & 0xFFFF, self._sent * 160, 4711)
            assert self._transport is not None
            self._transport.sendto(header + sound[at : at + 160], to)
            self._sent += 1
            self._tone = loop.call_at(begin + self._sent * 0.02, tick)

        tick()

    def close(self) -> None:
        """Be silent."""
        if self._tone is not None:
            self._tone.cancel()
        if self._transport is not None:
            self._transport.close()


def mulaw(samples: np.ndarray) -> bytes:
    """G.711 µ-law of 16-bit samples."""
    sign = np.where(samples < 0, 0x80, 0)
    value = np.minimum(np.abs(samples.astype(np.int32)), 32635) + 132
    exponent = np.floor(np.log2(value)).astype(np.int32) - 7
    mantissa = (value >> (exponent + 3)) & 0x0F
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))


@dataclass(slots=True)
class Call:
    """A dialog of this peer, as caller or called."""

    peer: SipPeer
    call_id: str
    local: str
    remote: str
    target: str
    invite: Message
    rtp: Rtp
    rtp_port: int
    cseq: int = 1
    responses: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    requests: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    media: tuple[str, int] | None = None

    async def status(self, code: int) -> Message:
        """Wait for the response with this status; a different final one fails."""
        while True:
            message = await asyncio.wait_for(self.responses.get(), LIMIT)
            if message.code == code:
                return message
            assert message.code < 200, f"expected {code}, got {message.start}"

    async def status_of_any(self) -> Message:
        """Wait for whatever final response comes."""
        while True:
            message = await asyncio.wait_for(self.responses.get(), LIMIT)
            if message.code >= 200:
                return message

    async def request(self, method: str) -> Message:
        """Wait for this request of the other side."""
        while True:
            message = await asyncio.wait_for(self.requests.get(), LIMIT)
            if message.method == method:
                return message

    def reply(self, code: int, reason: str, *extra: tuple[str, str], sdp: bool = False) -> None:
        """Answer the INVITE that was received."""
        kept = [(k, v) for k, v in self.invite.headers if k.lower() in {"via", "from", "call-id", "cseq"}]
        headers = [*kept, ("To", self.local), ("Contact", f"<sip:peer@{self.peer.address}>"), *extra]
        if sdp:
            headers.append(("Content-Type", "application/sdp"))
        message = Message(f"SIP/2.0 {code} {reason}", headers, self.peer.sdp(self.rtp_port) if sdp else "")
        self.peer.write(message)

    def ask(self, method: str, *extra: tuple[str, str]) -> None:
        """Send a request inside the dialog."""
        self.cseq += 1
        self.peer.write(self._inside(method, self.cseq, *extra))

    def ack(self, answer: Message) -> None:
        """Acknowledge a final response to our INVITE."""
        number = int(answer.get("CSeq").split()[0])
        message = self._inside("ACK", number)
        if answer.code >= 300:
            message.headers[0] = self.invite.headers[0]
            message.start = self.invite.start.replace("INVITE", "ACK", 1)
        self.peer.write(message)

    def take_answer(self, answer: Message) -> None:
        """Learn from a 200 where the other side is, and acknowledge it."""
        self.remote = answer.get("To")
        self.target = uri(answer.get("Contact"))
        self.media = media(answer.body)
        self.ack(answer)

    def _inside(self, method: str, number: int, *extra: tuple[str, str]) -> Message:
        return self.peer.build(method, self.target, self.local, self.remote, self.call_id, number, *extra)


def uri(header: str) -> str:
    """The URI between the angle brackets."""
    found = re.search(r"<([^>]+)>", header)
    return found[1] if found else header


def media(sdp: str) -> tuple[str, int] | None:
    """Where the other side wants its sound."""
    host, port = re.search(r"c=IN IP4 (\S+)", sdp), re.search(r"m=audio (\d+)", sdp)
    return (host[1], int(port[1])) if host and port else None


class SipPeer(asyncio.DatagramProtocol):
    """One address that speaks SIP. Answers OPTIONS, BYE, NOTIFY and CANCEL politely; the rest is up to the test."""

    def __init__(self, server: tuple[str, int], user: str, secret: str) -> None:
        self.server = server
        self.user = user
        self.secret = secret
        self.incoming: asyncio.Queue[Call] = asyncio.Queue()
        self.seen: list[Message] = []
        self._calls: dict[str, Call] = {}
        self._responses: set[bytes] = set()
        self._loose: asyncio.Queue[Message] = asyncio.Queue()
        self._transport: asyncio.DatagramTransport | None = None
        self._rtp: list[Rtp] = []
        self._gone = False
        self.on_invite: Callable[[Call], None] | None = None

    @classmethod
    async def open(cls, host: str, server: tuple[str, int], user: str = "peer", secret: str = "") -> SipPeer:
        """A peer on a free port of `host`."""
        _, peer = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: cls(server, user, secret), local_addr=(host, 0)
        )
        return peer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to send."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    @property
    def host(self) -> str:
        """Its own IP address."""
        assert self._transport is not None
        return str(self._transport.get_extra_info("sockname")[0])

    @property
    def address(self) -> str:
        """host:port."""
        assert self._transport is not None
        return "{}:{}".format(*self._transport.get_extra_info("sockname"))

    def close(self) -> None:
        """Be gone, without a word."""
        self._gone = True
        for rtp in self._rtp:
            rtp.close()
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Sort a message to its call."""
        if not data.strip():
            return
        message = parse(data)
        self.seen.append(message)
        if message.code:
            # Asterisk repeats a final response every 100 ms until our ACK is there, which may take longer.
            if data in self._responses:
                return
            self._responses.add(data)
        call = self._calls.get(message.get("Call-ID"))
        if message.code:
            (call.responses if call is not None and message.method != "REGISTER" else self._loose).put_nowait(message)
        elif message.method == "INVITE" and call is None:
            asyncio.ensure_future(self._called(message))  # noqa: RUF006 (ends at once)
        elif message.method != "ACK":
            self._polite(message)
            if message.method == "CANCEL" and call is not None:
                call.reply(487, "Request Terminated")
        if call is not None and not message.code:
            call.requests.put_nowait(message)

    async def _called(self, message: Message) -> None:
        if message.get("Call-ID") in self._calls:
            return
        rtp, port = await self._listen()
        local = f"{message.get('To')};tag={secrets.token_hex(4)}"
        call = Call(
            self, message.get("Call-ID"), local, message.get("From"), uri(message.get("Contact")), message, rtp, port
        )
        call.media = media(message.body)
        self._calls[call.call_id] = call
        if self.on_invite is not None:
            self.on_invite(call)
        self.incoming.put_nowait(call)

    def _polite(self, message: Message) -> None:
        kept = [(k, v) for k, v in message.headers if k.lower() in {"via", "from", "to", "call-id", "cseq"}]
        self.write(Message("SIP/2.0 200 OK", kept))

    def write(self, message: Message) -> None:
        """Send a datagram to the server."""
        assert self._transport is not None
        self._transport.sendto(message.encode(), self.server)

    def build(
        self, method: str, target: str, local: str, remote: str, call_id: str, number: int, *extra: tuple[str, str]
    ) -> Message:
        """A request with the headers every request has."""
        branch = f"z9hG4bK{secrets.token_hex(8)}"
        headers = [
            ("Via", f"SIP/2.0/UDP {self.address};branch={branch};rport"),
            ("Max-Forwards", "70"),
            ("From", local),
            ("To", remote),
            ("Call-ID", call_id),
            ("CSeq", f"{number} {method}"),
            ("Contact", f"<sip:{self.user}@{self.address}>"),
            *extra,
        ]
        return Message(f"{method} {target} SIP/2.0", headers)

    def sdp(self, port: int) -> str:
        """An offer or answer: µ-law and digits."""
        lines = ("v=0", f"o=- 1 1 IN IP4 {self.host}", "s=-", f"c=IN IP4 {self.host}", "t=0 0")
        audio = (f"m=audio {port} RTP/AVP 0 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000")
        return "\r\n".join([*lines, *audio, ""])

    async def invite(self, number: str, *extra: tuple[str, str], challenged: bool = True) -> Call:
        """Send an INVITE; with a secret, the challenge that then comes is answered."""
        rtp, port = await self._listen()
        target = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        local, remote = f"<sip:{self.user}@{self.host}>;tag={secrets.token_hex(4)}", f"<{target}>"
        call_id = secrets.token_hex(8)
        message = self.build("INVITE", target, local, remote, call_id, 1, ("Content-Type", "application/sdp"), *extra)
        message.body = self.sdp(port)
        call = Call(self, call_id, local, remote, target, message, rtp, port)
        self._calls[call_id] = call
        self.write(message)
        if self.secret and challenged:
            challenge = await call.status(401)
            call.ack(challenge)
            call.cseq = 2
            proof = self._proof("INVITE", target, challenge)
            again = self.build(
                "INVITE", target, local, remote, call_id, 2, ("Content-Type", "application/sdp"), proof, *extra
            )
            again.body = message.body
            call.invite = again
            self.write(again)
        return call

    async def register(self, expires: int = 300) -> Message:
        """REGISTER with our secret; the final response."""
        target = f"sip:{self.server[0]}:{self.server[1]}"
        me = f"<sip:{self.user}@{self.server[0]}>"
        local, call_id = f"{me};tag={secrets.token_hex(4)}", secrets.token_hex(8)
        extra: list[tuple[str, str]] = [("Expires", str(expires))]
        for number in (1, 2):
            self.write(self.build("REGISTER", target, local, me, call_id, number, *extra))
            answer = await asyncio.wait_for(self._loose.get(), LIMIT)
            if answer.code != 401 or number == 2:
                return answer
            extra.append(self._proof("REGISTER", target, answer))
        raise AssertionError

    def _proof(self, method: str, target: str, challenge: Message) -> tuple[str, str]:
        told = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.get("WWW-Authenticate")))
        realm, nonce, cnonce = told["realm"], told["nonce"], secrets.token_hex(4)
        one = _md5(f"{self.user}:{realm}:{self.secret}")
        two = _md5(f"{method}:{target}")
        response = _md5(f"{one}:{nonce}:00000001:{cnonce}:auth:{two}")
        opaque = f', opaque="{told["opaque"]}"' if "opaque" in told else ""
        value = (
            f'Digest username="{self.user}", realm="{realm}", nonce="{nonce}", uri="{target}", '
            f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="{cnonce}"{opaque}'
        )
        return ("Authorization", value)

    async def _listen(self) -> tuple[Rtp, int]:
        transport, rtp = await asyncio.get_running_loop().create_datagram_endpoint(Rtp, local_addr=(self.host, 0))
        self._rtp.append(rtp)
        if self._gone:  # an INVITE that came as the test ended
            rtp.close()
        return rtp, transport.get_extra_info("sockname")[1]


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
