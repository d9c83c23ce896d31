"""Copies the journal into PostgreSQL, in order, then tells the news; while the database is away the file grows."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

import structlog

from controller import journal
from controller.fault import Point, Step
from controller.journal import Journal
from kernel.ids import PersonalId, TenantId
from store.codec import unopened
from store.errors import StoreUnavailable
from store.facts import AnyFact

log = structlog.get_logger()

LONGEST_JOURNAL: Final = 32 << 20
"""Bytes after which a journal that is copied to its end is begun anew; bounds what a restart reads again."""
PIECE: Final = 1 << 20
"""Bytes of journal in one transaction at most."""
GATHER: Final = 0.003
"""Seconds in which facts are gathered before they are copied."""
FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 2.0


class Facts(Protocol):
    async def append(self, facts: list[AnyFact], under: int | None = None) -> None: ...


class PersonalData(Protocol):
    async def put_sealed(self, tenant: TenantId, sealed: Mapping[PersonalId, bytes]) -> None: ...


class News(Protocol):
    async def publish(self, tenant: TenantId, lines: list[bytes]) -> bool: ...


class Copier:
    """Owns the position up to which this process's journal is in the database."""

    def __init__(self, book: Journal, facts: Facts, personal: PersonalData, news: News, point: Point) -> None:
        self._journal = book
        self._facts = facts
        self._personal = personal
        self._news = news
        self._point = point
        self._position = 0
        self.reachable = True
        """Whether the last attempt reached the database: part of /ready."""

    @property
    def behind(self) -> int:
        """Bytes of journal that are not in the database yet."""
        return self._journal.size - self._position

    async def run(self) -> None:
        """Copy whenever there is something. Raises StaleEpoch when somebody else acts for a shard of ours."""
        while True:
            await self._journal.wake.wait()
            # The facts of one moment go in one transaction, and none runs while a phone is about to ring.
            await asyncio.sleep(max(GATHER, self._journal.hushed))
            self._journal.wake.clear()
            await self.catch_up()

    async def catch_up(self) -> None:
        """Copy until nothing is left, waiting for a database that is away."""
        delay = FIRST_DELAY
        while self.behind > 0:
            try:
                await self._one_piece()
            except StoreUnavailable as away:
                if self.reachable:
                    log.error("the database is away; facts are kept in the journal", why=str(away))
                self.reachable = False
                await asyncio.sleep(delay)
                delay = min(LONGEST_DELAY, delay * 2)
            else:
                if not self.reachable:
                    log.info("the database is back", behind=self.behind)
                self.reachable = True
                delay = FIRST_DELAY
        if self._position > LONGEST_JOURNAL:
            self._journal.begin_anew()
            self._position = 0

    async def _one_piece(self) -> None:
        data = _read(self._journal.path, self._position, PIECE)
        by_tenant = await bring(data, self._facts, self._personal)
        self._position += data.rfind(b"\n") + 1
        self._point(Step.COPIED)
        for tenant, lines in by_tenant.items():
            await self._news.publish(tenant, lines)


async def bring(
    data: bytes, facts: Facts, personal: PersonalData, under: int | None = None
) -> dict[TenantId, list[bytes]]:
    """Put one piece of journal into the database, personal data first; the lines of facts by tenant."""
    sealed: dict[TenantId, dict[PersonalId, bytes]] = defaultdict(dict)
    history: list[AnyFact] = []
    by_tenant: dict[TenantId, list[bytes]] = defaultdict(list)
    for line in journal.lines(data):
        private = journal.personal(line)
        if private is not None:
            sealed[private.tenant][private.id] = private.sealed
            continue
        fact = unopened(line)
        history.append(fact)
        by_tenant[fact.tenant].append(line)
    for tenant, texts in sealed.items():
        await personal.put_sealed(tenant, texts)
    if history:
        await facts.append(history, under)
    return by_tenant


def _read(path: Path, position: int, limit: int) -> bytes:
    with path.open("rb") as file:
        file.seek(position)
        return file.read(limit)
