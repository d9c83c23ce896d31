"""What the controller says of itself on loopback, and that no bad request disturbs it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from controller import health
from controller.health import Health
from tests.services import free_port


@asynccontextmanager
async def serving(parts: dict[str, bool], figures: dict[str, float] | None = None) -> AsyncIterator[int]:
    port = free_port()
    task = asyncio.create_task(Health(port, lambda: parts, lambda: figures or {}, lambda: {"ntt": "up"}).run())
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.001)
        else:
            writer.close()
            break
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
    try:
        yield port
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert faults == []


async def ask(port: int, request: bytes, *, end: bool = True) -> tuple[int, bytes]:
    """The status and body of one raw request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    if end:
        writer.write_eof()
    async with asyncio.timeout(30):
        answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


async def test_it_says_which_trunks_live() -> None:
    async with serving({}) as port:
        found, body = await ask(port, get("/trunks"))
    assert (found, json.loads(body)) == (200, {"ntt": "up"})


@pytest.mark.parametrize(("database", "status"), [(True, 200), (False, 503)])
async def test_ready_names_its_parts(database: bool, status: int) -> None:
    async with serving({"ari": True, "database": database}) as port:
        found, body = await ask(port, get("/ready"))
    assert (found, json.loads(body)) == (status, {"ready": database, "ari": True, "database": database})


async def test_metrics_are_what_prometheus_reads() -> None:
    async with serving({}, {"denwaban_decisions_total": 41.0}) as port:
        status, body = await ask(port, get("/metrics"))
    assert status == 200
    assert b"\ndenwaban_decisions_total 41.0\n" in body


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get("/nowhere"), 404),
        (get("/../../etc/passwd"), 404),
        (b"\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"", 400),
        (b"GET /ready HTTP/1.1\r\nHost: x\r\n", 400),
        (b"GET /\xff\xfe HTTP/1.1\r\n\r\n", 404),
        (b"x" * 200_000, 400),
        (b"GET /ready HTTP/1.1\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", 400),
    ],
)
async def test_a_bad_request_gets_an_answer_and_the_next_good_one_too(request_: bytes, status: int) -> None:
    async with serving({"ari": True}) as port:
        try:
            assert (await ask(port, request_))[0] == status
        except (ConnectionResetError, BrokenPipeError):
            # Bytes that nobody read may turn the answer into a reset; it must be about the long ones only.
            assert len(request_) > 100_000
        assert (await ask(port, get("/ready")))[0] == 200


async def test_who_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "READ_LIMIT", 0.05)
    async with serving({"ari": True}) as port:
        assert (await ask(port, b"GET /rea", end=False))[0] == 400


async def test_who_leaves_before_the_answer_disturbs_nobody() -> None:
    async with serving({"ari": True}) as port:
        for _ in range(20):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(get("/metrics"))
            writer.transport.abort()
        assert (await ask(port, get("/ready")))[0] == 200
