"""What has happened to agents beside their calls: wrap-up put off, queues left, reachability told, states forced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.config.service import PauseReason
from kernel.ids import AgentId, CallId, CommandId, QueueId


@dataclass(frozen=True, slots=True)
class WrapUpExtended:
    """The agent put the end of his wrap-up off."""

    agent: AgentId
    call: CallId
    until: datetime


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """The agent does not serve this queue of his for now."""

    agent: AgentId
    queue: QueueId


@dataclass(frozen=True, slots=True)
class QueueRejoined:
    """He serves it again."""

    agent: AgentId
    queue: QueueId


@dataclass(frozen=True, slots=True)
class ConnectableTold:
    """An outside system, or the agent, said whether calls may be connected to him."""

    agent: AgentId
    connectable: bool


@dataclass(frozen=True, slots=True)
class StateForced:
    """Somebody else, whom the audit names under this command, made the agent ready, paused, signed_out or
    wrap_up_over."""

    agent: AgentId
    command: CommandId
    to: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PausesChanged:
    """The tenant's own pause reasons are these from now on."""

    pauses: tuple[PauseReason, ...]
