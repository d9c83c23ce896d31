"""Who acts for a shard: one row per shard whose epoch grows with every taking; time is the database's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import Shard
from store.engine import transaction

_TAKE: Final = text("""
    INSERT INTO leases (shard, epoch, holder, until)
    VALUES (:shard, 1, :holder, clock_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (shard) DO UPDATE
       SET epoch = leases.epoch + 1, holder = excluded.holder,
           until = clock_timestamp() + make_interval(secs => :seconds)
     WHERE leases.until <= clock_timestamp() OR leases.holder = excluded.holder
    RETURNING shard, epoch, holder, until
""")
_READ: Final = text("SELECT shard, epoch, holder, until FROM leases WHERE shard = :shard")
_RENEW: Final = text("""
    UPDATE leases SET until = clock_timestamp() + make_interval(secs => :seconds)
     WHERE shard = :shard AND epoch = :epoch AND holder = :holder
    RETURNING shard, epoch, holder, until
""")
_GIVE_BACK: Final = text("""
    UPDATE leases SET until = clock_timestamp() WHERE shard = :shard AND epoch = :epoch AND holder = :holder
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
    """Somebody else, `holder`, acts for the shard: ask again at `until`."""

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

    async def take(self, shard: Shard, holder: str, seconds: float) -> Lease | LeaseHeld:
        """The lease under the next epoch, or who has a living one.

        The same holder takes at once: it names one process on one machine, so its earlier self is dead.
        """
        async with transaction(self._engine) as connection:
            row = (await connection.execute(_TAKE, {"shard": shard, "holder": holder, "seconds": seconds})).first()
            if row is not None:
                return _lease(row)
            other = (await connection.execute(_READ, {"shard": shard})).one()
            return LeaseHeld(other.holder, other.until)

    async def renew(self, lease: Lease, seconds: float) -> Lease | LeaseLost:
        """The same lease for `seconds` from now, also after it ran out, as long as nobody took the shard."""
        values = {"shard": lease.shard, "epoch": lease.epoch, "holder": lease.holder, "seconds": seconds}
        async with transaction(self._engine) as connection:
            row = (await connection.execute(_RENEW, values)).first()
        return _lease(row) if row is not None else LeaseLost(lease.shard)

    async def give_back(self, lease: Lease) -> None:
        """Lets the next one take the shard at once; nothing happens when it was taken already."""
        values = {"shard": lease.shard, "epoch": lease.epoch, "holder": lease.holder}
        async with transaction(self._engine) as connection:
            await connection.execute(_GIVE_BACK, values)

    async def of(self, shard: Shard) -> Lease | None:
        """The newest lease of the shard, living or run out."""
        async with transaction(self._engine) as connection:
            row = (await connection.execute(_READ, {"shard": shard})).first()
        return _lease(row) if row is not None else None


def _lease(row: Row[Any]) -> Lease:
    return Lease(Shard(row.shard), row.epoch, row.holder, row.until)
