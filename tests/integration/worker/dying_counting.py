"""Workers that count a tenant's intervals; the n-th of them kills itself before its n-th word to the database."""

from __future__ import annotations

import asyncio
import os
import sys

from sqlalchemy import event

from kernel.ids import TenantId
from store.engine import platform_engine
from store.facts import FactStore
from store.intervals import IntervalStore
from store.settings import StoreSettings
from store.starts import ReplayStarts
from tests.integration.worker.dying import deadly
from worker.intervals import IntervalCounting


async def main(tenant: TenantId, every: int, n: int) -> None:
    """Count what is there; statements and commits are words."""
    engine = platform_engine(StoreSettings())
    word = deadly(n)
    event.listen(engine.sync_engine, "before_cursor_execute", word)
    event.listen(engine.sync_engine, "commit", word)
    await IntervalCounting(FactStore(engine), IntervalStore(engine), ReplayStarts(engine), every).catch_up(tenant)
    await engine.dispose()


def deaths(tenant: TenantId, every: int, most: int) -> None:
    """One worker after another until one lives; prints the signal that ended each."""
    for n in range(1, most + 1):
        child = os.fork()
        if child == 0:
            asyncio.run(main(tenant, every, n))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(status)
        if status == 0:
            return


if __name__ == "__main__":
    deaths(TenantId(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
