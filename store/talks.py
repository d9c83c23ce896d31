"""The calls of a tenant with both parties' numbers, for whoever rates them."""

from __future__ import annotations

from datetime import datetime

from kernel.ids import TenantId
from kernel.usage import LineKind
from reports.rated_calls import Talk
from store.personal import PersonalStore
from store.records import RecordStore


async def talks(
    records: RecordStore, personal: PersonalStore, tenant: TenantId, since: datetime, until: datetime
) -> tuple[Talk, ...]:
    """The calls that arrived from `since` to before `until`, the earliest first."""
    rows = await records.between(tenant, since, until)
    numbers = await personal.get_many(tenant, {row.caller for row in rows})
    return tuple(
        Talk(
            row.call,
            row.arrived,
            row.direction,
            row.number,
            numbers.get(row.caller, ""),
            row.answered_at is not None,
            row.talk_seconds,
            None if row.line_kind is None else LineKind(row.line_kind),
        )
        for row in rows
    )
