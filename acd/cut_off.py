"""Who talked with somebody at a node that was lost: his own channel lives, and he goes back to his queue."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from acd import offers
from acd.calls import PLATFORM_FAILURE
from acd.effects import Effect, StartMusic
from acd.facts import Body, CallTurned
from acd.model import Call, Floor, Leg, Line
from acd.waiting import joining
from kernel.ids import LegId


def at_its_far_end(floor: Floor, leg: Leg, why: str) -> bool:
    """Whether what broke of this leg is its other end alone: all legs of a call are on one node, and that one can be
    used."""
    return why == PLATFORM_FAILURE and leg.node in floor.nodes


def rest(floor: Floor, leg: Leg, now: datetime) -> Iterator[Body | Effect]:
    """Its agent was cut off with his node. Whether his phone can be rung again nobody knows yet: others come first."""
    agent = None if leg.agent is None else floor.agents.get(leg.agent)
    if agent is not None and agent.line is Line.UP:
        yield from offers.rests(agent, now)


def go_back(floor: Floor, call: Call, left: Collection[LegId], now: datetime) -> Iterator[Body | Effect]:
    """The one who was `left` alone waits in his queue again, in the turn that he had there; how long he may wait counts
    anew. Who came from no queue goes nowhere."""
    old = joining.old_turn(floor, call)
    if old is None or old.leg.id not in left:
        return
    waiting, queue = old.leg, old.queue
    if call.caller_leg != waiting.id:
        yield CallTurned(call.id, waiting.id)
    yield joining.queued(floor, queue, call, old.priority, old.since, now, now, called_back=old.called_back)
    yield from joining.timers(floor, call, now)
    yield StartMusic(waiting.node, waiting.channel, queue.config.music)
    yield from offers.next_one(floor, call, now)
