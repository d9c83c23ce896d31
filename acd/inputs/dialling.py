"""What may happen to calls that agents make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.model import Destination
from kernel.ids import AgentId, CallId, CommandId, LegId, NodeId, PersonalId
from kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class PhoneDialled:
    """An agent's phone called somebody, on `channel`; `arrived` is when that channel began.

    `number`: the tenant's number that is shown; `to` points to the number of the other party. `destination`: where the
    call goes, or the rule that forbids it. `mark`: by which the other party is known again, "" inside the house.
    """

    call: CallId
    leg: LegId
    agent: AgentId
    node: NodeId
    channel: str
    arrived: datetime
    number: str
    to: PersonalId
    destination: Destination | Refused
    mark: str = ""


@dataclass(frozen=True, slots=True)
class CallOrdered:
    """The agent wants to be connected: his own phone rings first, then the other party's, as for `PhoneDialled`."""

    command: CommandId
    agent: AgentId
    call: CallId
    node: NodeId
    number: str
    to: PersonalId
    destination: Destination | Refused
    mark: str = ""


@dataclass(frozen=True, slots=True)
class LegAlerts:
    """The party's telephone rings."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class DialTimeEnded:
    """The leg of a call out or inside has rung as long as it may."""

    leg: LegId
