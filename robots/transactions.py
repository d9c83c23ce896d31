"""SIP transactions over UDP: retransmission until answered, duplicates absorbed (RFC 3261 17)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from robots.sip import CSeq, Field, Headers, Request, Response, reply

Address = tuple[str, int]
Send = Callable[[Request | Response, Address], None]
OnResponse = Callable[[Response], None]


@dataclass(frozen=True, slots=True)
class Timers:
    """T1 and T2 of RFC 3261 17.1.1.1 in seconds; 64 T1 is when all patience ends (timers B, F, H)."""

    t1: float = 0.5
    t2: float = 4.0

    @property
    def patience(self) -> float:
        """Seconds after which an unanswered message is given up."""
        return 64 * self.t1


class _Repeating:
    """Sends something again at growing intervals until stopped or out of patience."""

    def __init__(self, timers: Timers, *, capped: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._timers = timers
        self._most = timers.t2 if capped else timers.patience
        self._again: asyncio.TimerHandle | None = None
        self._end: asyncio.TimerHandle | None = None

    def start(self, send: Callable[[], None], give_up: Callable[[], None]) -> None:
        def give_up_now() -> None:
            self.stop()
            give_up()

        self._end = self._loop.call_later(self._timers.patience, give_up_now)
        self._next(self._timers.t1, send)

    def slow_down(self, send: Callable[[], None]) -> None:
        """Repeat every T2 from now on (17.1.2.2, a provisional response has come)."""
        if self._again is not None:
            self._again.cancel()
            self._next(self._timers.t2, send)

    def stop(self) -> None:
        for timer in (self._again, self._end):
            if timer is not None:
                timer.cancel()
        self._again = self._end = None

    def _next(self, wait: float, send: Callable[[], None]) -> None:
        def again() -> None:
            send()
            self._next(min(2 * wait, self._most), send)

        self._again = self._loop.call_later(wait, again)


class ClientTransaction:
    """One request of ours. Its listener gets every provisional response, one final one, and each repeated 2xx to
    INVITE (whose ACK is the listener's own). Without any response it gets a 408 that never was on the wire (8.1.3.1).
    """

    def __init__(self, request: Request, to: Address, send: Send, on_response: OnResponse, timers: Timers) -> None:
        self.request = request
        self._to = to
        self._send = send
        self._on_response = on_response
        self._repeating = _Repeating(timers, capped=request.method != "INVITE")
        self._ack: Request | None = None
        self._over = False

    def start(self) -> None:
        """Send the request."""
        self._transmit()
        self._repeating.start(self._transmit, self._give_up)

    def receive(self, response: Response) -> None:
        """Take a response that carries this transaction's branch."""
        invite = self.request.method == "INVITE"
        if self._over:
            if self._ack is not None and response.status >= 300:
                self._send(self._ack, self._to)
            elif invite and 200 <= response.status < 300:
                self._on_response(response)
            return
        if response.status < 200:
            if invite:
                self._repeating.stop()
            else:
                self._repeating.slow_down(self._transmit)
        else:
            self.close()
            if invite and response.status >= 300:
                self._ack = _ack_of_refusal(self.request, response)
                self._send(self._ack, self._to)
        self._on_response(response)

    def close(self) -> None:
        """Stop repeating."""
        self._over = True
        self._repeating.stop()

    def _transmit(self) -> None:
        self._send(self.request, self._to)

    def _give_up(self) -> None:
        self._over = True
        self._on_response(reply(self.request, 408, reason="No response"))


def _ack_of_refusal(invite: Request, response: Response) -> Request:
    """The ACK of a final response other than 2xx: same branch, same route (17.1.1.3)."""
    fields: list[Field] = [("Via", invite.headers.all("Via")[0]), ("Max-Forwards", "70")]
    fields += [("Route", route) for route in invite.headers.all("Route")]
    fields += [
        ("From", invite.headers.need("From")),
        ("To", response.headers.need("To")),
        ("Call-ID", invite.call_id),
        ("CSeq", f"{invite.cseq.number} ACK"),
    ]
    return Request(headers=Headers(tuple(fields)), method="ACK", uri=invite.uri)


class ServerTransaction:
    """One request of the other side, answered any number of times provisionally and once finally."""

    def __init__(self, request: Request, source: Address, send: Send, timers: Timers) -> None:
        self.request = request
        self.source = source
        self._send = send
        self._last: Response | None = None
        self._repeating = _Repeating(timers, capped=True)

    @property
    def cseq(self) -> CSeq:
        """CSeq of the request."""
        return self.request.cseq

    @property
    def answered(self) -> bool:
        """Whether a final response has been sent."""
        return self._last is not None and self._last.status >= 200

    def respond(self, response: Response, on_no_ack: Callable[[], None] = lambda: None) -> None:
        """Send the response; a final one to INVITE is repeated until its ACK comes or patience ends (on_no_ack)."""
        if self.answered:
            return
        self._last = response
        self._transmit()
        if self.request.method == "INVITE" and response.status >= 200:
            self._repeating.start(self._transmit, on_no_ack)

    def receive_again(self) -> None:
        """The request came once more: say once more what was said last."""
        if self._last is not None:
            self._transmit()

    def acknowledged(self) -> None:
        """ACK came."""
        self._repeating.stop()

    def close(self) -> None:
        """Stop repeating."""
        self._repeating.stop()

    def _transmit(self) -> None:
        assert self._last is not None
        self._send(self._last, self.source)
