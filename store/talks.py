"""The calls of a tenant with both parties' numbers, for whoever rates them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from acd.model import Party
from kernel.ids import LegId, TenantId
from kernel.moment import seconds_between
from kernel.usage import LineKind
from reports.call_record import Direction
from reports.rated_calls import Talk
from store.personal import PersonalStore
from store.record_rows import CallRecordRow
from store.records import RecordStore


async def talks(
    records: RecordStore, personal: PersonalStore, tenant: TenantId, since: datetime, until: datetime
) -> tuple[Talk, ...]:
    """What began from `since` to before `until`, the earliest first: calls, when they arrived, and each leg that went
    out over a line, when it was answered.

    A call that an agent made is its leg; it stands for itself only as long as nobody has answered it.
    """
    rows = await records.between(tenant, since, until)
    numbers = await personal.get_many(tenant, {row.caller for row in rows})
    found: list[Talk] = []
    for row in rows:
        out = list(_out(row))
        if row.direction != Direction.OUTBOUND or not out:
            found.append(_itself(row, numbers.get(row.caller, "")))
        found += out
    return tuple(sorted((one for one in found if since <= one.arrived < until), key=lambda one: one.arrived))


def _itself(row: CallRecordRow, other: str) -> Talk:
    kind = None if row.line_kind is None else LineKind(row.line_kind)
    answered = row.answered_at is not None
    return Talk(row.call, row.arrived, row.direction, row.number, other, answered, _connected(row), kind)


def _connected(row: CallRecordRow) -> float:
    """Seconds from the answer until whoever called is gone: as the carrier counts, to whom it is all one whether he
    is on hold, in a queue once more, or talks with somebody outside."""
    if row.answered_at is None:
        return 0.0
    ends = [leg["ended"] for leg in orjson.loads(row.legs) if leg["party"] == Party.CALLER and leg["ended"] is not None]
    over = max(map(datetime.fromisoformat, ends), default=row.ended_at)
    return 0.0 if over is None else seconds_between(row.answered_at, over)


def _out(row: CallRecordRow) -> Iterator[Talk]:
    """The legs that went out over a line and were answered: the line is used until they end, whoever talks on them."""
    for leg in orjson.loads(row.legs):
        if leg.get("line_kind") is not None and leg["answered"] is not None and leg["ended"] is not None:
            yield _leg(row, leg)


def _leg(row: CallRecordRow, leg: dict[str, Any]) -> Talk:
    answered, ended = datetime.fromisoformat(leg["answered"]), datetime.fromisoformat(leg["ended"])
    return Talk(
        row.call,
        answered,
        Direction.OUTBOUND,
        leg["shown"],
        "",
        True,
        seconds_between(answered, ended),
        LineKind(leg["line_kind"]),
        LegId(leg["leg"]),
    )
