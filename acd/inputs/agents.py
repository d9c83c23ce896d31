"""What may happen to agents: their lines, offers, legs made ahead and what they want."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.model import Wish
from kernel.ids import AgentId, CommandId, OfferId


@dataclass(frozen=True, slots=True)
class OfferFailed:
    """The phone could not be rung at all; `reason` is a short word, no personal data."""

    offer: OfferId
    reason: str


@dataclass(frozen=True, slots=True)
class LegReady:
    """The channel made ahead for the agent stands and can be dialled."""

    agent: AgentId
    channel: str


@dataclass(frozen=True, slots=True)
class PreparedGone:
    """The channel made ahead for the agent could not be made, or is gone."""

    agent: AgentId
    channel: str


@dataclass(frozen=True, slots=True)
class PreparedIdle:
    """The channel made ahead for a free agent has stood unused for a while."""

    agent: AgentId
    channel: str


@dataclass(frozen=True, slots=True)
class PhoneMoved:
    """The agent's phone registered from elsewhere: a channel made ahead would call its old place."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class LineSeen:
    """An agent's phone registered or went away."""

    agent: AgentId
    up: bool


@dataclass(frozen=True, slots=True)
class LiveSeen:
    """The agent's own login has a live connection, or has none any more."""

    agent: AgentId
    up: bool


@dataclass(frozen=True, slots=True)
class AbsenceLasted:
    """The grace time of an absence is over; `since`: when it began, so that the end of an older one changes nothing."""

    agent: AgentId
    since: datetime


@dataclass(frozen=True, slots=True)
class RingTimeEnded:
    offer: OfferId


@dataclass(frozen=True, slots=True)
class WrapUpTimeEnded:
    agent: AgentId
    until: datetime


@dataclass(frozen=True, slots=True)
class LineRested:
    """A failed line may be tried again; `failed`: when it did, so that the end of an older rest changes nothing."""

    agent: AgentId
    failed: datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """Command: an agent starts work and takes a seat, at the phone of the agent with this id or extension ("": his)."""

    command: CommandId
    agent: AgentId
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SignOut:
    """Command: an agent ends work. `forced`: somebody else says so."""

    command: CommandId
    agent: AgentId
    forced: bool = False


@dataclass(frozen=True, slots=True)
class SetWish:
    """Command: an agent wants calls or not; while he talks it is his next wish. `forced`: somebody else says so."""

    command: CommandId
    agent: AgentId
    wish: Wish
    reason: str = ""
    forced: bool = False
