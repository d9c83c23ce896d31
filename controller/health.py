"""Answers /ready, /metrics, /trunks and /nodes on loopback: whether calls can be taken, what is counted, who lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import orjson
from prometheus_client import CollectorRegistry, Gauge, generate_latest

READ_LIMIT: Final = 2.0
_JSON: Final = "application/json"
_TEXT: Final = "text/plain; version=0.0.4"


class Health:
    """`parts` tells which parts are fine; all of them true means ready. `figures` are the numbers to expose.

    `trunks` says of each trunk whether it answers, `nodes` of each Asterisk node whether it is used.
    """

    def __init__(
        self,
        port: int,
        parts: Callable[[], Mapping[str, bool]],
        figures: Callable[[], Mapping[str, float]],
        trunks: Callable[[], Mapping[str, str]],
        nodes: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._port = port
        self._parts = parts
        self._figures = figures
        self._trunks = trunks
        self._nodes = nodes

    async def run(self) -> None:
        """Serve until cancelled."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        async with server:
            await server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(READ_LIMIT):
                request = await reader.readuntil(b"\r\n\r\n")
                path = request.split(b" ", 2)[1].decode("ascii", "replace")
                writer.write(self._answer(path))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
            writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        finally:
            writer.close()

    def _answer(self, path: str) -> bytes:
        if path == "/ready":
            parts = self._parts()
            ready = all(parts.values())
            body = orjson.dumps({"ready": ready, **parts})
            return _response("200 OK" if ready else "503 Service Unavailable", _JSON, body)
        if path == "/metrics":
            return _response("200 OK", _TEXT, self._metrics())
        if path == "/trunks":
            return _response("200 OK", _JSON, orjson.dumps(dict(self._trunks())))
        if path == "/nodes":
            return _response("200 OK", _JSON, orjson.dumps(dict(self._nodes())))
        return _response("404 Not Found", "text/plain", b"")

    def _metrics(self) -> bytes:
        registry = CollectorRegistry()
        for name, value in self._figures().items():
            Gauge(name, name.replace("_", " "), registry=registry).set(value)
        return generate_latest(registry)


def _response(status: str, kind: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body
