"""What the controller needs of the outside, as protocols: real parts and fakes are chosen in main.py only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from asterisk.ami import WebSocketSession
from asterisk.request import Answer, Gone, Rejected, Request, Unreachable


class Ari(Protocol):
    """The ARI socket (asterisk.connection.Connection)."""

    @property
    def up(self) -> bool: ...

    def send(self, request: Request) -> asyncio.Future[Answer]: ...

    def post(self, request: Request, failed: Callable[[Answer], None] | None = None) -> None: ...


class Ear(Protocol):
    """Hears of the first response to an INVITE, by its Call-ID (asterisk.ear.Ear)."""

    def listen(self, call_id: str, heard: Callable[[], None]) -> bool: ...

    def forget(self, call_id: str) -> None: ...

    def close(self) -> None: ...


class Ami(Protocol):
    """The few things only the manager interface can do (asterisk.ami.Ami)."""

    async def stands(self, limit: float) -> bool: ...

    async def contact_status(self, endpoint: str) -> str | Gone | Rejected | Unreachable: ...

    async def qualify(self, endpoint: str) -> Answer: ...

    async def websocket_sessions(self) -> tuple[WebSocketSession, ...] | Rejected | Unreachable: ...

    async def close_websocket_session(self, session: str) -> Answer: ...

    async def redirect(self, channel: str, context: str, exten: str = "s", priority: int = 1) -> Answer: ...

    async def lease(self, channel: str, seconds: int) -> Answer: ...

    async def db_put(self, family: str, key: str, value: str) -> Answer: ...

    async def db_del(self, family: str, key: str) -> Answer: ...

    async def start_mixmonitor(self, channel: str, heard: str, spoken: str) -> str | Gone | Rejected | Unreachable: ...

    async def stop_mixmonitor(self, channel: str, mixmonitor: str) -> Answer: ...
