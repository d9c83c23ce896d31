"""A TCP relay that can go silent, deliver byte by byte or cut, to stand between two parties in tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast


class Relay:
    """Passes bytes between whoever connects to `port` and 127.0.0.1:`target`."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.connections = 0
        """How many have connected so far."""
        self.chunk = 0
        """Bytes handed on at once; 0: as they come."""
        self.asked: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue()
        """What those who connected have sent, as it came, each with the number of its connection."""
        self._links: set[_Link] = set()

    def blackhole(self) -> None:
        """The links of this moment stay open but nothing passes any more; later ones are whole."""
        for link in self._links:
            link.silent = True

    def cut(self) -> None:
        """Reset all links."""
        for link in list(self._links):
            link.abort()


class _Link:
    """One connection through the relay: two halves."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.number = relay.connections
        self.silent = False
        self.near: _Half = _Half(self)
        self.far: _Half = _Half(self)

    def abort(self) -> None:
        for half in (self.near, self.far):
            if half.transport is not None:
                half.transport.abort()

    def other(self, half: _Half) -> _Half:
        return self.far if half is self.near else self.near


class _Half(asyncio.Protocol):
    def __init__(self, link: _Link) -> None:
        self.link = link
        self.transport: asyncio.Transport | None = None
        self._early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        for data in self._early:
            self.transport.write(data)

    def write(self, data: bytes) -> None:
        if self.transport is None:
            self._early.append(data)
        else:
            self.transport.write(data)

    def data_received(self, data: bytes) -> None:
        if self is self.link.near:
            self.link.relay.asked.put_nowait((self.link.number, data))
        if self.link.silent:
            return
        other = self.link.other(self)
        size = self.link.relay.chunk
        if size == 0 or self is self.link.near:
            other.write(data)
            return
        loop = asyncio.get_running_loop()
        for at in range(0, len(data), size):
            # Each piece in a loop iteration of its own, so that the reader gets it alone.
            loop.call_soon(other.write, data[at : at + size])

    def connection_lost(self, exc: Exception | None) -> None:
        other = self.link.other(self)
        if self.link.silent:
            return
        if other.transport is not None:
            other.transport.close()
        self.link.relay._links.discard(self.link)


@asynccontextmanager
async def relay_to(target: int) -> AsyncIterator[Relay]:
    """A relay on a free port of 127.0.0.1, gone with all its links at the end."""
    relay = Relay(target)
    loop = asyncio.get_running_loop()
    dials: set[asyncio.Task[object]] = set()

    def accept() -> _Half:
        link = _Link(relay)
        relay.connections += 1
        relay._links.add(link)
        dial = asyncio.ensure_future(loop.create_connection(lambda: link.far, "127.0.0.1", target))
        dials.add(dial)  # type: ignore[arg-type]
        dial.add_done_callback(lambda done: _dialled(done, link))
        return link.near

    def _dialled(done: asyncio.Future[object], link: _Link) -> None:
        if done.cancelled() or done.exception() is not None:
            link.abort()

    server = await loop.create_server(accept, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        server.close()
        for dial in dials:
            dial.cancel()
        relay.cut()
        # An aborted transport closes in the next turn of the loop.
        await asyncio.sleep(0)
