"""The database as the controller's copier, custody and keeper see it: it can be away, slow to give, or taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from acd.model import Floor
from kernel.ids import PersonalId, Shard, TenantId
from store.codec import encode
from store.errors import StaleEpoch, StoreUnavailable
from store.facts import AnyFact
from store.leases import Lease, LeaseHeld, LeaseLost
from tests.fakes.virtual_time import START


@dataclass(slots=True)
class FakeStore:
    """`away`: how many of the next requests fail; `stale`: writing is refused. `order`: what came, in order."""

    away: int = 0
    stale: bool = False
    order: list[str] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    personal: dict[PersonalId, bytes] = field(default_factory=dict)
    news: list[tuple[TenantId, list[bytes]]] = field(default_factory=list)

    async def append(self, facts: Sequence[AnyFact], under: int | None = None) -> None:
        self._reach()
        self.order.append("facts")
        known = set(self.lines)
        self.lines += [line for line in map(encode, facts) if line not in known]
        self.batches.append(len(facts))

    async def put_sealed(self, tenant: TenantId, sealed: Mapping[PersonalId, bytes]) -> None:
        self._reach()
        self.order.append("personal")
        self.personal |= sealed

    async def publish(self, tenant: TenantId, lines: list[bytes]) -> bool:
        self.order.append("news")
        self.news.append((tenant, lines))
        return True

    def _reach(self) -> None:
        if self.stale:
            raise StaleEpoch("somebody acts under a newer epoch")
        if self.away > 0:
            self.away -= 1
            raise StoreUnavailable("away")


@dataclass(slots=True)
class FakeLeases:
    """`answers` come first, one each; then every request is granted."""

    answers: list[Lease | LeaseHeld | LeaseLost | StoreUnavailable] = field(default_factory=list)
    asked: list[tuple[str, tuple[Shard, ...]]] = field(default_factory=list)

    async def take(self, shards: Sequence[Shard], holder: str, seconds: float) -> tuple[Lease | LeaseHeld, ...]:
        self.asked.append(("take", tuple(shards)))
        answers = [self._next(Lease(shard, 4, holder, START)) for shard in shards]
        assert not any(isinstance(answer, LeaseLost) for answer in answers)
        return tuple(answers)  # type: ignore[arg-type]

    async def renew(self, leases: Sequence[Lease], seconds: float) -> tuple[Lease | LeaseLost, ...]:
        self.asked.append(("renew", tuple(lease.shard for lease in leases)))
        answers = [self._next(lease) for lease in leases]
        assert not any(isinstance(answer, LeaseHeld) for answer in answers)
        return tuple(answers)  # type: ignore[arg-type]

    async def give_back(self, leases: Sequence[Lease]) -> None:
        self.asked.append(("give_back", tuple(lease.shard for lease in leases)))

    def _next(self, granted: Lease) -> Lease | LeaseHeld | LeaseLost:
        answer = self.answers.pop(0) if self.answers else granted
        if isinstance(answer, StoreUnavailable):
            raise answer
        return answer


@dataclass(slots=True)
class FakeSnapshots:
    """The seq of each floor that was saved, and when; `away` as above."""

    away: int = 0
    saved: list[tuple[TenantId, int, datetime]] = field(default_factory=list)
    pruned: list[TenantId] = field(default_factory=list)

    async def save(self, floor: Floor, at: datetime) -> None:
        if self.away > 0:
            self.away -= 1
            raise StoreUnavailable("away")
        self.saved.append((floor.tenant, floor.seq, at))

    async def prune(self, tenant: TenantId, keep: int = 2) -> int:
        self.pruned.append(tenant)
        return 0
