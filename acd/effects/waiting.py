"""What must be done for callers who leave the wait: something is played to them, or a way to a number is found."""

from __future__ import annotations

from dataclasses import dataclass

from acd.config.waiting import Cause
from kernel.ids import CallbackId, CallId, NodeId, PersonalId, PlaybackId, QueueId


@dataclass(frozen=True, slots=True)
class PlayToCaller:
    """Play these announcements, by name, one after the other; the end comes back as `PlaybackEnded`."""

    call: CallId
    node: NodeId
    channel: str
    playback: PlaybackId
    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindWay:
    """Find how the tenant's lines reach the number of step `step`; it comes back as `OverflowWayFound`."""

    call: CallId
    node: NodeId
    step: int
    number: str
    shown: str


@dataclass(frozen=True, slots=True)
class FindWayBack:
    """Find how the tenant's lines would reach the caller, to whose number `to` points, showing `shown`, before step
    `step` of the chain of `queue` asks him whether he wants to be called back; it comes back as `WayBackFound`."""

    call: CallId
    node: NodeId
    queue: QueueId
    cause: Cause
    step: int
    to: PersonalId
    shown: str


@dataclass(frozen=True, slots=True)
class FindCallbackWay:
    """Find how the tenant's lines reach the number that `to` points to, showing `shown`; it comes back as
    `CallbackWayFound`."""

    callback: CallbackId
    node: NodeId
    to: PersonalId
    shown: str
