"""The API as the story uses it: a person who asks, and waits until what he asks for has become true."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx2

from denwaban.demo_file import Login
from denwaban.story_telling import Missed

ASK_LIMIT: Final = 15.0
LOOK_EVERY: Final = 0.1
"""Seconds between two looks: the story is told from outside, where nothing but asking shows that it is so."""
_SHOWN: Final = 300


class Api:
    """One logged-in person. Use `logged_in`."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        """`client` knows the base URL and the token."""
        self._client = client

    async def get(self, path: str) -> Any:
        """The JSON of a GET. Raises Missed."""
        return (await self._ask("GET", path)).json()

    async def sound(self, path: str) -> bytes:
        """The bytes of a recording. Raises Missed."""
        return (await self._ask("GET", path)).content

    async def post(self, path: str, but: str = "") -> Any:
        """The JSON of a POST; a refusal with the code `but` is as good. Raises Missed."""
        return (await self._ask("POST", path, but=but)).json()

    async def put(self, path: str, body: dict[str, str]) -> Any:
        """The JSON of a PUT. Raises Missed."""
        return (await self._ask("PUT", path, json=body)).json()

    async def until(self, path: str, true: Callable[[Any], bool], what: str, limit: float) -> Any:
        """What a GET gives once it is `true`. Raises Missed with what it gave instead."""
        end = time.monotonic() + limit
        while True:
            found = await self.get(path)
            if true(found):
                return found
            if time.monotonic() > end:
                raise Missed(f"GET {path}: {what} not within {limit:.0f} s, but {str(found)[:_SHOWN]}", "log/api.log")
            await asyncio.sleep(LOOK_EVERY)

    async def _ask(self, method: str, path: str, but: str = "", **more: Any) -> httpx2.Response:
        try:
            answer = await self._client.request(method, path, **more)
        except httpx2.TransportError as error:
            raise Missed(f"{method} {path}: {type(error).__name__} {error}", "log/api.log") from error
        if answer.is_success or (but and answer.status_code == 409 and answer.json()["code"] == but):
            return answer
        raise Missed(f"{method} {path}: {answer.status_code} {answer.text[:_SHOWN]}", "log/api.log, log/controller.log")


@asynccontextmanager
async def logged_in(base: str, login: Login) -> AsyncIterator[Api]:
    """The API for one person, by his password. Raises Missed."""
    async with httpx2.AsyncClient(base_url=base, timeout=ASK_LIMIT) as client:
        token = (await Api(client)._ask("POST", "/login", json=login.model_dump())).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield Api(client)
