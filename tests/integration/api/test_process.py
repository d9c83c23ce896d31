"""The process itself: alive, ready, counted, and gone when told."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from api.settings import ApiSettings
from tests.integration.api.office import UP_LIMIT, Office, running, wait_up
from tests.services import free_port


@asynccontextmanager
async def controller(settings: ApiSettings, status: bytes) -> AsyncIterator[None]:
    """Somebody on the controller's port who says how he is."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", settings.controller_port)
    async with server:
        yield


async def test_ready_only_when_the_controller_says_so_too(acme: Office) -> None:
    async with acme.client(None) as nobody:
        alone = await nobody.get("/ready")
        async with controller(acme.settings, b"503 Service Unavailable"):
            rebuilding = await nobody.get("/ready")
        async with controller(acme.settings, b"200 OK"):
            ready = await nobody.get("/ready")
    assert (alone.status_code, rebuilding.status_code, ready.status_code) == (503, 503, 200)
    assert alone.json() == {"ready": False, "boards": True, "database": True, "controller": False}
    assert ready.json()["ready"] is True


async def test_health_and_metrics_need_no_token_and_hold_no_person(acme: Office) -> None:
    acme.play.arrive()
    await acme.tell()
    await acme.shown()
    async with acme.client("aoki") as aoki:
        await aoki.get("/calls/call_unknown")
    async with acme.client(None) as nobody:
        assert (await nobody.get("/health")).json() == {"ok": True}
        page = (await nobody.get("/metrics")).text
    assert f'denwaban_queue_waiting{{queue="sales",tenant="{acme.tenant}"}} 1.0' in page
    assert f'denwaban_seats_in_use{{tenant="{acme.tenant}"}} 2.0' in page
    assert 'route="/calls/{call}",status="404"' in page
    assert "call_unknown" not in page
    assert "aoki" not in page


async def test_sigterm_ends_it_with_zero_also_with_an_open_view(acme: Office) -> None:
    settings = acme.settings.model_copy(update={"api_port": free_port()})
    log = settings.var / "second.log"
    with running("api", settings, log) as process:
        await asyncio.to_thread(wait_up, settings, process, log)
        office = Office(settings, acme.engine, acme.redis, acme.tenant, acme.play, acme.told, acme.tokens)
        async with office.watch():
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 30) == 0
    assert "Traceback" not in log.read_text()


def test_logs_are_json_and_hold_no_secret(api: ApiSettings) -> None:
    settings = api.model_copy(update={"api_port": free_port()})
    log = settings.var / "third.log"
    with running("api", settings, log) as process:
        wait_up(settings, process, log)
        httpx2.post(
            f"http://127.0.0.1:{settings.api_port}/api/v1/login",
            json={"tenant": "a", "login": "b", "password": "s3cr3t"},
        )
    text = log.read_text()
    assert "s3cr3t" not in text
    assert all(line.startswith("{") for line in text.splitlines())


def test_without_its_settings_it_says_what_is_wrong_and_stops(settings: ApiSettings) -> None:
    broken = settings.model_copy(update={"database_url": "mysql://nowhere"})
    log = settings.var / "broken.log"
    with running("api", broken, log) as process:
        assert process.wait(UP_LIMIT) != 0
    assert "database_url" in log.read_text()
