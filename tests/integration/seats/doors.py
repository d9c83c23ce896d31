"""The doors of a platform whose api runs twice, and people who knock until they are answered."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from websockets.asyncio.client import connect

from tests.platform import ROOT, Platform
from tests.services import free_port

UP_LIMIT = 60.0
ANSWER_LIMIT = 90.0
LOOK_EVERY = 0.05
Row = dict[str, Any]


@dataclass(slots=True)
class SecondApi:
    """Another api process of the same platform, which nobody starts again when it dies."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(UP_LIMIT)


@contextmanager
def second_api(platform: Platform) -> Iterator[SecondApi]:
    """The command and the environment of the first one, on a port of its own."""
    proc = Path("/proc") / str(platform.pid("api"))
    command = (proc / "cmdline").read_bytes().decode().rstrip("\0").split("\0")
    env = dict(entry.split("=", 1) for entry in (proc / "environ").read_bytes().decode().rstrip("\0").split("\0"))
    port = free_port()
    with (platform.var / "log" / "second-api.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            env={**env, "DENWABAN_API_PORT": str(port)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    api = SecondApi(f"http://127.0.0.1:{port}/api/v1", process)
    try:
        _wait_up(api, port)
        yield api
    finally:
        api.kill()


def _wait_up(api: SecondApi, port: int) -> None:
    until = time.monotonic() + UP_LIMIT
    while True:
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200:
                return
        except httpx2.TransportError:
            assert api.process.poll() is None, "the second api ended"
        assert time.monotonic() < until, "the second api did not come up"
        time.sleep(LOOK_EVERY)


@asynccontextmanager
async def knocking(platform: Platform, urls: list[str], tenant: str) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """The tenant's supervisor at each of these doors; as many requests at once as anybody likes."""
    supervisor = platform.tenant(tenant)["supervisor"]
    wanted = {name: supervisor[name] for name in ("tenant", "login", "password")}
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=1.0)
    async with AsyncExitStack() as stack:
        clients = []
        for url in urls:
            client = await stack.enter_async_context(
                httpx2.AsyncClient(base_url=url, timeout=ANSWER_LIMIT, limits=limits)
            )
            answer = await client.post("/login", json=wanted)
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            clients.append(client)
        yield clients


async def sign_in_until_answered(client: httpx2.AsyncClient, agent: str, key: str) -> httpx2.Response:
    """What a careful client does: after a 503 or a broken connection the same with the same key, until answered."""
    until = time.monotonic() + ANSWER_LIMIT
    pause = 1.0
    while True:
        # The server may close a connection that has been idle at the moment it is used again.
        with suppress(httpx2.TransportError):
            answer = await client.post(f"/agents/{agent}/sign-in", headers={"Idempotency-Key": key})
            if answer.status_code != 503:
                return answer
            # A thousand at once may also wait for the database for longer than a question may.
            assert answer.json()["code"] in ("controller_away", "store_away"), answer.text
            pause = float(answer.headers["Retry-After"])
        assert time.monotonic() < until, f"{agent} is still not answered"
        await asyncio.sleep(pause)


@asynccontextmanager
async def looking_on(url: str, login: Mapping[str, str]) -> AsyncIterator[None]:
    """A person's own live view, open at this door."""
    wanted = {name: login[name] for name in ("tenant", "login", "password")}
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        answer = await client.post("/login", json=wanted)
        assert answer.status_code == 200, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    async with connect(f"{url.replace('http', 'ws', 1)}/live", additional_headers=headers) as socket:
        await socket.recv()
        reading = asyncio.create_task(_read(socket), name="a live view")
        try:
            yield
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(socket: Any) -> None:
    async for _ in socket:
        continue


def open_files(most: int) -> None:
    """A crowd needs a file for each of its connections."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, hard), hard))


async def ledger(client: httpx2.AsyncClient, since: int = 0) -> list[Row]:
    """The lines of the seat ledger after the fact `since`, the oldest first."""
    lines: list[Row] = []
    address = "/seats?limit=200"
    while True:
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        lines += page["items"]
        if page["next_cursor"] is None or lines[-1]["seq"] <= since:
            return sorted((line for line in lines if line["seq"] > since), key=lambda line: line["seq"])
        address = f"/seats?limit=200&cursor={page['next_cursor']}"


async def pool(client: httpx2.AsyncClient) -> Row:
    """The tenant's only pool."""
    answer = await client.get("/seats?limit=1")
    assert answer.status_code == 200, answer.text
    (only,) = answer.json()["pools"]
    return dict(only)


async def newest(client: httpx2.AsyncClient) -> int:
    """The seq of the newest line of the ledger; 0 without any."""
    items = (await client.get("/seats?limit=1")).json()["items"]
    return int(items[0]["seq"]) if items else 0
