"""What supervisors, and agents who pick, order about calls that wait, and about talks they listen to."""

from __future__ import annotations

from dataclasses import dataclass

from acd.model.oversight import Hearing
from kernel.ids import AgentId, CallId, CommandId, LegId, QueueId


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
    """Command: the call waits no longer. It goes where its queue's `overflow` chain leads, or ends when its caller has
    heard `prompt` ("": at once)."""

    command: CommandId
    call: CallId
    queue: QueueId
    prompt: str = ""
    overflow: bool = False


@dataclass(frozen=True, slots=True)
class ListenIn:
    """Command: the phone of `agent` listens to this call; who hears him there says `hearing`.

    `to`: the agent who is listened to; None: the first who talks there. Said again it changes the hearing.
    """

    command: CommandId
    call: CallId
    agent: AgentId
    hearing: Hearing
    to: AgentId | None = None


@dataclass(frozen=True, slots=True)
class StopListening:
    """Command: the phone of `agent` listens to this call no more."""

    command: CommandId
    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class ListenRingEnded:
    """A supervisor's phone has rung long enough."""

    leg: LegId
