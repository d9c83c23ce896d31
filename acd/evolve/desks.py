"""Who is at which phone, who has which extension, and how many seats of each kind are taken (part of `evolve`)."""

from __future__ import annotations

from acd.model import Agent, Floor
from kernel.ids import AgentId


def settle(floor: Floor, agent: Agent) -> None:
    """He is at the phone, and has the extension, that he has from now on."""
    floor.desks.setdefault(agent.endpoint, set()).add(agent.id)
    if agent.config.extension:
        floor.extensions.setdefault(agent.config.extension, set()).add(agent.id)


def get_up(floor: Floor, agent: Agent) -> None:
    """Forget where he is; needed before his desk or his configuration changes."""
    for known, name in ((floor.desks, agent.endpoint), (floor.extensions, agent.config.extension)):
        there = known.get(name, set())
        there.discard(agent.id)
        if not there:
            known.pop(name, None)


def take_seat(floor: Floor, agent: AgentId, kind: str) -> None:
    """He holds a seat of this kind, and no other."""
    give_seat_back(floor, agent)
    floor.seats[agent] = kind
    floor.seats_used[kind] = floor.seats_used.get(kind, 0) + 1


def give_seat_back(floor: Floor, agent: AgentId) -> None:
    """He holds none any more."""
    kind = floor.seats.pop(agent, None)
    if kind is None:
        return
    floor.seats_used[kind] -= 1
    if not floor.seats_used[kind]:
        del floor.seats_used[kind]
