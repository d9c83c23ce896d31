"""What agents and supervisors ask of an agent's work: wrap-up, single queues, whether he is connectable."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.ids import AgentId, CommandId, QueueId


@dataclass(frozen=True, slots=True)
class EndWrapUp:
    """Command: his wrap-up is over; he is what he wished to be next. `forced`: somebody else says so."""

    command: CommandId
    agent: AgentId
    forced: bool = False


@dataclass(frozen=True, slots=True)
class ExtendWrapUp:
    """Command: his wrap-up ends later, by as much as the queue of its call grants."""

    command: CommandId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Command: he does not serve this queue of his until he joins it again, or signs in anew."""

    command: CommandId
    agent: AgentId
    queue: QueueId


@dataclass(frozen=True, slots=True)
class JoinQueue:
    """Command: he serves this queue of his again."""

    command: CommandId
    agent: AgentId
    queue: QueueId


@dataclass(frozen=True, slots=True)
class TellConnectable:
    """Command: calls may be connected to him from now on, or may not; whether he is signed in does not matter."""

    command: CommandId
    agent: AgentId
    connectable: bool
