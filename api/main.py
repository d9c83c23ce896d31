"""The composition root of the api: here, and only here, real parts meet."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import uvicorn
import uvloop

from api.app import build
from api.guessing import Guesses
from api.idempotency import Keys
from api.identity import Identity
from api.live import Everyone, LiveBoards
from api.logs import write_logs
from api.metrics import Metrics
from api.ready import readiness
from api.replays import Replays
from api.services import Phones, Platform, Services
from api.settings import ApiSettings
from api.tokens import Tokens
from api.trunk_health import trunk_health
from asterisk.nodes import ari_ports
from bus.client import connect
from bus.commands import CommandSender
from bus.news import NewsReader
from bus.presence import PresenceTeller
from kernel.ids import TenantId
from store.announcements import Announcements
from store.audit import AuditStore
from store.config import ConfigStore
from store.contracts import ContractStore
from store.engine import platform_engine, tenant_engine
from store.entries import EntryStore
from store.facts import FactStore
from store.intervals import IntervalStore
from store.invoices import InvoiceStore
from store.jobs import JobStore
from store.keeping import KeepingStore
from store.logins import LoginStore
from store.media import RecordingStore
from store.orders import OrderStore
from store.personal import PersonalStore, Sealer
from store.prompt_files import PromptFiles
from store.records import RecordStore
from store.rule_counts import CountStore
from store.secret_files import ensure_secret
from store.sounds import SoundStore
from store.starts import ReplayStarts
from store.tenants import TenantStore
from store.trunks import TrunkStore
from store.users import UserStore

STOP_LIMIT: Final = 1
"""Seconds that running requests and open live views are given at the end."""


def main() -> None:
    """Serve until SIGTERM or SIGINT; the settings come from the environment."""
    write_logs()
    uvloop.run(serve(ApiSettings()))


async def serve(settings: ApiSettings) -> None:
    """Serve until told to stop."""
    engine, redis = tenant_engine(settings, size=10), connect(settings)
    platform = platform_engine(settings, size=3)
    facts = FactStore(engine)
    boards = LiveBoards(facts, _now)
    commands, presence = CommandSender(redis), PresenceTeller(redis)
    sealer = Sealer.from_file(settings.personal_key_file)
    logins, sounds = LoginStore(engine), SoundStore(engine)
    services = Services(
        identity=Identity(logins, Tokens(ensure_secret(settings.token_key_file)), _now),
        guesses=Guesses(),
        keys=Keys(),
        boards=boards,
        facts=facts,
        replays=Replays(facts, ReplayStarts(engine)),
        records=RecordStore(engine),
        intervals=IntervalStore(engine),
        keeping=KeepingStore(engine),
        media=RecordingStore(settings.recordings_dir),
        prompts=Announcements(PromptFiles(settings.prompts_dir), sounds),
        sounds=sounds,
        personal=PersonalStore(engine, sealer),
        configs=ConfigStore(engine, sealer),
        contracts=ContractStore(engine),
        counts=CountStore(engine),
        invoices=InvoiceStore(engine),
        entries=EntryStore(engine),
        orders=OrderStore(engine),
        logins=logins,
        users=UserStore(engine),
        audit=AuditStore(engine),
        platform=Platform(
            tenants=TenantStore(platform),
            audit=AuditStore(platform),
            configs=ConfigStore(platform, sealer),
            contracts=ContractStore(platform),
            orders=OrderStore(platform),
            invoices=InvoiceStore(platform),
            entries=EntryStore(platform),
            jobs=JobStore(platform),
            logins=LoginStore(platform),
            trunks=TrunkStore(platform, sealer),
            trunk_health=trunk_health(settings.controller_port),
        ),
        commands=commands,
        presence=presence,
        phones=Phones(_switch_urls(settings), settings.ice_servers, settings.web_dir),
        invoice_font=settings.invoice_font,
        metrics=Metrics(boards, _now),
        ready=readiness(boards, engine, settings.controller_port),
        clock=_now,
    )
    try:
        async with aclosing(NewsReader(redis).read()) as news, asyncio.TaskGroup() as tasks:
            helpers = [
                tasks.create_task(boards.run(_everyone(services.platform.tenants), news)),
                tasks.create_task(commands.run()),
                tasks.create_task(presence.run()),
                tasks.create_task(_spare(boards)),
            ]
            await _Server(settings, services).serve()
            for helper in helpers:
                helper.cancel()
    finally:
        await redis.aclose()
        await engine.dispose()
        await platform.dispose()


def _switch_urls(settings: ApiSettings) -> tuple[str, ...]:
    ports = ari_ports(settings.ari_port, settings.nodes, settings.nodes_file)
    return tuple(f"ws://127.0.0.1:{port}/ws" for port in ports)


async def _spare(boards: LiveBoards) -> None:
    """Let the collector of garbage look at nothing any more of what is here to stay: that would take it a tenth of a
    second now and then, in which nobody is answered."""
    await boards.loaded.wait()
    gc.collect()
    gc.freeze()


def _everyone(tenants: TenantStore) -> Everyone:
    """Asks for every tenant and his clock, also those who came while this process runs."""

    async def ask() -> dict[TenantId, tzinfo]:
        return {tenant.id: ZoneInfo(tenant.time_zone) for tenant in await tenants.all()}

    return ask


class _Server(uvicorn.Server):
    """uvicorn that ends with exit code 0 on SIGTERM, as a supervisor expects, instead of dying of the signal."""

    def __init__(self, settings: ApiSettings, services: Services) -> None:
        super().__init__(
            uvicorn.Config(
                build(services),
                host=settings.api_host,
                port=settings.api_port,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                proxy_headers=False,
                ws_max_size=64 * 1024,
                ws_per_message_deflate=False,
                timeout_graceful_shutdown=STOP_LIMIT,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    def _stop(self) -> None:
        self.should_exit = True


def _now() -> datetime:
    return datetime.now(UTC)
