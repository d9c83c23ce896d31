"""Who acts for a shard: one row per shard whose epoch grows with every taking; time is the database's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import Shard
from store.engine import transaction

_TAKE: Final = text("""
    INSERT INTO leases (shard, epoch, holder, until)
    SELECT shard, 1, :holder, clock_timestamp() + make_interval(secs => :seconds)
      FROM unnest(cast(:shards AS smallint[])) AS shard ORDER BY shard
    ON CONFLICT (shard) DO UPDATE
       SET epoch = leases.epoch + 1, holder = excluded.holder,
           until = clock_timestamp() + make_interval(secs => :seconds)
     WHERE leases.until <= clock_timestamp() OR leases.holder = excluded.holder
    RETURNING shard, epoch, holder, until
""")
_READ: Final = text("SELECT shard, epoch, holder, until FROM leases WHERE shard = ANY(cast(:shards AS smallint[]))")
_LOCK: Final = text("SELECT shard FROM leases WHERE shard = ANY(cast(:shards AS smallint[])) ORDER BY shard FOR UPDATE")
_RENEW: Final = text("""
    UPDATE leases SET until = clock_timestamp() + make_interval(secs => :seconds)
      FROM unnest(cast(:shards AS smallint[]), cast(:epochs AS bigint[])) AS mine (shard, epoch)
     WHERE leases.shard = mine.shard AND leases.epoch = mine.epoch AND leases.holder = :holder
    RETURNING leases.shard, leases.epoch, leases.holder, leases.until
""")
_GIVE_BACK: Final = text("""
    UPDATE leases SET until = clock_timestamp()
      FROM unnest(cast(:shards AS smallint[]), cast(:epochs AS bigint[])) AS mine (shard, epoch)
     WHERE leases.shard = mine.shard AND leases.epoch = mine.epoch AND leases.holder = :holder
""")


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to act for `shard` under `epoch` until `until` (the database's clock)."""

    shard: Shard
    epoch: int
    holder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LeaseHeld:
    """Somebody else, `holder`, acts for `shard`: ask again at `until`."""

    shard: Shard
    holder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LeaseLost:
    """The shard was taken under a newer epoch: stop acting for it."""

    shard: Shard


class Leases:
    """The leases of the platform."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def take(self, shards: Sequence[Shard], holder: str, seconds: float) -> tuple[Lease | LeaseHeld, ...]:
        """For each shard its lease under the next epoch, or who has a living one; in one round trip for all.

        The same holder takes at once: it names one process on one machine, so its earlier self is dead.
        """
        wanted = {"shards": sorted(shards)}
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(_TAKE, {**wanted, "holder": holder, "seconds": seconds})).all()
            taken = {row.shard: _lease(row) for row in rows}
            if len(taken) == len(shards):
                return tuple(taken[shard] for shard in shards)
            others = {row.shard: row for row in (await connection.execute(_READ, wanted)).all()}
        return tuple(
            taken.get(shard) or LeaseHeld(shard, others[shard].holder, others[shard].until) for shard in shards
        )

    async def renew(self, leases: Sequence[Lease], seconds: float) -> tuple[Lease | LeaseLost, ...]:
        """The same leases for `seconds` from now, also after they ran out, as long as nobody took the shard.

        All of them belong to one holder.
        """
        if not leases:
            return ()
        values = _named(leases)
        async with transaction(self._engine) as connection:
            # Rows are locked in one order, or two controllers that renew each other's shards might block for ever.
            await connection.execute(_LOCK, {"shards": sorted(values["shards"])})
            rows = (await connection.execute(_RENEW, {**values, "seconds": seconds})).all()
        renewed = {row.shard: _lease(row) for row in rows}
        return tuple(renewed.get(lease.shard) or LeaseLost(lease.shard) for lease in leases)

    async def give_back(self, leases: Sequence[Lease]) -> None:
        """Lets the next one take the shards at once; nothing happens to those that were taken already."""
        if not leases:
            return
        async with transaction(self._engine) as connection:
            await connection.execute(_GIVE_BACK, _named(leases))

    async def of(self, shard: Shard) -> Lease | None:
        """The newest lease of the shard, living or run out."""
        async with transaction(self._engine) as connection:
            row = (await connection.execute(_READ, {"shards": [shard]})).first()
        return _lease(row) if row is not None else None


def _named(leases: Sequence[Lease]) -> dict[str, Any]:
    return {
        "shards": [lease.shard for lease in leases],
        "epochs": [lease.epoch for lease in leases],
        "holder": leases[0].holder,
    }


def _lease(row: Row[Any]) -> Lease:
    return Lease(Shard(row.shard), row.epoch, row.holder, row.until)
