"""Seats over time, out of the seat ledger: who had one from when to when, and how many were in use at most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from kernel.ids import AgentId
from reports import highest
from reports.highest import Day, Point
from reports.seat_ledger import SeatEntry, SeatEvent


@dataclass(frozen=True, slots=True)
class SeatUse:
    """An agent had a seat of a kind from `taken` to `returned` (None: he has it still)."""

    agent: AgentId
    kind: str
    taken: datetime
    returned: datetime | None = None
    why: str = ""


def uses(lines: Iterable[SeatEntry], since: datetime, until: datetime) -> tuple[SeatUse, ...]:
    """Every use of a seat that reaches into the time from `since` to before `until`, whole; the earliest first."""
    held: dict[AgentId, SeatUse] = {}
    over: list[SeatUse] = []
    for line in lines:
        match line.event:
            case SeatEvent.TAKEN:
                held[line.agent] = SeatUse(line.agent, line.kind, line.at)
            case SeatEvent.RETURNED if line.agent in held:
                over.append(replace(held.pop(line.agent), returned=line.at, why=line.why))
            case _:
                continue
    found = (*over, *held.values())
    within = [use for use in found if use.taken < until and (use.returned is None or use.returned >= since)]
    return tuple(sorted(within, key=lambda use: (use.taken, use.agent)))


def days(lines: Iterable[SeatEntry], since: datetime, until: datetime, zone: tzinfo) -> tuple[Day, ...]:
    """The days of each kind of seat."""
    points = (Point(line.at, line.kind, line.used, line.limit, line.event is SeatEvent.REFUSED) for line in lines)
    return highest.days(points, since, until, zone)
