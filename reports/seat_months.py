"""Seats over time, out of the seat ledger: who had one from when to when, and how many were in use at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from kernel.ids import AgentId
from reports.seat_ledger import SeatEntry, SeatEvent


@dataclass(frozen=True, slots=True)
class SeatUse:
    """An agent had a seat of a kind from `taken` to `returned` (None: he has it still)."""

    agent: AgentId
    kind: str
    taken: datetime
    returned: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class SeatDay:
    """A day of a kind of seat: the most in use at the same time, the limit then (None: none), how many were refused."""

    day: date
    kind: str
    highest: int
    limit: int | None
    refused: int


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


def days(lines: Iterable[SeatEntry], since: datetime, until: datetime, zone: tzinfo) -> tuple[SeatDay, ...]:
    """Each day from `since` to before `until` on which a kind was in use or refused; by day, then kind."""
    told = tuple(line for line in lines if line.at < until)
    return tuple(
        day
        for kind in sorted({line.kind for line in told})
        for day in _of_kind([line for line in told if line.kind == kind], since, until, zone)
    )


def _of_kind(lines: list[SeatEntry], since: datetime, until: datetime, zone: tzinfo) -> Iterator[SeatDay]:
    used, limit, at = 0, None, 0
    day = since.astimezone(zone).date()
    while datetime(day.year, day.month, day.day, tzinfo=zone) < until:
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
        begins = datetime(day.year, day.month, day.day, tzinfo=zone)
        while at < len(lines) and lines[at].at < begins:
            used, limit, at = lines[at].used, lines[at].limit, at + 1
        highest, refused, first = used, 0, at
        while at < len(lines) and lines[at].at < midnight:
            used, limit = lines[at].used, lines[at].limit
            highest, refused = max(highest, used), refused + (lines[at].event is SeatEvent.REFUSED)
            at += 1
        if highest or at > first:
            yield SeatDay(day, lines[0].kind, highest, limit, refused)
        day += timedelta(days=1)
