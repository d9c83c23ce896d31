"""The seat ledger: every seat that was taken, given back or refused, and what is in use, out of the same facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from acd.facts import SeatRefused, SeatReturned, SeatTaken
from acd.model import Floor
from kernel.fact import Fact
from kernel.ids import AgentId

SEAT_FACTS: Final = (SeatTaken, SeatReturned, SeatRefused)


class SeatEvent(StrEnum):
    """What happened to a seat."""

    TAKEN = "taken"
    RETURNED = "returned"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SeatEntry:
    """One line of the ledger. `used` of `limit` seats of this `kind` are taken after it (None: not limited).

    `why`: of a return signed_out, absent or removed. `clause`: by which a seat was refused.
    """

    seq: int
    at: datetime
    event: SeatEvent
    agent: AgentId
    kind: str
    used: int
    limit: int | None
    why: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class SeatPoolUse:
    """How many seats of a kind are taken, of how many (None: not limited), by which clause."""

    kind: str
    used: int
    limit: int | None
    clause: str


def entry(fact: Fact[object]) -> SeatEntry | None:
    """The line this fact makes; None when it is not about a seat."""
    match fact.body:
        case SeatTaken(agent, used, limit, kind):
            return SeatEntry(fact.seq, fact.at, SeatEvent.TAKEN, agent, kind, used, limit)
        case SeatReturned(agent, used, limit, kind, why):
            return SeatEntry(fact.seq, fact.at, SeatEvent.RETURNED, agent, kind, used, limit, why=why)
        case SeatRefused(agent, used, limit, kind, clause):
            return SeatEntry(fact.seq, fact.at, SeatEvent.REFUSED, agent, kind, used, limit, clause=clause)
        case _:
            return None


def ledger(facts: Iterable[Fact[object]]) -> tuple[SeatEntry, ...]:
    """The lines of these facts, in their order."""
    return tuple(line for line in map(entry, facts) if line is not None)


def holders(lines: Iterable[SeatEntry]) -> dict[AgentId, str]:
    """Who holds a seat of which kind after these lines, the oldest first: what the floor must say too."""
    held: dict[AgentId, str] = {}
    for line in lines:
        if line.event is SeatEvent.TAKEN:
            held[line.agent] = line.kind
        elif line.event is SeatEvent.RETURNED:
            held.pop(line.agent, None)
    return held


def pools(floor: Floor) -> tuple[SeatPoolUse, ...]:
    """Every kind that was bought or is in use, in the order of its name."""
    bought = {pool.kind: pool for pool in floor.limits.seats}
    kinds = sorted({*bought, *floor.seats.values()} or {""})
    return tuple(_pool(floor, kind) for kind in kinds)


def _pool(floor: Floor, kind: str) -> SeatPoolUse:
    used = sum(1 for taken in floor.seats.values() if taken == kind)
    pool = floor.limits.pool(kind)
    if pool is None:
        return SeatPoolUse(kind, used, 0 if floor.limits.seats else None, "")
    return SeatPoolUse(kind, used, pool.limit, pool.clause)
