"""What has happened to calls that agents make: planned, tried over a trunk, alerted, failed, refused, told."""

from __future__ import annotations

from dataclasses import dataclass

from acd.model import Destination
from kernel.ids import AgentId, CallId, LegId, LineId, PlaybackId, TrunkName
from kernel.refusal import Code
from kernel.usage import LineKind


@dataclass(frozen=True, slots=True)
class DialPlanned:
    """It is decided where the call goes; nobody has been called yet."""

    call: CallId
    destination: Destination


@dataclass(frozen=True, slots=True)
class AgentDialled:
    """The agent makes a call: from now on he is on it, and is offered nothing. `leg` is his own."""

    agent: AgentId
    call: CallId
    leg: LegId


@dataclass(frozen=True, slots=True)
class AgentRung:
    """A colleague's call rings at the agent, who is offered nothing else meanwhile."""

    agent: AgentId
    call: CallId
    leg: LegId


@dataclass(frozen=True, slots=True)
class AgentAnswered:
    """The agent took his colleague's call."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class DialTried:
    """The other party is being called over this trunk of the line; its leg follows.

    `shown`: the tenant's number that the call is made with, withheld or not; `kind`: of the line that is called. They
    are what the leg is charged by.
    """

    call: CallId
    leg: LegId
    line: LineId
    trunk: TrunkName
    shown: str = ""
    kind: LineKind | None = None


@dataclass(frozen=True, slots=True)
class LegAlerted:
    """The other party's telephone rings."""

    leg: LegId
    call: CallId


@dataclass(frozen=True, slots=True)
class DialFailed:
    """The other party was not reached by this leg. `cause`: Q.850; `sip`: its final status, None when none came."""

    call: CallId
    leg: LegId
    cause: int
    sip: int | None


@dataclass(frozen=True, slots=True)
class DialRefused:
    """A rule said no to what the agent's phone dialled; no trunk was asked."""

    call: CallId
    agent: AgentId
    code: Code
    clause: str
    used: int | None
    limit: int | None


@dataclass(frozen=True, slots=True)
class CallTold:
    """The agent is told by `playback` why his call goes no further; then it ends with `outcome`.

    `what`: the code of the refusal, or the outcome. `sip`: what a phone that dialled and was not answered gets.
    """

    call: CallId
    playback: PlaybackId
    what: str
    outcome: str
    sip: int
