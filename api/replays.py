"""Floors as they were: a tenant's facts replayed up to a moment in their order, one replay at a time."""

from __future__ import annotations

import asyncio
from typing import Final

from acd.evolve import evolve, pass_over
from acd.model import Floor
from kernel.ids import TenantId
from reports.known import is_known
from store.facts import FactStore
from store.starts import ReplayStarts

REPLAY_LIMIT: Final = 60.0
"""Seconds that one replay may take, waiting for its turn included."""
_NOBODYS: Final = Floor(TenantId(""))
_PAGE: Final = 500
"""Facts read in one go: few enough that the other requests do not wait for them."""
_NEAR: Final = 1_000
"""So many facts are replayed sooner than a floor is read."""


class Replays:
    """Replays are work for the processor, so they take turns and begin at the nearest start; the last floor is kept,
    since who asks about one offer mostly asks about a later one next, and whom the limit cut off may ask again."""

    def __init__(self, facts: FactStore, starts: ReplayStarts) -> None:
        self._facts = facts
        self._starts = starts
        self._turn = asyncio.Semaphore(1)
        self._last = _NOBODYS

    async def at(self, tenant: TenantId, seq: int) -> Floor:
        """The tenant's floor right after the fact `seq`; to be read at once and not kept, it goes on with the next
        replay. Raises TimeoutError when REPLAY_LIMIT was not enough."""
        async with asyncio.timeout(REPLAY_LIMIT), self._turn:
            floor = self._last
            if floor.tenant != tenant or floor.seq > seq:
                floor = Floor(tenant)
            if seq - floor.seq > _NEAR:
                floor = await self._starts.floor(tenant, floor.seq, seq) or floor
            while floor.seq < seq:
                page = await self._facts.since(tenant, floor.seq, min(_PAGE, seq - floor.seq))
                # A floor on which a fact broke is nothing to go on with.
                self._last = _NOBODYS
                for fact in page:
                    evolve(floor, fact) if is_known(fact) else pass_over(floor, fact)
                self._last = floor
            return floor
