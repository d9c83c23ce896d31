"""What supervisors have done to calls that wait, and what agents are told before they are connected."""

from __future__ import annotations

from dataclasses import dataclass

from acd.model.oversight import Hearing
from kernel.ids import AgentId, CallId, LegId, OfferId, PlaybackId, QueueId


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


@dataclass(frozen=True, slots=True)
class WhisperStarted:
    """The agent has answered and hears, by himself, what his queue has to say; the offer stands until he has."""

    offer: OfferId
    call: CallId
    agent: AgentId
    leg: LegId
    playback: PlaybackId
    prompt: str


@dataclass(frozen=True, slots=True)
class ListeningStarted:
    """The phone of `agent` is rung to listen to the leg `to` of the agent `of`; it hears once it has answered."""

    leg: LegId
    call: CallId
    agent: AgentId
    to: LegId
    of: AgentId
    hearing: Hearing


@dataclass(frozen=True, slots=True)
class ListeningMoved:
    """Whom he listened to has left, or was the customer alone: he hears the leg `to` from now on, of the agent `of`
    (None: of the customer, until an agent talks with him), and nobody hears him."""

    leg: LegId
    call: CallId
    agent: AgentId
    to: LegId
    of: AgentId | None


@dataclass(frozen=True, slots=True)
class ListeningRenewed:
    """Whom he listens to hears others now: so does he, and the same as before hear him."""

    leg: LegId
    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class HearingChanged:
    """Other parties hear him from now on."""

    leg: LegId
    call: CallId
    agent: AgentId
    hearing: Hearing
