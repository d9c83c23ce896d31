"""Logins looked up together: however many ask at the same moment, the database is asked once for all of a tenant."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kernel.ids import TenantId
from store.errors import StoreUnavailable
from store.logins import Login, LoginStore

LIMIT: Final = 10.0
"""Seconds in which an answer has to come, the turn of others before included."""


@dataclass(slots=True)
class _Batch:
    """Who asks together; `found` or `failed` once the database has been asked for them."""

    logins: set[str] = field(default_factory=set)
    found: Mapping[str, Login] | None = None
    failed: StoreUnavailable | None = None


class Lookups:
    """Whoever asks while a question is under way shares the next one, so every answer is newer than its question.

    At nine o'clock a thousand agents come at once: a thousand transactions would keep the last of them waiting for
    seconds, one for all takes milliseconds.
    """

    def __init__(self, logins: LoginStore) -> None:
        self._logins = logins
        self._next: dict[TenantId, _Batch] = {}
        self._turns: defaultdict[TenantId, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(1))

    async def find(self, tenant: TenantId, login: str) -> Login | None:
        """The login, None when there is no such; raises StoreUnavailable when the database is away."""
        batch = self._next.setdefault(tenant, _Batch())
        batch.logins.add(login)
        try:
            async with asyncio.timeout(LIMIT), self._turns[tenant]:
                return await self._ask(tenant, batch, login)
        except TimeoutError as error:
            raise StoreUnavailable("TimeoutError") from error

    async def _ask(self, tenant: TenantId, batch: _Batch, login: str) -> Login | None:
        if batch.failed is not None:
            raise StoreUnavailable(str(batch.failed)) from batch.failed
        if batch.found is None:
            # Whoever comes from now on belongs to the next question. If we are cut off meanwhile, the next of us asks.
            if self._next.get(tenant) is batch:
                del self._next[tenant]
            try:
                batch.found = await self._logins.get_many(tenant, batch.logins)
            except StoreUnavailable as away:
                batch.failed = away
                raise
        return batch.found.get(login)
