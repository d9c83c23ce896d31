"""The history of every tenant in PostgreSQL: append in order, read in order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg
from sqlalchemy import BindParameter, Row, Select, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from acd.facts import Body
from kernel.fact import Fact
from kernel.ids import CallId, TenantId, shard_of
from store.codec import UnknownFact, decode, encode
from store.engine import crosses_tenants, driven, singly, tenant_session, tenant_statement, transaction
from store.errors import SeqTaken, StaleEpoch
from store.record_rows import Page
from store.tables.facts import facts as table

_STALE_EPOCH: Final = "DW001"
_BATCH_LIMIT: Final = 10_000

_APPEND: Final = """
    INSERT INTO facts (tenant, seq, epoch, shard, at, type, schema, subject, call, line)
    SELECT * FROM unnest(
        $1::text[], $2::bigint[], $3::bigint[], $4::smallint[], $5::timestamptz[], $6::text[], $7::integer[],
        $8::text[], $9::text[], $10::text[])
    ON CONFLICT (tenant, epoch, seq) DO NOTHING
"""
_WRITE_UNDER: Final = "SELECT set_config('app.epoch', $1, true)"

AnyFact = Fact[Body | UnknownFact]


@dataclass(frozen=True, slots=True)
class Last:
    """The newest fact of a tenant: its epoch and its seq; both 0 when there is none."""

    epoch: int
    seq: int


class FactStore:
    """Facts by tenant. Appending needs a platform engine; reading works on a tenant engine too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._looks = singly(engine)

    async def append(self, facts: Sequence[AnyFact], under: int | None = None) -> None:
        """Writes the facts, all or none, in one round trip; those that are there already are left alone.

        `under` is the epoch of the lease in whose name an older journal's tail is brought; None: each fact's own.
        Raises StaleEpoch when a newer epoch holds the shard, SeqTaken when another epoch has used a seq,
        StoreUnavailable when the database is away (then append the same again).
        """
        if not facts:
            return
        columns = _columns(facts)
        try:
            async with driven(self._engine) as driver:
                if under is None:
                    await driver.execute(_APPEND, *columns)
                    return
                async with driver.transaction():
                    await driver.execute(_WRITE_UNDER, str(under))
                    await driver.execute(_APPEND, *columns)
        except asyncpg.UniqueViolationError as error:
            raise SeqTaken(f"{facts[0].tenant} {facts[0].epoch} {facts[0].seq}..{facts[-1].seq}") from error
        except asyncpg.PostgresError as error:
            if error.sqlstate == _STALE_EPOCH:
                raise StaleEpoch(str(error)) from error
            raise

    async def since(self, tenant: TenantId, seq: int, limit: int = _BATCH_LIMIT) -> tuple[AnyFact, ...]:
        """The facts after `seq` in order, at most `limit`; fewer than that means these are all."""
        return await self._read(
            tenant,
            select(table.c.line).where(table.c.tenant == tenant, table.c.seq > seq).order_by(table.c.seq).limit(limit),
        )

    async def of_subject(self, tenant: TenantId, subject: CallId | str) -> tuple[AnyFact, ...]:
        """Every fact about the call (agent, queue) `subject`, in order of seq; none when it is another tenant's."""
        return await self._read(
            tenant,
            select(table.c.line).where(table.c.tenant == tenant, table.c.subject == subject).order_by(table.c.seq),
        )

    async def of_subjects(self, tenant: TenantId, subjects: Collection[CallId]) -> tuple[AnyFact, ...]:
        """Every fact about these calls, in order of seq."""
        mine = table.c.subject.in_(list(subjects))
        return await self._read(
            tenant, select(table.c.line).where(table.c.tenant == tenant, mine).order_by(table.c.seq)
        )

    async def newest(
        self, tenant: TenantId, kinds: Sequence[type], limit: int, cursor: str | None = None
    ) -> Page[AnyFact]:
        """The facts of these kinds, the newest first, from `cursor` on. Raises ValueError for a bad cursor."""
        # The names stand in the statement itself: an index over these kinds alone is of no use to a placeholder.
        names: BindParameter[list[str]] = bindparam(
            "kinds", [kind.__name__ for kind in kinds], expanding=True, literal_execute=True
        )
        query = select(table.c.line).where(table.c.tenant == tenant, table.c.type.in_(names))
        if cursor is not None:
            query = query.where(table.c.seq < _seq(cursor))
        facts = await self._read(tenant, query.order_by(table.c.seq.desc()).limit(limit + 1))
        return Page(facts[:limit], str(facts[limit - 1].seq) if len(facts) > limit else None)

    async def of_kinds(self, tenant: TenantId, kinds: Sequence[type], until: datetime) -> tuple[AnyFact, ...]:
        """Every fact of these kinds that happened before `until`, in order of seq."""
        names: BindParameter[list[str]] = bindparam(
            "kinds", [kind.__name__ for kind in kinds], expanding=True, literal_execute=True
        )
        query = select(table.c.line).where(table.c.tenant == tenant, table.c.type.in_(names), table.c.at < until)
        return await self._read(tenant, query.order_by(table.c.seq))

    async def last(self, tenant: TenantId) -> Last:
        """Where the tenant's history ends in the database."""
        newest = (
            select(table.c.epoch, table.c.seq).where(table.c.tenant == tenant).order_by(table.c.seq.desc()).limit(1)
        )
        async with tenant_session(self._engine, tenant) as connection:
            row = (await connection.execute(newest)).first()
        return Last(row.epoch, row.seq) if row else Last(0, 0)

    @crosses_tenants
    async def tenants(self) -> tuple[TenantId, ...]:
        """Every tenant that has a history, by a loose scan of the key (one step per tenant, not per fact)."""
        async with transaction(self._engine) as connection:
            rows = await connection.execute(
                text("""
                WITH RECURSIVE known AS (
                    (SELECT tenant FROM facts ORDER BY tenant LIMIT 1)
                    UNION ALL
                    SELECT (SELECT f.tenant FROM facts AS f WHERE f.tenant > known.tenant ORDER BY f.tenant LIMIT 1)
                      FROM known WHERE known.tenant IS NOT NULL
                ) SELECT tenant FROM known WHERE tenant IS NOT NULL
            """)
            )
            return tuple(TenantId(row.tenant) for row in rows)

    async def _read(self, tenant: TenantId, query: Select[tuple[str]]) -> tuple[AnyFact, ...]:
        async with tenant_statement(self._looks, tenant) as connection:
            rows: Sequence[Row[tuple[str]]] = (await connection.execute(query)).all()
        return tuple(decode(row.line.encode()) for row in rows)


def _seq(cursor: str) -> int:
    seq = int(cursor)
    if not 0 < seq < 1 << 63:
        raise ValueError("no seq")
    return seq


def _columns(facts: Sequence[AnyFact]) -> tuple[list[object], ...]:
    return (
        [fact.tenant for fact in facts],
        [fact.seq for fact in facts],
        [fact.epoch for fact in facts],
        [shard_of(fact.tenant) for fact in facts],
        [fact.at for fact in facts],
        [fact.type for fact in facts],
        [fact.schema for fact in facts],
        [fact.subject for fact in facts],
        [getattr(fact.body, "call", None) for fact in facts],
        [encode(fact).decode() for fact in facts],
    )
