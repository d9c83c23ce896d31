"""How much of what the contracts count is in use: seats by kind, waiting places by number, channels by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from acd.facts import (
    AgentRemoved,
    Body,
    LegGone,
    LegStarted,
    LimitsChanged,
    NumbersChanged,
    SeatReturned,
    SeatTaken,
    WaitingPlaceReturned,
    WaitingPlaceTaken,
)
from acd.model import Floor
from reports.seat_ledger import pools


@dataclass(frozen=True, slots=True)
class Use:
    """`used` of `limit` (None: not limited) `of` one kind of seat, called number or line, by `clause`."""

    of: str
    used: int
    limit: int | None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Capacity:
    """All of the tenant's together, and `parts`: each kind, each number with places of its own or callers, each
    line."""

    used: int
    limit: int | None
    parts: tuple[Use, ...]


def seats(floor: Floor) -> Capacity:
    """Seats [シート] taken, by kind of licence."""
    parts = tuple(Use(pool.kind, pool.used, pool.limit, pool.clause) for pool in pools(floor))
    bought = [pool.limit for pool in floor.limits.seats]
    return Capacity(len(floor.seats), sum(bought) if bought else None, parts)


def places(floor: Floor) -> Capacity:
    """Waiting places [待ち呼] taken, by called number."""
    allotted = {rule.number: rule.places for rule in floor.numbers.values() if rule.places is not None}
    parts = tuple(
        Use(number, len(floor.places.get(number, ())), allotted.get(number), floor.limits.places_clause)
        for number in sorted({*allotted, *floor.places})
    )
    return Capacity(sum(len(calls) for calls in floor.places.values()), floor.limits.places, parts)


def channels(floor: Floor) -> Capacity:
    """Channels in use, by line."""
    parts = tuple(
        Use(line.id, floor.channels.get(line.id, 0), line.channels, line.clause)
        for line in sorted(floor.lines.values(), key=lambda line: line.id)
    )
    limits = [line.limit for line in parts]
    together = sum(limit for limit in limits if limit is not None)
    return Capacity(sum(floor.channels.values()), together if parts and None not in limits else None, parts)


@dataclass(frozen=True, slots=True)
class Moved:
    """Which of the three a fact may have changed."""

    seats: bool = False
    places: bool = False
    channels: bool = False


NOTHING: Final = Moved()


def moved(floor: Floor, body: Body) -> Moved:
    """Asked before the fact is applied, while a leg that goes still stands."""
    match body:
        case LimitsChanged() | NumbersChanged():
            return Moved(True, True, True)
        case SeatTaken() | SeatReturned() | AgentRemoved():
            return Moved(seats=True)
        case WaitingPlaceTaken() | WaitingPlaceReturned():
            return Moved(places=True)
        case LegStarted():
            return Moved(channels=body.line is not None)
        case LegGone():
            leg = floor.legs.get(body.leg)
            return Moved(channels=leg is not None and leg.line is not None)
        case _:
            return NOTHING
