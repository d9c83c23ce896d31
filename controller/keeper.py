"""Keeps rebuilds short: a snapshot of each floor now and then, so that a restart replays little."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Final

import structlog

from controller.clock import Clock
from controller.mailbox import Mailbox
from store.errors import StoreUnavailable
from store.snapshots import Snapshots

log = structlog.get_logger()

EVERY_SECONDS: Final = 600.0


class Keeper:
    """Saves a floor once `every_facts` facts or EVERY_SECONDS have passed since its last snapshot; `boxes` may grow."""

    def __init__(self, snapshots: Snapshots, boxes: Collection[Mailbox], clock: Clock, every_facts: int) -> None:
        self._snapshots = snapshots
        self._boxes = boxes
        self._clock = clock
        self._every_facts = every_facts
        self._saved = {box.floor.tenant: box.floor.seq for box in boxes}
        self._tried = dict(self._saved)
        self._many = asyncio.Event()

    def told(self, box: Mailbox) -> None:
        """Some facts of this floor were written."""
        if box.floor.seq - self._tried.get(box.floor.tenant, 0) >= self._every_facts:
            self._many.set()

    async def run(self) -> None:
        """Save when it is time, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(EVERY_SECONDS):
                    await self._many.wait()
                least = self._every_facts
            except TimeoutError:
                least = 1
            self._many.clear()
            await self._save(least)

    async def _save(self, least: int) -> None:
        for box in list(self._boxes):
            tenant, seq = box.floor.tenant, box.floor.seq
            if seq - self._saved.get(tenant, 0) < least:
                continue
            self._tried[tenant] = seq
            try:
                await self._snapshots.save(box.floor, self._clock.now())
                await self._snapshots.prune(tenant)
            except StoreUnavailable as away:
                log.warning("no snapshot: the database is away", tenant=tenant, why=str(away))
            else:
                self._saved[tenant] = seq
