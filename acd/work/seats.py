"""Seats [シート]: what the contracts leave of each kind, and the facts of taking one and giving it back."""

from __future__ import annotations

from acd.facts import SeatReturned, SeatTaken
from acd.model import Agent, Floor
from kernel.ids import AgentId
from kernel.refusal import Code, Refused


def used(floor: Floor, kind: str) -> int:
    """How many seats of this kind are taken."""
    return floor.seats_used.get(kind, 0)


def no_room(floor: Floor, kind: str) -> Refused | None:
    """Why no seat of this kind can be taken now, or None when one can. A kind that nobody bought has none at all."""
    if floor.limits.suspended:
        return Refused(Code.SUSPENDED, floor.limits.suspended)
    if not floor.limits.seats:
        return None
    pool, taken = floor.limits.pool(kind), used(floor, kind)
    limit, clause = (0, "") if pool is None else (pool.limit, pool.clause)
    if taken < limit:
        return None
    if kind:
        return Refused(Code.LICENCE_EXHAUSTED, clause, taken, limit, (("kind", kind),))
    return Refused(Code.SEAT_LIMIT_REACHED, clause, taken, limit)


def taken(floor: Floor, agent: Agent) -> SeatTaken:
    """The agent takes a seat of his licence's kind."""
    kind = agent.config.licence
    return SeatTaken(agent.id, used(floor, kind) + 1, _limit(floor, kind), kind)


def returned(floor: Floor, agent: AgentId, why: str) -> SeatReturned:
    """The agent gives his seat back: of the kind he took, whatever his licence has become."""
    kind = floor.seats[agent]
    return SeatReturned(agent, used(floor, kind) - 1, _limit(floor, kind), kind, why)


def _limit(floor: Floor, kind: str) -> int | None:
    pool = floor.limits.pool(kind)
    return pool.limit if pool is not None else (0 if floor.limits.seats else None)
