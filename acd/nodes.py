"""Which Asterisk nodes can be used: a call is offered only while its caller's node is, the others go on meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.effects import Effect
from acd.facts import Body, FloorHeld, FloorOpened
from acd.inputs import NodeWasLost, RecoveryFinished
from acd.matching import match, prepare
from acd.model import Floor, Work
from acd.work import absence


def lost(floor: Floor, given: NodeWasLost, _now: datetime) -> Iterator[Body | Effect]:
    """Its calls stay as they are until it is known what has become of them; what was made ahead there is let go, so
    that it can be made where calls go on."""
    if given.node not in floor.nodes:
        return
    yield FloorHeld(given.node)
    if floor.open:
        for agent in list(floor.agents.values()):
            if agent.prepared_on == given.node:
                yield from prepare.drop(agent, "node_lost")


def recovered(floor: Floor, given: RecoveryFinished, now: datetime) -> Iterator[Body | Effect]:
    """The node is as the floor says: its callers are offered again."""
    if given.node in floor.nodes:
        return
    yield FloorOpened(sum(len(queue.turns) for queue in floor.queues.values()), given.node)
    yield from match.for_everyone(floor, now)
    for agent in floor.agents.values():
        yield from absence.watch(floor, agent.id)
        if agent.work is Work.FREE:
            # Who became free while nothing was given out.
            yield from prepare.rest(agent, now)
