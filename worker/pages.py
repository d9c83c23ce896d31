"""Several folds as one: the facts are read and decoded once, for whoever asks first, and remembered for the others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import TenantId
from store.facts import AnyFact, FactStore
from worker.patience import CatchesUp


class Pages(FactStore):
    """Facts by tenant, with a memory of the last page, which is forgotten before there is more to read."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self._of: TenantId | None = None
        self._begin = 0
        self._whole = False
        self._page: tuple[AnyFact, ...] = ()

    def forget(self) -> None:
        """From now on there may be more than was read."""
        self._of, self._page = None, ()

    async def since(self, tenant: TenantId, seq: int, limit: int = 10_000) -> tuple[AnyFact, ...]:
        """As the store's; what was read since `forget` is not read again."""
        if self._of == tenant and self._begin <= seq:
            begin = bisect_right(self._page, seq, key=_seq)
            if self._whole or begin + limit <= len(self._page):
                return self._page[begin : begin + limit]
        page = await super().since(tenant, seq, limit)
        self._of, self._begin, self._page, self._whole = tenant, seq, page, len(page) < limit
        return page


class Together:
    """Folds that go over the same pages."""

    def __init__(self, pages: Pages, folds: Sequence[CatchesUp]) -> None:
        self._pages = pages
        self._folds = folds

    async def catch_up(self, tenant: TenantId) -> None:
        """One after another catches up."""
        try:
            for fold in self._folds:
                await fold.catch_up(tenant)
        finally:
            self._pages.forget()

    async def catch_up_all(self) -> None:
        """The same for all tenants."""
        try:
            for fold in self._folds:
                await fold.catch_up_all()
        finally:
            self._pages.forget()


def _seq(fact: AnyFact) -> int:
    return fact.seq
