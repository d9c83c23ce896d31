"""The live board in the terminal: what WS /live says of the demo tenant, running times once a second, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import httpx2
import orjson
import websockets
from rich.console import Console
from rich.live import Live

from denwaban import demo_file
from denwaban.board_state import BoardState
from denwaban.board_tables import draw
from denwaban.settings import RunSettings
from kernel.errors import ConfigurationError

TENANT: Final = "demo"
TICK: Final = 1.0
"""Seconds between two drawings when nothing happens: waits and talks grow."""
_RETRY: Final = 1.0
_ASK_LIMIT: Final = 10.0


def main() -> int:
    """Show the board of the instance whose var/demo.json this is; 0 after Ctrl-C, 2 when there is none."""
    console = Console()
    try:
        asyncio.run(watch(RunSettings(), console, language()))
    except KeyboardInterrupt:
        return 0
    except ConfigurationError as error:
        console.print(str(error))
        return 2
    return 0


def language() -> str:
    """`ja` in a Japanese terminal, else `en`."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ja" if chosen.startswith("ja") else "en"


async def watch(settings: RunSettings, console: Console, words: str) -> None:
    """Draw until cancelled; when the api goes away, say so and come back to where the board was."""
    path = settings.var / demo_file.NAME
    demo = demo_file.read(path)
    tenant = demo.tenant(TENANT) if demo is not None else None
    if demo is None or tenant is None:
        raise ConfigurationError(f"{path} names no tenant {TENANT}: start the platform first")
    state = BoardState()
    with Live(console=console, auto_refresh=False, screen=True) as screen:

        def show() -> None:
            screen.update(draw(state, datetime.now(UTC), words), refresh=True)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_tick(show))
            tasks.create_task(_follow(demo.api, tenant.supervisor, state, show))


async def _tick(show: Callable[[], None]) -> None:
    while True:
        show()
        await asyncio.sleep(TICK)


async def _follow(api: str, login: demo_file.Login, state: BoardState, show: Callable[[], None]) -> None:
    """Take in every message; after a loss log in again and go on after the last seq."""
    while True:
        try:
            token = await _token(api, login)
            async with websockets.connect(_address(api, state.seq), additional_headers=_bearer(token)) as socket:
                state.connected = True
                async for message in socket:
                    state.take(orjson.loads(message))
                    show()
        except (OSError, httpx2.HTTPError, websockets.WebSocketException) as error:
            state.trouble = type(error).__name__
        state.connected = False
        show()
        await asyncio.sleep(_RETRY)


async def _token(api: str, login: demo_file.Login) -> str:
    async with httpx2.AsyncClient(timeout=_ASK_LIMIT) as client:
        answer = await client.post(f"{api}/login", json=login.model_dump())
        answer.raise_for_status()
        return str(answer.json()["token"])


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _address(api: str, seq: int | None) -> str:
    address = "ws" + api.removeprefix("http") + "/live"
    return address if seq is None else f"{address}?after={seq}"
