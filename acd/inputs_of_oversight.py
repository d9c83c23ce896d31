"""What supervisors, and agents who pick, order about calls that wait."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.ids import AgentId, CallId, CommandId, QueueId


@dataclass(frozen=True, slots=True)
class MoveCall:
    """Command: the call that waits in `queue` waits in `to` from now on, since when it has waited so far.

    `priority`: None: as before.
    """

    command: CommandId
    call: CallId
    queue: QueueId
    to: QueueId
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class PrioritiseCall:
    """Command: the waiting call has this priority; None: so much that it is the first."""

    command: CommandId
    call: CallId
    queue: QueueId
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class PickCall:
    """Command: the waiting call rings this agent and nobody else, at once."""

    command: CommandId
    call: CallId
    queue: QueueId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class WithdrawCall:
    """Command: the call waits no longer. It ends when its caller has heard `prompt` ("": at once)."""

    command: CommandId
    call: CallId
    queue: QueueId
    prompt: str = ""
