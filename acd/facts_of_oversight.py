"""What supervisors have done to calls that wait."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.ids import CallId, PlaybackId, QueueId


@dataclass(frozen=True, slots=True)
class PriorityChanged:
    """The waiting call has another priority; `position` 1 = next."""

    call: CallId
    queue: QueueId
    priority: int
    position: int


@dataclass(frozen=True, slots=True)
class FarewellStarted:
    """The caller hears why his call ends; it ends when he has."""

    call: CallId
    playback: PlaybackId
    prompt: str
