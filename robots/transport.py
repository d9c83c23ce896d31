"""Sends and receives SIP over one UDP socket and remembers every message as proof."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from robots.sip import MalformedMessage, Request, Response, came_from, encode, parse
from robots.transactions import Address, ClientTransaction, OnResponse, ServerTransaction, Timers

_KEPT_MESSAGES = 20_000


class Way(StrEnum):
    """Which way a message went, seen from the robot."""

    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Seen:
    """One SIP message on the wire, repeated ones too: when, which way, method or status code, and its start line."""

    at: datetime
    direction: Way
    method_or_status: str
    call_id: str
    cseq: str
    line: str
    peer: Address


OnSeen = Callable[[Seen], None]


class SipTransport(asyncio.DatagramProtocol):
    """One UDP socket with its transactions; requests that are new go to on_request, ACKs of 2xx to on_ack."""

    def __init__(self, timers: Timers, on_seen: OnSeen | None) -> None:
        self.on_request: Callable[[ServerTransaction], None] = lambda transaction: None
        self.on_ack: Callable[[Request], None] = lambda request: None
        self.log: deque[Seen] = deque(maxlen=_KEPT_MESSAGES)
        self.malformed = 0
        self.unreachable = 0
        self.address: Address = ("", 0)
        self._timers = timers
        self._on_seen = on_seen
        self._loop = asyncio.get_running_loop()
        self._wire: asyncio.DatagramTransport | None = None
        self._clients: dict[tuple[str, str], ClientTransaction] = {}
        self._servers: dict[tuple[str, str], ServerTransaction] = {}
        self._invites: dict[tuple[str, int], ServerTransaction] = {}
        self._expiries: set[asyncio.TimerHandle] = set()

    @classmethod
    async def open(
        cls, host: str, port: int = 0, *, timers: Timers | None = None, on_seen: OnSeen | None = None
    ) -> SipTransport:
        """A transport bound to the address; port 0 takes a free one. OSError when it is taken."""
        loop = asyncio.get_running_loop()
        chosen = timers or Timers()
        wire, transport = await loop.create_datagram_endpoint(lambda: cls(chosen, on_seen), local_addr=(host, port))
        transport._wire = wire
        bound_host, bound_port = wire.get_extra_info("sockname")[:2]
        transport.address = (bound_host, bound_port)
        return transport

    def request(self, request: Request, to: Address, on_response: OnResponse) -> None:
        """Send a request and repeat it until it is answered; see ClientTransaction for what on_response gets."""
        key = (request.branch, request.method)
        transaction = ClientTransaction(request, to, self.send, on_response, self._timers)
        self._clients[key] = transaction
        # An INVITE may ring for long: it is forgotten by its final response, all others after both patiences.
        if request.method != "INVITE":
            self._later(2 * self._timers.patience, lambda: self._clients.pop(key, None))
        transaction.start()

    def send(self, message: Request | Response, to: Address) -> None:
        """Send once, as ACK wants it."""
        self._saw(message, Way.SENT, to)
        if self._wire is not None:
            self._wire.sendto(encode(message), to)

    def close(self) -> None:
        """Stop every timer and give the socket back; the log stays."""
        for ours in self._clients.values():
            ours.close()
        for theirs in self._servers.values():
            theirs.close()
        for timer in self._expiries:
            timer.cancel()
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def error_received(self, exc: Exception) -> None:
        """asyncio: nobody listens there (ICMP). Counted; retransmission and its end answer it (18.4)."""
        self.unreachable += 1

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """asyncio: a datagram came. Keep-alives (only line ends) are dropped, malformed ones counted."""
        if not data.strip(b"\r\n\0"):
            return
        try:
            message = parse(data)
        except MalformedMessage:
            self.malformed += 1
            return
        self._saw(message, Way.RECEIVED, addr)
        match message:
            case Response():
                known = self._clients.get((message.branch, message.cseq.method))
                if known is not None:
                    known.receive(message)
                    if message.status >= 200 and message.cseq.method == "INVITE":
                        key = (message.branch, "INVITE")
                        self._later(self._timers.patience, lambda: self._clients.pop(key, None))
            case Request(method="ACK"):
                self._acknowledge(message)
            case Request():
                self._receive(came_from(message, *addr), addr)

    def _receive(self, request: Request, source: Address) -> None:
        key = (request.branch, request.method)
        known = self._servers.get(key)
        if known is not None:
            known.receive_again()
            return
        transaction = ServerTransaction(request, source, self.send, self._timers)
        self._servers[key] = transaction
        if request.method == "INVITE":
            # May ring for long: kept until its ACK is long past.
            self._invites[request.call_id, request.cseq.number] = transaction
        else:
            self._later(self._timers.patience, lambda: self._servers.pop(key, None))
        self.on_request(transaction)

    def _acknowledge(self, ack: Request) -> None:
        key = (ack.call_id, ack.cseq.number)
        invite = self._invites.get(key)
        if invite is None:
            return
        invite.acknowledged()
        self._later(self._timers.patience, lambda: self._forget(key))
        if ack.branch != invite.request.branch:
            self.on_ack(ack)

    def _forget(self, key: tuple[str, int]) -> None:
        invite = self._invites.pop(key, None)
        if invite is not None:
            self._servers.pop((invite.request.branch, "INVITE"), None)

    def _later(self, seconds: float, act: Callable[[], object]) -> None:
        def run() -> None:
            self._expiries.discard(timer)
            act()

        timer = self._loop.call_later(seconds, run)
        self._expiries.add(timer)

    def _saw(self, message: Request | Response, way: Way, peer: Address) -> None:
        what = message.method if isinstance(message, Request) else str(message.status)
        cseq = message.headers.need("CSeq")
        seen = Seen(datetime.now(UTC), way, what, message.call_id, cseq, message.line, peer)
        self.log.append(seen)
        if self._on_seen is not None:
            self._on_seen(seen)
