"""What becomes of callers when the node of whom they talk with, or of whose telephone rings for them, dies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acd.facts import CallQueued
from acd.model import Call, Leg, Party, Place
from tests.unit.acd.invariants import broken
from tests.unit.acd.play import Play


def _phones(play: Play) -> list[Leg]:
    """The legs of agents that are rung, or talk, and of which everything has been told."""
    switch = play.world.switch
    legs = [leg for leg in play.world.floor.legs.values() if leg.party is Party.AGENT and leg.agent is not None]
    return [leg for leg in legs if leg.channel in switch.channels and not switch.reports.get(leg.channel)]


def _far_node_dies(play: Play, who: int, what: int) -> None:
    """One telephone, or every other, was at a node that is no more."""
    phones = sorted(_phones(play), key=lambda leg: leg.id)
    chosen = phones[who % 2 :: 2] if what % 3 == 0 else phones[who % len(phones) :][:1] if phones else []
    for leg in chosen:
        if leg.channel in play.world.switch.channels and not play.world.switch.reports.get(leg.channel):
            _dies(play, leg)


def _dies(play: Play, leg: Leg) -> None:
    floor = play.world.floor
    call, works = floor.calls[leg.call], leg.node in floor.nodes
    served = works and _is_served_alone(play, call, leg)
    queue, since, known = call.served_by, call.queued, len(play.world.facts)
    play.world.switch.lose(leg.channel)
    play.world.deliver("report", leg.channel)
    if served and queue in floor.queues:
        # Where he waits no agent may be left, and the queue's own rules take him elsewhere at once.
        joins = [fact.body for fact in play.world.facts[known:] if isinstance(fact.body, CallQueued)]
        mine = [(one.queue, one.since) for one in joins if one.call == call.id]
        bool(mine) or broken("g", f"{call.id} was cut off with another node, and is lost")
        mine[0] == (queue, since) or broken("d", f"{call.id} has lost his turn with another node: {mine}")
    agent = None if leg.agent is None else floor.agents.get(leg.agent)
    if works and agent is not None and agent.leg is None:
        not agent.matchable or broken("c", f"{agent.id} is ready although his node has just died")


def _is_served_alone(play: Play, call: Call, leg: Leg) -> bool:
    """A caller who came from a queue talks with this agent, and with nobody else."""
    if call.place is not Place.TALKING or call.queued is None or call.caller_leg in (None, leg.id):
        return False
    if call.callback is not None or call.invitation is not None or len(call.conversations) != 1:
        return False
    return play.world.floor.conversations[call.conversations[0]].legs == {call.caller_leg, leg.id}


ACTS: Final[dict[str, Callable[[Play, int, int], None]]] = {"far_node_dies": _far_node_dies}
HAT: Final = ["far_node_dies"] * 3
