"""What has happened to a floor as a whole: taken over, held, open again."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.ids import FIRST_NODE, NodeId


@dataclass(frozen=True, slots=True)
class ShardTaken:
    """A controller acts for the tenant under a new epoch; nothing is matched until `FloorOpened`."""

    epoch: int


@dataclass(frozen=True, slots=True)
class FloorHeld:
    """The link to this Asterisk broke; nobody is offered a call of its callers until its `FloorOpened`."""

    node: NodeId


@dataclass(frozen=True, slots=True)
class FloorOpened:
    """The node's recovery is done, matching goes on there; so many wait on all nodes."""

    waiting: int
    node: NodeId = FIRST_NODE
