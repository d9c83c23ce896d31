"""A client of the API that costs next to nothing, so that what is measured is the platform."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.platform import Platform

LIMIT = 60.0
"""Seconds for an answer."""
_ANY = "If-Match: *\r\n"


@dataclass(frozen=True, slots=True)
class Answered:
    """When it was asked (by `time.perf_counter`), how long the whole took in seconds, and what came back."""

    begun: float
    seconds: float
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Door:
    """Where the api listens. Each request has a connection of its own, opened within its time, as a person's has who
    clicks once a minute."""

    host: str
    port: int
    prefix: str

    async def ask(self, method: str, path: str, token: str, body: Mapping[str, str] | None = None) -> Answered:
        """One request, whatever version a changed thing is in; TimeoutError when nothing comes."""
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {self.prefix}{path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nConnection: close\r\n"
            f"Authorization: Bearer {token}\r\n{_ANY if method == 'PUT' else ''}"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        begun = time.perf_counter()
        async with asyncio.timeout(LIMIT):
            reader, writer = await asyncio.open_connection(self.host, self.port)
            writer.write(head.encode() + content)
            answer = await reader.read()
        seconds = time.perf_counter() - begun
        writer.close()
        first, _, rest = answer.partition(b"\r\n")
        return Answered(begun, seconds, int(first.split()[1]), rest.partition(b"\r\n\r\n")[2])

    async def done(self, method: str, path: str, token: str, body: Mapping[str, str] | None = None) -> Answered:
        """One request that must succeed. RuntimeError when it does not."""
        answered = await self.ask(method, path, token, body)
        if answered.status >= 300:
            raise RuntimeError(f"{method} {path}: {answered.status} {answered.body.decode(errors='replace')}")
        return answered


def door(platform: Platform) -> Door:
    """The platform's own."""
    url = urlsplit(platform.api_url)
    return Door(str(url.hostname), int(url.port or 80), url.path)
