"""What facts do to calls that agents make, and to the agents on them (part of `evolve`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.evolve.agents import absent_from
from acd.evolve.lines import reindex
from acd.model import Agent, Floor, Work


def _planned(floor: Floor, body: facts.DialPlanned, _at: datetime) -> None:
    floor.calls[body.call].destination = body.destination


def _dialled(floor: Floor, body: facts.AgentDialled, at: datetime) -> None:
    agent = floor.agents[body.agent]
    agent.call, agent.leg = body.call, body.leg
    _works(floor, agent, Work.ON_CALL, at)


def _rung(floor: Floor, body: facts.AgentRung, at: datetime) -> None:
    agent = floor.agents[body.agent]
    agent.call, agent.leg = body.call, body.leg
    _works(floor, agent, Work.OFFERED, at)


def _answered(floor: Floor, body: facts.AgentAnswered, at: datetime) -> None:
    _works(floor, floor.agents[body.agent], Work.ON_CALL, at)


def _works(floor: Floor, agent: Agent, work: Work, at: datetime) -> None:
    agent.work, agent.since = work, at
    absent_from(agent, at)
    reindex(floor, agent)


def _alerted(floor: Floor, body: facts.LegAlerted, _at: datetime) -> None:
    floor.legs[body.leg].alerted = True


def _told(floor: Floor, body: facts.CallTold, _at: datetime) -> None:
    call = floor.calls[body.call]
    call.playback, call.told = body.playback, (body.outcome, body.sip)
    call.playbacks += 1


def _tried(floor: Floor, body: facts.DialTried, _at: datetime) -> None:
    """The leg's own facts change the call; who is called back before an agent is counted here."""
    call = floor.calls[body.call]
    if call.callback is not None:
        floor.callbacks[call.callback].trunks += 1


def _noted(_floor: Floor, _body: object, _at: datetime) -> None:
    """Nothing changes: the leg's own facts do; call records read it."""


STEPS: Final[dict[type, Callable[[Floor, Any, datetime], None]]] = {
    facts.DialPlanned: _planned,
    facts.AgentDialled: _dialled,
    facts.AgentRung: _rung,
    facts.AgentAnswered: _answered,
    facts.LegAlerted: _alerted,
    facts.CallTold: _told,
    facts.DialTried: _tried,
    facts.DialFailed: _noted,
    facts.DialRefused: _noted,
}
