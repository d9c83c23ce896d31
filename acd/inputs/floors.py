"""What may happen to a floor as a whole: a configuration, a takeover, a lost node, a finished recovery."""

from __future__ import annotations

from dataclasses import dataclass

from acd.config import DEFAULT_PARKING, AgentConfig, Limits, LineRule, NumberRule, Parking, PauseReason, QueueConfig
from kernel.ids import FIRST_NODE, NodeId


@dataclass(frozen=True, slots=True)
class UseConfig:
    """Command: this version of queues, agents, limits, numbers, lines, pause reasons and parking is in force now.

    What is not named is removed. The same version may come again with other limits; an older one is late.
    """

    queues: tuple[QueueConfig, ...]
    agents: tuple[AgentConfig, ...]
    limits: Limits
    numbers: tuple[NumberRule, ...] = ()
    lines: tuple[LineRule, ...] = ()
    version: int = 0
    pauses: tuple[PauseReason, ...] = ()
    parking: Parking = DEFAULT_PARKING


@dataclass(frozen=True, slots=True)
class ShardWasTaken:
    """A controller holds the lease of `epoch`; nothing is matched before `RecoveryFinished`."""

    epoch: int


@dataclass(frozen=True, slots=True)
class NodeWasLost:
    """The link to this Asterisk broke: hold the matching of its callers until its recovery has finished."""

    node: NodeId


@dataclass(frozen=True, slots=True)
class RecoveryFinished:
    """What lives in this Asterisk and what the floor says agree again."""

    node: NodeId = FIRST_NODE
