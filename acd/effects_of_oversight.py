"""What must be done for supervisors, and for agents who are told something before they are connected."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.ids import CallId, NodeId, PlaybackId


@dataclass(frozen=True, slots=True)
class SayPrompt:
    """Let one party of the call hear an announcement by name; its end comes back as `PlaybackEnded`."""

    call: CallId
    node: NodeId
    channel: str
    playback: PlaybackId
    prompt: str
