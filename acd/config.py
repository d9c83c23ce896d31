"""What an admin sets about queues and agents, as the floor knows it (one immutable version at a time)."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.ids import AgentId, QueueId


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """One queue [キュー] in one version. All times in seconds; 0 switches the thing off unless said otherwise.

    `ring_time`: how long an offer rings before it is missed (never 0). `wrap_up`: work after a call. `longest_wait`: a
    caller who has waited so long is released. `announce_every`: how often the position is spoken.
    `music`: an Asterisk music class. `recorded`: whether the tenant wants its conversations recorded.
    """

    id: QueueId
    name: str
    version: int = 1
    ring_time: float = 20.0
    wrap_up: float = 0.0
    longest_wait: float = 0.0
    announce_every: float = 0.0
    music: str = "default"
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """One agent in one version: where he can be rung and which queues he serves."""

    id: AgentId
    name: str
    endpoint: str
    queues: tuple[QueueId, ...]
    version: int = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What the tenant's contracts allow on the floor; `clause` is said in a refusal. None: not limited."""

    seats: int | None = None
    seats_clause: str = ""


PAUSE_REASONS = frozenset({"break", "lunch", "meeting", "training", "desk_work", "other"})
"""Why an agent may pause himself; the sentences stand in api/texts."""
