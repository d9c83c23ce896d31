"""How many rules with an IVR a tenant has had, of how many that were bought: what is beyond them is billed.

A line is written whenever either number becomes another one, so the most there were at once in any month can be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from ivr import document
from ivr.flow import Menu
from kernel.ids import ContractId, TenantId
from store.config_parts import TenantConfig
from store.engine import tenant_session
from store.record_rows import Page
from store.tables.audit import rule_counts as table
from tariff.rights.entitlement import Count


@dataclass(frozen=True, slots=True)
class RuleCount:
    """From `at` on `used` things of a kind were set up, and `allowed` were bought, by `clause` of `contract`."""

    seq: int
    at: datetime
    kind: str
    used: int
    allowed: int
    clause: str
    contract: ContractId

    @property
    def excess(self) -> int:
        """How many are beyond what was bought."""
        return max(0, self.used - self.allowed)


def rules_with_ivr(config: TenantConfig) -> int:
    """The flows that ask for a key and that some number leads to."""
    led_to = {number.flow for number in config.numbers}
    flows = (document.read(flow.id, flow.version, flow.document) for flow in config.flows if flow.id in led_to)
    return sum(any(isinstance(step, Menu) for step in flow.steps.values()) for flow in flows)


class CountStore:
    """The lines of each tenant. Writing needs a platform engine; nobody may change or remove one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, tenant: TenantId, key: str, at: datetime, kind: str, used: int, bought: Count) -> bool:
        """Writes a line when it says something else than the last one; False when not.

        `key` names what made it so: the same one adds no second line.
        """
        newest = select(table.c.used, table.c.allowed).where(table.c.tenant == tenant, table.c.kind == kind)
        async with tenant_session(self._engine, tenant) as connection:
            last = (await connection.execute(newest.order_by(table.c.seq.desc()).limit(1))).first()
            if (used, bought.limit) == (0, 0) if last is None else (last.used, last.allowed) == (used, bought.limit):
                return False
            line = {
                "tenant": tenant,
                "key": key,
                "at": at,
                "kind": kind,
                "used": used,
                "allowed": bought.limit,
                "clause": bought.clause,
                "contract": bought.contract,
            }
            return (await connection.execute(insert(table).values(line).on_conflict_do_nothing())).rowcount == 1

    async def of(self, tenant: TenantId, limit: int, cursor: str | None = None) -> Page[RuleCount]:
        """The lines, the newest first. Raises ValueError for a bad cursor."""
        query = select(table).where(table.c.tenant == tenant)
        if cursor is not None:
            query = query.where(table.c.seq < int(cursor))
        async with tenant_session(self._engine, tenant) as connection:
            rows = (await connection.execute(query.order_by(table.c.seq.desc()).limit(limit + 1))).all()
        return Page(_counts(rows[:limit]), str(rows[limit - 1].seq) if len(rows) > limit else None)

    async def within(self, tenant: TenantId, kind: str, since: datetime, until: datetime) -> tuple[RuleCount, ...]:
        """The lines of a kind from `since` to before `until` in their order, after the one that held at `since`."""
        mine = select(table).where(table.c.tenant == tenant, table.c.kind == kind)
        order = (table.c.at, table.c.seq)
        standing = mine.where(table.c.at < since).order_by(*(column.desc() for column in order)).limit(1)
        inside = mine.where(table.c.at >= since, table.c.at < until).order_by(*order)
        async with tenant_session(self._engine, tenant) as connection:
            before = (await connection.execute(standing)).all()
            return _counts([*before, *(await connection.execute(inside)).all()])


def _counts(rows: Sequence[Row[Any]]) -> tuple[RuleCount, ...]:
    return tuple(
        RuleCount(row.seq, row.at, row.kind, row.used, row.allowed, row.clause, ContractId(row.contract))
        for row in rows
    )
