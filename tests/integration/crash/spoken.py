"""What a client said on an ARI WebSocket, read from the bytes it sent (RFC 6455 section 5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_TEXT = 1


def requests(stream: bytes) -> list[dict[str, Any]]:
    """The REST requests in a client's stream, from its HTTP upgrade on."""
    end = stream.find(b"\r\n\r\n")
    texts = _texts(stream[end + 4 :]) if end >= 0 else iter(())
    messages = [json.loads(text) for text in texts]
    return [message for message in messages if message.get("type") == "RESTRequest"]


def _texts(data: bytes) -> Iterator[bytes]:
    """The whole unfragmented text messages."""
    at = 0
    while at + 6 <= len(data):
        kind, size = data[at] & 0x0F, data[at + 1] & 0x7F
        at += 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size = int.from_bytes(data[at : at + width])
            at += width
        mask, payload = data[at : at + 4], data[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == _TEXT and len(payload) == size:
            yield bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
