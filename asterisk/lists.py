"""Reads lists over HTTP: over the socket a long one kills Asterisk.

Asterisk 22.10 puts each message it writes to a WebSocket on the stack of that session's thread, which has 496 KiB: the
answer to `GET channels` with about 1,100 channels, or to `GET endpoints` with 5,000, ends the process by SIGSEGV, and
every call with it. The same answer over HTTP is sent from the heap.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import Final

import orjson

from asterisk.request import Answer, Done, Gone, Rejected, Request, Unreachable

LIMIT: Final = 10.0
"""Seconds for the whole of it."""
_NOT_FOUND: Final = 404
_LONGEST_HEAD: Final = 1 << 16


async def fetch(host: str, port: int, credentials: tuple[str, str], request: Request) -> Answer:
    """The answer to a request that only reads; never raises."""
    try:
        async with asyncio.timeout(LIMIT):
            return await _fetch(host, port, b64encode(":".join(credentials).encode()).decode(), request)
    except (OSError, EOFError, TimeoutError, ValueError, LookupError, asyncio.LimitOverrunError) as error:
        return Unreachable(f"a list could not be read: {type(error).__name__}")


async def _fetch(host: str, port: int, proof: str, request: Request) -> Answer:
    reader, writer = await asyncio.open_connection(host, port, limit=_LONGEST_HEAD)
    try:
        writer.write(
            f"{request.method} /ari/{request.uri} HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Authorization: Basic {proof}\r\nConnection: close\r\n\r\n".encode()
        )
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        body = await reader.readexactly(int(fields["content-length"]))
    finally:
        writer.close()
    status = int(first.split(" ", 2)[1])
    if status < 300:
        return Done(orjson.loads(body))
    return Gone() if status == _NOT_FOUND else Rejected(status, first.split(" ", 2)[2])
