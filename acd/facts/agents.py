"""What has happened to agents: seats, wishes, lines, work after calls, legs made ahead, and commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.model import Line, Wish
from kernel.ids import AgentId, CallId, CommandId, NodeId
from kernel.refusal import Code


@dataclass(frozen=True, slots=True)
class SeatTaken:
    """`used` seats of this kind are taken now, of `limit` (None: not limited)."""

    agent: AgentId
    used: int
    limit: int | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SeatReturned:
    """`why`: signed_out, absent (live connection and phone were gone for the grace time), missed
    (too many offers), removed (the agent) or suspended (the tenant: his contract gives no seats)."""

    agent: AgentId
    used: int
    limit: int | None
    kind: str = ""
    why: str = "signed_out"


@dataclass(frozen=True, slots=True)
class SeatRefused:
    """All `limit` seats of the kind were taken, by `clause`."""

    agent: AgentId
    used: int
    limit: int
    kind: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class AgentSignedIn:
    """`endpoint`: of the phone that he has sat down at, "" his own."""

    agent: AgentId
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class AgentSignedOut:
    agent: AgentId


@dataclass(frozen=True, slots=True)
class WishChanged:
    """What the agent wants from now on; while he works it takes effect afterwards."""

    agent: AgentId
    wish: Wish
    reason: str


@dataclass(frozen=True, slots=True)
class LineChanged:
    agent: AgentId
    line: Line


@dataclass(frozen=True, slots=True)
class LiveChanged:
    """The first live connection of the agent's own login opened, or the last one closed."""

    agent: AgentId
    up: bool


@dataclass(frozen=True, slots=True)
class AgentLeaving:
    """The configuration no longer names the agent: he is rung no more, and goes when his call is over."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class WrapUpStarted:
    """It may be put off by `extension` seconds at once (0: not), at most until `latest` (None: any time)."""

    agent: AgentId
    call: CallId
    until: datetime
    extension: float = 0.0
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgentFreed:
    """The agent's work on the call, wrap-up included, is over."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class CommandDone:
    """The order about an agent, or about a call, is carried out."""

    command: CommandId
    agent: AgentId | None
    call: CallId | None = None


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """The order about an agent, or about a call, is not carried out."""

    command: CommandId
    agent: AgentId | None
    code: Code
    clause: str
    used: int | None
    limit: int | None
    params: tuple[tuple[str, str], ...]
    call: CallId | None = None


@dataclass(frozen=True, slots=True)
class PreparationStarted:
    """A channel towards the agent's phone is being made ahead of his next offer; nothing rings yet."""

    agent: AgentId
    node: NodeId
    channel: str


@dataclass(frozen=True, slots=True)
class LegPrepared:
    """The channel stands: the next offer needs only to dial it."""

    agent: AgentId
    channel: str


@dataclass(frozen=True, slots=True)
class PreparationEnded:
    """The channel is not to be used: it failed, its phone moved, or the agent takes no calls now."""

    agent: AgentId
    channel: str
    why: str
