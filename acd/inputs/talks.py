"""What agents order in a call that talks, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from acd.config.routing import Requirement
from acd.model.talks import Destination, Purpose
from kernel.ids import AgentId, CallId, CommandId, LegId, NodeId, PersonalId, QueueId
from kernel.refusal import Refused


class Act(StrEnum):
    """What an agent does with the talk he is in."""

    HOLD = "hold"
    UNHOLD = "unhold"
    COMPLETE = "complete"
    """Leave those together whom he talks with by turns."""
    CANCEL = "cancel"
    """Do without whom he asked, and go back."""
    SWAP = "swap"
    """Talk with the others, while these wait."""
    MERGE = "merge"
    """Talk with all of them at once."""
    LEAVE = "leave"
    """Hang up himself; those who are left talk on."""
    END = "end"
    """Hang up everybody."""


@dataclass(frozen=True, slots=True)
class ControlTalk:
    """Command of an agent who is on the call."""

    command: CommandId
    agent: AgentId
    call: CallId
    act: Act


@dataclass(frozen=True, slots=True)
class DropParty:
    """Command: hang up one of those he talks with."""

    command: CommandId
    agent: AgentId
    call: CallId
    leg: LegId


@dataclass(frozen=True, slots=True)
class ParkCall:
    """Command: leave whom he talks with at a park place; "": any that is free."""

    command: CommandId
    agent: AgentId
    call: CallId
    place: str = ""


@dataclass(frozen=True, slots=True)
class PickUpCall:
    """Command: ring the agent's phone for what is parked there."""

    command: CommandId
    agent: AgentId
    place: str


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Command: let the others hear these keys."""

    command: CommandId
    agent: AgentId
    call: CallId
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class InviteParty:
    """The agent wants somebody in: `queue`'s next free agent, or whom `destination` leads to, or a rule forbids.

    `to`: points to the number of who is outside; `shown`: which number of the tenant he is shown. `requirements`: what
    is asked of who takes it in the queue, `priority` with which it waits there (none said: as before).
    """

    command: CommandId
    agent: AgentId
    call: CallId
    purpose: Purpose
    destination: Destination | Refused
    to: PersonalId | None = None
    shown: str = ""
    queue: QueueId | None = None
    requirements: tuple[Requirement, ...] = ()
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class PhonePickedUp:
    """An agent's phone dialled a park place, on `channel`."""

    place: str
    agent: AgentId
    leg: LegId
    node: NodeId
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ParkTimeEnded:
    """The call has stood at its park place as long as it may."""

    call: CallId
    until: datetime
