"""What must be done for supervisors, and for agents who are told something before they are connected."""

from __future__ import annotations

from dataclasses import dataclass

from acd.model.oversight import Hearing
from kernel.ids import CallId, LegId, NodeId, PlaybackId


@dataclass(frozen=True, slots=True)
class SayPrompt:
    """Let one party of the call hear an announcement by name; its end comes back as `PlaybackEnded`."""

    call: CallId
    node: NodeId
    channel: str
    playback: PlaybackId
    prompt: str


@dataclass(frozen=True, slots=True)
class RingSupervisor:
    """Ring `endpoint` on `channel`, so that it can listen; what cannot be rung comes back as `LegEnded`."""

    call: CallId
    leg: LegId
    node: NodeId
    endpoint: str
    channel: str


@dataclass(frozen=True, slots=True)
class Spy:
    """Let `channel`, the supervisor's `leg`, hear `target` and its other party through a channel named `spy`, and be
    heard by whom `hearing` says."""

    spy: str
    node: NodeId
    leg: LegId
    channel: str
    target: str
    hearing: Hearing


@dataclass(frozen=True, slots=True)
class EndSpying:
    """Nothing is heard through it any more."""

    node: NodeId
    spy: str
