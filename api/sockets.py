"""How a person comes in over a WebSocket, and how one is closed."""

from __future__ import annotations

import asyncio
from typing import Final

import orjson
from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect

from api.ask import bearer
from api.identity import Identity, Person

UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
TOO_SLOW: Final = 1013
_BEARER: Final = "bearer."
_TOKEN_LIMIT: Final = 10.0
"""Seconds in which the first message has to bring the token."""
_CLOSE_LIMIT: Final = 1.0


def offers(socket: WebSocket) -> list[str]:
    """The subprotocols that the client offers."""
    return [part.strip() for part in socket.headers.get("sec-websocket-protocol", "").split(",")]


async def enter(socket: WebSocket, identity: Identity, protocol: str) -> Person | None:
    """Accept the socket and say who it is; None without a good token.

    The token comes in the Authorization header, as subprotocol `bearer.<token>` (browsers cannot send headers here), or
    in the first message, never in the URL. `protocol` is chosen when it is offered.
    """
    offered = offers(socket)
    token = bearer(socket) or next((part[len(_BEARER) :] for part in offered if part.startswith(_BEARER)), None)
    await socket.accept(subprotocol=protocol if protocol in offered else None)
    return await identity.person(token or await _first_message(socket))


async def close(socket: WebSocket, code: int) -> None:
    """Close it; a client that does not read may not read the farewell either."""
    try:
        async with asyncio.timeout(_CLOSE_LIMIT):
            await socket.close(code)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        return


async def _first_message(socket: WebSocket) -> str:
    """The token of `{"token": "…"}`; nothing when something else comes, or nothing in time."""
    try:
        async with asyncio.timeout(_TOKEN_LIMIT):
            message = orjson.loads(await socket.receive_text())
    except (TimeoutError, orjson.JSONDecodeError, KeyError):
        return ""
    token = message.get("token") if isinstance(message, dict) else None
    return token if isinstance(token, str) else ""
