"""What a tenant's contracts allow, in the words of its floor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from acd.config import AgentConfig, Limits, SeatPool
from tariff.rights.entitlement import NOTHING, RECORDING, SEAT, Entitled


def limits(entitled: Entitled, seat_grace: float) -> Limits:
    """The limits of the floor; `seat_grace`: seconds for which an agent may be gone before his seat is given back."""
    places = entitled.places
    return Limits(
        seats=tuple(
            SeatPool("" if kind == SEAT else kind, limit, clause) for kind, limit, clause in entitled.seat_pools
        ),
        places=None if places is None else places.limit,
        places_clause="" if places is None else places.clause,
        recording=entitled.may(RECORDING),
        seat_grace=seat_grace,
        suspended=entitled.suspended,
    )


def licensed(agents: Iterable[AgentConfig], limits: Limits) -> tuple[AgentConfig, ...]:
    """The agents with the kind of seat each takes: whoever names none takes one of the only kind there is."""
    only = limits.seats[0].kind if len(limits.seats) == 1 else ""
    return tuple(agent if agent.licence else replace(agent, licence=only) for agent in agents)


def with_every_kind(limits: Limits, agents: Iterable[AgentConfig]) -> Limits:
    """The limits with a pool of no seats for each kind that an agent has and no contract gives: so that his refusal
    names a clause."""
    bought = {pool.kind for pool in limits.seats}
    if not bought:
        return limits
    missing = sorted({agent.licence for agent in agents} - bought)
    return replace(limits, seats=(*limits.seats, *(SeatPool(kind, 0, NOTHING) for kind in missing)))
