"""The deadlines that stand in a floor, so that a restarted controller sets its timers again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import attempts, menus, whispers
from acd.calling_back import callbacks
from acd.effects import SetTimer
from acd.inputs import LineRested, RingTimeEnded, WrapUpTimeEnded
from acd.leaving import callback_asking, messages, overflow_dialling
from acd.matching import prepare
from acd.model import Floor, Line, Place, Work
from acd.offers import LINE_REST
from acd.talking import invitations, park
from acd.waiting import joining
from acd.work import absence
from kernel.moment import after


def due(floor: Floor, now: datetime) -> Iterator[SetTimer]:
    """Every timer that the floor's state calls for; one whose moment has passed rings at once."""
    for offer in floor.offers.values():
        # Whoever has answered and is being told something rings no more.
        if floor.agents[offer.agent].whisper is None:
            yield SetTimer(offer.ring_until, RingTimeEnded(offer.id))
    for agent in floor.agents.values():
        if agent.wrap_up_until is not None:
            yield SetTimer(agent.wrap_up_until, WrapUpTimeEnded(agent.id, agent.wrap_up_until))
        if agent.work is Work.FREE:
            yield from prepare.rest(agent, now)
        yield from whispers.timer(agent, now)
        yield from absence.watch(floor, agent.id)
        if agent.line is Line.FAILED and agent.line_since is not None:
            yield SetTimer(after(agent.line_since, LINE_REST), LineRested(agent.id, agent.line_since))
    for call in floor.calls.values():
        if call.place is Place.WAITING:
            yield from joining.timers(floor, call, now)
            yield from callback_asking.timers(call)
        elif call.place is Place.FLOW:
            yield from menus.deadline(call)
        elif call.place is Place.OVERFLOW:
            yield from messages.timers(call)
            yield from callback_asking.timers(call)
            yield from overflow_dialling.timers(floor, call)
        elif call.place is Place.DIALLING:
            yield from attempts.timers(floor, call, now)
        elif call.place is Place.TALKING:
            yield from invitations.timer(floor, call)
            yield from park.timer(call)
    yield from callbacks.timers(floor, now)
