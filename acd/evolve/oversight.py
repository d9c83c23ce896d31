"""What facts of supervisors do to calls (part of `evolve`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.evolve.lines import join, reindex, step_out
from acd.model import Floor, Hearing, Listening


def _priority_changed(floor: Floor, body: facts.PriorityChanged, at: datetime) -> None:
    call = floor.calls[body.call]
    step_out(floor, call)
    call.priority = call.joined_with = body.priority
    call.aged_from = at
    join(floor, call)


def _farewell(floor: Floor, body: facts.FarewellStarted, _at: datetime) -> None:
    call = floor.calls[body.call]
    call.playback = body.playback
    call.playbacks += 1


def _whisper(floor: Floor, body: facts.WhisperStarted, _at: datetime) -> None:
    floor.agents[body.agent].whisper = body.playback


def _listening(floor: Floor, body: facts.ListeningStarted, at: datetime) -> None:
    floor.listenings[body.leg] = Listening(body.leg, body.call, body.agent, body.to, body.of, body.hearing)
    agent = floor.agents[body.agent]
    agent.aside, agent.since = body.leg, at
    reindex(floor, agent)


def _moved(floor: Floor, body: facts.ListeningMoved, _at: datetime) -> None:
    listening = floor.listenings[body.leg]
    listening.to, listening.of, listening.hearing = body.to, body.of, Hearing.LISTEN
    _turn(listening)


def _hearing(floor: Floor, body: facts.HearingChanged, _at: datetime) -> None:
    listening = floor.listenings[body.leg]
    listening.hearing = body.hearing
    _turn(listening)


def _renewed(floor: Floor, body: facts.ListeningRenewed, _at: datetime) -> None:
    _turn(floor.listenings[body.leg])


def _turn(listening: Listening) -> None:
    listening.turns += 1
    listening.outdated = False


STEPS: Final[dict[type, Callable[[Floor, Any, datetime], None]]] = {
    facts.PriorityChanged: _priority_changed,
    facts.FarewellStarted: _farewell,
    facts.WhisperStarted: _whisper,
    facts.ListeningStarted: _listening,
    facts.ListeningMoved: _moved,
    facts.ListeningRenewed: _renewed,
    facts.HearingChanged: _hearing,
}
