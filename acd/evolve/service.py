"""What facts beside their calls do to agents (part of `evolve`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.evolve.agents import idle_from
from acd.evolve.lines import leave_lines, take_up
from acd.model import Floor, Wish, Work


def _extended(floor: Floor, body: facts.WrapUpExtended, _at: datetime) -> None:
    floor.agents[body.agent].wrap_up_until = body.until


def _left(floor: Floor, body: facts.QueueLeft, _at: datetime) -> None:
    agent = floor.agents[body.agent]
    leave_lines(floor, agent)
    agent.away_from.add(body.queue)
    take_up(floor, agent)


def _rejoined(floor: Floor, body: facts.QueueRejoined, _at: datetime) -> None:
    agent = floor.agents[body.agent]
    leave_lines(floor, agent)
    agent.away_from.discard(body.queue)
    take_up(floor, agent)


def _told(floor: Floor, body: facts.ConnectableTold, at: datetime) -> None:
    agent = floor.agents[body.agent]
    agent.connectable = body.connectable
    if agent.work is Work.FREE and agent.wish is Wish.READY:
        agent.since = at
    idle_from(floor, agent, at)


def _forced(_floor: Floor, _body: facts.StateForced, _at: datetime) -> None:
    """The facts that follow change the agent; people read this one."""


def _pauses(floor: Floor, body: facts.PausesChanged, _at: datetime) -> None:
    floor.pauses = {one.id: one for one in body.pauses}


STEPS: Final[dict[type, Callable[[Floor, Any, datetime], None]]] = {
    facts.WrapUpExtended: _extended,
    facts.QueueLeft: _left,
    facts.QueueRejoined: _rejoined,
    facts.ConnectableTold: _told,
    facts.StateForced: _forced,
    facts.PausesChanged: _pauses,
}
