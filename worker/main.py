"""The composition root of the worker: here, and only here, real parts meet."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Final

import structlog
import uvloop

from bus.client import connect
from bus.commands import CommandSender
from bus.news import NewsReader
from store.announcements import Announcements
from store.closing_jobs import CLOSE_MONTH
from store.config import USE_CONFIG, ConfigStore
from store.contracts import ContractStore
from store.engine import platform_engine
from store.entries import EntryStore
from store.facts import FactStore
from store.intervals import ERASE_HISTORY, IntervalStore
from store.invoices import InvoiceStore
from store.jobs import JobStore
from store.keeping import ERASE_RECORDING, EXPIRE_RECORDINGS, KeepingStore
from store.media import RecordingStore
from store.personal import PersonalStore, Sealer
from store.prompt_files import PromptFiles
from store.records import RecordStore
from store.rule_counts import CountStore
from store.sounds import SoundStore
from store.starts import ReplayStarts
from store.tenants import TenantStore
from tariff.money.closed import Issuer
from worker.announce import announce
from worker.closing import Closing
from worker.erase import Erasing
from worker.history import HistoryErasing
from worker.in_force import InForce
from worker.intervals import IntervalCounting
from worker.jobs import work
from worker.kept import Kept
from worker.line_kinds import LineKinds
from worker.logs import write_logs
from worker.merge import MERGE_RECORDING, Merging
from worker.pages import Pages, Together
from worker.patience import follow, once
from worker.projection import Projection
from worker.rules import Rules
from worker.settings import WorkerSettings

_log = structlog.get_logger()
NICENESS: Final = 10


def main() -> None:
    """Work until SIGTERM or SIGINT; the settings come from the environment."""
    write_logs()
    # Calls come first when the processor is short.
    os.nice(NICENESS)
    uvloop.run(serve(WorkerSettings()))


async def serve(settings: WorkerSettings) -> None:
    """Work until told to stop; what was begun is begun again by the next worker."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    engine, redis = platform_engine(settings), connect(settings)
    records, jobs, media = RecordStore(engine), JobStore(engine), RecordingStore(settings.recordings_dir)
    workplace, keeping = settings.recordings_dir / "unfinished", KeepingStore(engine)
    merging = Merging(records, keeping, media, jobs, settings.spool_dir, workplace, _now)
    erasing = Erasing(records, keeping, media, jobs, settings.spool_dir, _now)
    commands = CommandSender(redis)
    in_force = InForce(commands, jobs, _now)
    sealer = Sealer.from_file(settings.personal_key_file)
    personal, tenants = PersonalStore(engine, sealer), TenantStore(engine)
    keep = Kept(ContractStore(engine).entitled).until
    pages = Pages(engine)
    projection = Projection(pages, records, jobs, keep, LineKinds(personal).of)
    counting = IntervalCounting(pages, IntervalStore(engine), ReplayStarts(engine))
    rules = Rules(ConfigStore(engine, sealer), ContractStore(engine), CountStore(engine), in_force.do)
    announcements = Announcements(PromptFiles(settings.prompts_dir), SoundStore(engine))
    issuer = Issuer(settings.issuer_name, settings.issuer_registration, settings.issuer_address)
    contracts, invoices, entries = ContractStore(engine), InvoiceStore(engine), EntryStore(engine)
    closing = Closing(contracts, invoices, entries, records, personal, tenants, jobs, issuer, _now)
    history = HistoryErasing(FactStore(engine), IntervalStore(engine), jobs, contracts.entitled, _now)
    kinds = {
        MERGE_RECORDING: merging.do,
        USE_CONFIG: rules.do,
        EXPIRE_RECORDINGS: erasing.expire,
        ERASE_RECORDING: erasing.erase,
        CLOSE_MONTH: closing.do,
        ERASE_HISTORY: history.do,
    }
    try:
        async with (
            aclosing(NewsReader(redis).read()) as news,
            asyncio.TaskGroup() as tasks,
        ):
            parts = [
                tasks.create_task(follow(Together(pages, (projection, counting)), news)),
                tasks.create_task(commands.run()),
                tasks.create_task(once(closing.begin)),
                tasks.create_task(once(history.begin)),
                tasks.create_task(work(engine, jobs, kinds)),
                tasks.create_task(once(lambda: announce(ConfigStore(engine, sealer), announcements))),
            ]
            # What is here by now is here to stay: to look through it again and again would hold up the calls.
            gc.collect()
            gc.freeze()
            _log.info("worker begins")
            await stop.wait()
            for part in parts:
                part.cancel()
    finally:
        await redis.aclose()
        await engine.dispose()


def _now() -> datetime:
    return datetime.now(UTC)
