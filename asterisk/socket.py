"""One WebSocket to Asterisk without tasks: bytes in, values out, in the same iteration of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, cast

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.headers import build_authorization_basic
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import WebSocketURI

from asterisk.reading import Reply, frame
from asterisk.wire import Event

PING_EVERY: Final = 2.5
"""Seconds between pings; nothing heard from one to the next means dead, so a dead socket is noticed in 5 s."""
CLOSE_LIMIT: Final = 1.0
LARGEST_MESSAGE: Final = 64 * 2**20
"""Bytes: a list of 10,000 channels is about 10 MB, escaped into a string once more."""


class Socket(asyncio.Protocol):
    """A socket from its connect to its loss; silent after a ping, it is given up.

    Asterisk does not ping inbound sockets (22.10), so a half-open one is noticed only by our pings.
    """

    def __init__(
        self,
        uri: WebSocketURI,
        credentials: tuple[str, str],
        on_open: Callable[[Socket], None],
        on_heard: Callable[[Event | Reply], None],
        on_lost: Callable[[Socket, str], None],
    ) -> None:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._protocol = ClientProtocol(uri, max_size=LARGEST_MESSAGE)
        self._authorization = build_authorization_basic(*credentials)
        self._on_open = on_open
        self._on_heard = on_heard
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._parts: list[bytes] = []
        self._heard_at = loop.time()
        self._pinged_at = self._heard_at
        self._reason = ""
        self.opened: asyncio.Future[str | None] = loop.create_future()
        """None once the WebSocket stands, else why it does not."""
        self.lost: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TCP stands (asyncio has switched off Nagle's delay): ask for the WebSocket."""
        self._transport = cast(asyncio.Transport, transport)
        request = self._protocol.connect()
        request.headers["Authorization"] = self._authorization
        self._protocol.send_request(request)
        self._flush()

    def send(self, text: bytes) -> None:
        """Write one text frame now."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_text(text)
            self._flush()

    def close(self) -> None:
        """Say goodbye; the socket is dropped when Asterisk does not answer that in a second."""
        if self._protocol.state is State.OPEN:
            self._reason = self._reason or "closed by us"
            self._protocol.send_close()
            self._flush()
            self._later(CLOSE_LIMIT, lambda: self.abort("closed by us"))
        else:
            self.abort("closed by us")

    def abort(self, reason: str) -> None:
        """Drop the socket without a word."""
        self._reason = self._reason or reason
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """All complete frames of these bytes are handled here and now, in order."""
        self._heard_at = self._loop.time()
        self._protocol.receive_data(data)
        self._take(self._protocol.events_received())
        self._flush()

    def eof_received(self) -> bool:
        """Asterisk has closed its side; asyncio closes ours."""
        self._protocol.receive_eof()
        self._flush()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone, whoever wanted it."""
        if self._timer is not None:
            self._timer.cancel()
        reason = self._reason or self._told() or (type(exc).__name__ if exc else "closed by Asterisk")
        if not self.opened.done():
            self.opened.set_result(reason)
        self._on_lost(self, reason)
        if not self.lost.done():
            self.lost.set_result(None)

    def _take(self, events: Sequence[object]) -> None:
        for event in events:
            if isinstance(event, Frame):
                self._frame(event)
            elif isinstance(event, Response):
                self._response(event)

    def _response(self, response: Response) -> None:
        if self._protocol.handshake_exc is not None:
            self.abort(f"refused: HTTP {response.status_code}")
            return
        self.opened.set_result(None)
        self._on_open(self)
        self._later(PING_EVERY, self._ping)

    def _frame(self, received: Frame) -> None:
        if received.opcode is Opcode.TEXT and received.fin:
            self._on_heard(frame(bytes(received.data)))
        elif received.opcode in {Opcode.TEXT, Opcode.CONT}:
            self._parts.append(bytes(received.data))
            if received.fin:
                whole = b"".join(self._parts)
                self._parts.clear()
                self._on_heard(frame(whole))

    def _ping(self) -> None:
        """Anything heard since the last ping counts: a pong waits behind the requests that came before it."""
        if self._heard_at < self._pinged_at:
            self.abort("half-open: no answer to a ping")
        elif self._protocol.state is State.OPEN:
            self._protocol.send_ping(b"")
            self._flush()
            self._pinged_at = self._loop.time()
            self._later(PING_EVERY, self._ping)

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, call)

    def _told(self) -> str:
        code = self._protocol.close_code
        return "" if code is None or code == 1006 else f"closed by Asterisk with code {code}"

    def _flush(self) -> None:
        if self._transport is None:
            return
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()
