"""Keeps large bodies out: a request of more than a megabyte is read to its end and thrown away, never kept."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, answer

LIMIT: Final = 1_000_000
"""Bytes of a body."""
SOUNDS: Final = "/sound"
"""How the addresses end that take the sound of an announcement."""
SOUND_LIMIT: Final = 2_000_000
"""Bytes of such a sound: a minute of 16 kHz."""
DISCARDED: Final = 16_000_000
"""Bytes that are read and dropped, so that a client which writes before it reads still sees the answer."""
READ_LIMIT: Final = 30.0
"""Seconds in which a body has to arrive."""


class BodyLimit:
    """ASGI middleware: hands over bodies up to `LIMIT` (a sound: `SOUND_LIMIT`) whole, answers 413 to longer ones."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(READ_LIMIT):
                limit = SOUND_LIMIT if scope["path"].endswith(SOUNDS) else LIMIT
                body = await _read(receive, _announced(scope), limit)
        except TimeoutError:
            await answer(Problem.BAD_REQUEST, {"Connection": "close"})(scope, receive, send)
            return
        if body is None:
            await answer(Problem.TOO_LARGE, {"Connection": "close"})(scope, receive, send)
            return
        await self._app(scope, _once(body, receive), send)


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "content-length" in headers or "transfer-encoding" in headers


def _announced(scope: Scope) -> int:
    text = Headers(scope=scope).get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() else 0


async def _read(receive: Receive, announced: int, limit: int) -> bytes | None:
    """The body, or None when it is too long; a long one is dropped piece by piece as it comes."""
    if announced > DISCARDED:
        return None
    kept, seen, more = bytearray(), 0, True
    while more and seen <= DISCARDED:
        message = await receive()
        piece: bytes = message.get("body", b"")
        seen += len(piece)
        more = message.get("more_body", False)
        if max(announced, seen) <= limit:
            kept += piece
        else:
            kept.clear()
    return bytes(kept) if max(announced, seen) <= limit else None


def _once(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body in one message and then what else comes (the disconnect)."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
