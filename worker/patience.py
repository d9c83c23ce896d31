"""Work that waits for a database that is away, and folds that catch up with the facts in spite of that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, Protocol

import structlog

from bus.news import Lost, News
from kernel.ids import TenantId
from store.errors import StoreUnavailable

GATHER: Final = 0.5
"""Seconds in which news are gathered before the facts are folded."""
MANY: Final = 40
"""So many facts in that time, and more than these are gathered:"""
GATHER_MANY: Final = 3.0
_RETRY: Final = 1.0
_log = structlog.get_logger()


class CatchesUp(Protocol):
    """Something that is made of facts."""

    async def catch_up(self, tenant: TenantId) -> None: ...

    async def catch_up_all(self) -> None: ...


async def once(work: Callable[[], Awaitable[None]]) -> None:
    """Do it, as soon as the database is there for all of it."""
    while True:
        try:
            await work()
        except StoreUnavailable as error:
            _log.warning("work waits for the database", error=str(error))
            await asyncio.sleep(_RETRY)
            continue
        return


async def follow(fold: CatchesUp, news: AsyncIterator[News | Lost]) -> None:
    """Catch up, then again after all news, for as long as there are any.

    What is made may be a moment late: facts that come together are read and written together, and where many come the
    calls that live have the processor first.
    """
    waiting: set[TenantId | None] = set()
    wake, ended, heard = asyncio.Event(), False, 0

    async def go_on() -> None:
        nonlocal heard
        while waiting or not ended:
            await wake.wait()
            await asyncio.sleep(GATHER)
            if heard > MANY:
                await asyncio.sleep(GATHER_MANY - GATHER)
            wake.clear()
            heard = 0
            tenants = [None] if None in waiting else sorted(filter(None, waiting))
            waiting.clear()
            for tenant in tenants:
                await patiently(fold, tenant)

    await patiently(fold, None)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(go_on())
        async for item in news:
            waiting.add(None if isinstance(item, Lost) else item.tenant)
            heard += 0 if isinstance(item, Lost) else len(item.lines)
            wake.set()
        ended = True
        wake.set()


async def patiently(fold: CatchesUp, tenant: TenantId | None) -> None:
    """Catch up one tenant or all; when the database was away, all, since something may not have been added."""
    if tenant is not None:
        try:
            await fold.catch_up(tenant)
        except StoreUnavailable as error:
            _log.warning("facts wait for the database", fold=type(fold).__name__, error=str(error))
            await asyncio.sleep(_RETRY)
        else:
            return
    await once(fold.catch_up_all)
