"""A tenant with a stand-in controller: its floor lives in the test, its facts go to the real database and Redis."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import websockets
from argon2 import PasswordHasher
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from api.settings import ApiSettings
from api.tokens import Tokens
from bus.client import channel, connect
from bus.commands import ClosePhone, CommandAccepted, CommandDoor, CommandMessage, ConfigPublished, OpenPhone, Outcome
from bus.news import NewsPublisher
from kernel.ids import TenantId, shard_of
from store.codec import encode
from store.engine import platform_engine
from store.facts import FactStore
from store.logins import Role
from store.secret_files import read_secret
from store.tables.tenants import logins
from store.tenants import Tenant, TenantStore
from tests.unit.reports.play import AGENTS, Play

ROOT = Path(__file__).parents[3]
UP_LIMIT = 90.0
PASSWORD = secrets.token_urlsafe(12)


@contextmanager
def running(module: str, settings: ApiSettings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m <module>` with these settings; it is ended at the latest with the test."""
    env = {
        "DENWABAN_VAR": str(settings.var),
        "DENWABAN_DATABASE_URL": settings.database_url,
        "DENWABAN_REDIS_URL": settings.redis_url,
        "DENWABAN_API_PORT": str(settings.api_port),
        "DENWABAN_CONTROLLER_PORT": str(settings.controller_port),
        "DENWABAN_ARI_PORT": str(settings.ari_port),
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env={**os.environ, **env}, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(UP_LIMIT)
        finally:
            process.kill()
            process.wait()


def wait_up(settings: ApiSettings, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the api answers."""
    until = time.monotonic() + UP_LIMIT
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        try:
            httpx2.get(f"http://127.0.0.1:{settings.api_port}/health")
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return


@dataclass
class Office:
    """One tenant: its floor (`play`), its people, and how to reach the api as one of them."""

    settings: ApiSettings
    engine: AsyncEngine
    redis: Redis
    tenant: TenantId
    play: Play
    told: int = 0
    tokens: dict[str, str] = field(default_factory=dict)
    sessions: list[OpenPhone | ClosePhone] = field(default_factory=list)
    """What the controller was told of browsers."""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.settings.api_port}/api/v1"

    @property
    def live_url(self) -> str:
        return self.base.replace("http", "ws") + "/live"

    async def keep(self) -> None:
        """Put the facts that are new into the database, without a word."""
        fresh = self.play.facts[self.told :]
        await FactStore(self.engine).append(fresh)
        self.told = len(self.play.facts)

    async def tell(self) -> None:
        """Put the facts that are new into the database and publish them."""
        lines = [encode(fact) for fact in self.play.facts[self.told :]]
        await self.keep()
        assert await NewsPublisher(self.redis).publish(self.tenant, lines)

    async def shown(self) -> None:
        """Returns when the api's board has everything that was told."""
        async with self.watch() as socket:
            while (await read(socket))["seq"] < self.told:
                continue

    async def answer(self, message: CommandMessage) -> Outcome:
        """What a controller does with a command."""
        if isinstance(message.body, ConfigPublished):
            return CommandAccepted(self.play.floor.seq)
        if isinstance(message.body, OpenPhone | ClosePhone):
            self.sessions.append(message.body)
            return CommandAccepted(self.play.floor.seq)
        self.play.give(message.body)
        await self.tell()
        refused = self.play.floor.outcomes[message.id]
        return refused or CommandAccepted(self.play.floor.seq)

    @asynccontextmanager
    async def controller(self) -> AsyncIterator[None]:
        """Somebody who answers the commands."""

        door = CommandDoor(self.redis, [shard_of(self.tenant)], self.answer)
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(door.run())
            until = asyncio.get_running_loop().time() + UP_LIMIT
            while not await self._door_is_open():
                assert asyncio.get_running_loop().time() < until
                await asyncio.sleep(0.01)
            yield
            task.cancel()

    async def _door_is_open(self) -> bool:

        name = channel(self.redis, "commands", shard_of(self.tenant))
        return bool((await self.redis.pubsub_numsub(name))[0][1])

    def client(self, login: str | None = "supervisor") -> httpx2.AsyncClient:
        """HTTP as this person, or as nobody."""
        headers = {} if login is None else {"Authorization": f"Bearer {self.tokens[login]}"}
        return httpx2.AsyncClient(base_url=self.base, headers=headers, timeout=30)

    def watch(self, login: str = "supervisor", after: int | None = None, **options: Any) -> websockets.connect:
        """The live view as this person."""
        url = self.live_url if after is None else f"{self.live_url}?after={after}"
        return websockets.connect(url, additional_headers={"Authorization": f"Bearer {self.tokens[login]}"}, **options)


async def read(socket: websockets.ClientConnection) -> dict[str, Any]:
    """The next message of a live view."""

    async with asyncio.timeout(UP_LIMIT):
        message: dict[str, Any] = json.loads(await socket.recv())
    return message


@cache
def _hash() -> str:
    """The password's proof, made once: it takes a tenth of a second and 64 MiB."""
    return PasswordHasher().hash(PASSWORD)


@asynccontextmanager
async def office(settings: ApiSettings) -> AsyncIterator[Office]:
    """A fresh tenant with a supervisor and its agents, all with the same random password."""
    engine, redis = platform_engine(settings), connect(settings)
    tenant = TenantId(f"t{secrets.token_hex(6)}")
    people = {"admin": Role.ADMIN, "supervisor": Role.SUPERVISOR, **dict.fromkeys(AGENTS, Role.AGENT)}
    rows = [
        {"tenant": tenant, "login": name, "role": role, "hash": _hash(), "agent": name if name in AGENTS else None}
        for name, role in people.items()
    ]
    try:
        await TenantStore(engine).put(Tenant(tenant, "Test"))
        async with engine.begin() as connection:
            await connection.execute(logins.insert(), rows)
        tokens = Tokens(read_secret(settings.token_key_file))
        made = Office(settings, engine, redis, tenant, Play(tenant=tenant))
        made.tokens = {name: tokens.issue(tenant, name, datetime.now(UTC))[0] for name in people}
        await made.tell()
        await made.shown()
        yield made
    finally:
        await redis.aclose()
        await engine.dispose()
