"""Workers that close months; the n-th of them kills itself before its n-th word to the database: `python -m … 20`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from store.closing_jobs import CLOSE_MONTH
from store.contracts import ContractStore
from store.engine import platform_engine
from store.entries import EntryStore
from store.invoices import InvoiceStore
from store.jobs import JobStore
from store.personal import PersonalStore, Sealer
from store.records import RecordStore
from store.settings import StoreSettings
from store.tenants import TenantStore
from tariff.money.closed import Issuer
from worker.closing import Closing
from worker.jobs import Work, work_off

ISSUER = Issuer("株式会社電話番", "T1234567890123", "東京都")


def kinds(engine: AsyncEngine, settings: StoreSettings) -> dict[str, Work]:
    """What the worker does about months."""
    personal = PersonalStore(engine, Sealer.from_file(settings.personal_key_file))
    documents = (ContractStore(engine), InvoiceStore(engine), EntryStore(engine))
    stores = (*documents, RecordStore(engine), personal, TenantStore(engine))
    return {CLOSE_MONTH: Closing(*stores, JobStore(engine), ISSUER, lambda: datetime.now(UTC)).do}


def deadly(n: int) -> Callable[..., None]:
    """Counts the words, and kills at the n-th."""
    said = 0

    def count(*_: object) -> None:
        nonlocal said
        said += 1
        if said == n:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


async def main(n: int) -> None:
    """Close what is due; statements and commits are words."""
    settings = StoreSettings()
    engine = platform_engine(settings)
    word = deadly(n)
    event.listen(engine.sync_engine, "before_cursor_execute", word)
    event.listen(engine.sync_engine, "commit", word)
    await work_off(JobStore(engine), kinds(engine, settings))
    await engine.dispose()


def deaths(most: int) -> None:
    """One worker after another; prints the signal that ended each, 0 for one that had nothing left to do."""
    for n in range(1, most + 1):
        child = os.fork()
        if child == 0:
            asyncio.run(main(n))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(status)


if __name__ == "__main__":
    deaths(int(sys.argv[1]))
