"""What must be done after a decision: the closed set of effects, imperative. The controller carries them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from acd.inputs import Input
from kernel.ids import AgentId, CallId, ConversationId, LegId, NodeId, OfferId, PlaybackId, RecordingId


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Ring `endpoint` for the call on `channel`, which stands already when `prepared`."""

    offer: OfferId
    call: CallId
    agent: AgentId
    leg: LegId
    node: NodeId
    endpoint: str
    channel: str
    prepared: bool
    caller_channel: str


@dataclass(frozen=True, slots=True)
class PrepareLeg:
    """Make `channel` towards `endpoint` without calling it yet; it comes back as `LegReady` or `PreparedGone`."""

    agent: AgentId
    node: NodeId
    endpoint: str
    channel: str


@dataclass(frozen=True, slots=True)
class ReleaseLeg:
    """End a channel that was made ahead and is not wanted."""

    node: NodeId
    channel: str


@dataclass(frozen=True, slots=True)
class AnswerCaller:
    """Answer the calling channel, if that has not been done."""

    node: NodeId
    channel: str


@dataclass(frozen=True, slots=True)
class Connect:
    """Let these channels of one node hear each other; the bridge's name is the conversation's id."""

    conversation: ConversationId
    node: NodeId
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The conversation is over: take its bridge away."""

    conversation: ConversationId
    node: NodeId


@dataclass(frozen=True, slots=True)
class HangUp:
    """End this leg's channel; its end comes back as `LegEnded`. `reason`: an ARI hang-up reason."""

    leg: LegId
    node: NodeId
    channel: str
    reason: str = "normal"


@dataclass(frozen=True, slots=True)
class StartMusic:
    node: NodeId
    channel: str
    music: str


@dataclass(frozen=True, slots=True)
class StopMusic:
    node: NodeId
    channel: str


@dataclass(frozen=True, slots=True)
class AnnouncePosition:
    """Speak the place in the queue (1 = next) to the waiting caller."""

    call: CallId
    node: NodeId
    channel: str
    playback: PlaybackId
    position: int


@dataclass(frozen=True, slots=True)
class StopPlayback:
    node: NodeId
    playback: PlaybackId


@dataclass(frozen=True, slots=True)
class StartRecording:
    recording: RecordingId
    node: NodeId
    channel: str


@dataclass(frozen=True, slots=True)
class StopRecording:
    recording: RecordingId
    node: NodeId
    channel: str


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Bring `then` at the moment `at`; never cancelled, since a late input changes nothing."""

    at: datetime
    then: Input


@dataclass(frozen=True, slots=True)
class EnterFlow:
    """Begin what the called number prescribes; `returned`: the caller has been kept by the fallback already."""

    call: CallId
    number: str
    returned: bool = False


@dataclass(frozen=True, slots=True)
class ContinueFlow:
    """What the call's current step waited for has `happened`: "" what it plays has been heard, "full" no waiting place
    is left where it routes to, "digit" the caller pressed the key `digit`, "timeout" he pressed none in time. Go on
    with its flow."""

    call: CallId
    happened: str = ""
    digit: str = field(default="", repr=False)


Effect = (
    RingAgent
    | PrepareLeg
    | ReleaseLeg
    | AnswerCaller
    | Connect
    | Disconnect
    | HangUp
    | StartMusic
    | StopMusic
    | AnnouncePosition
    | StopPlayback
    | StartRecording
    | StopRecording
    | SetTimer
    | EnterFlow
    | ContinueFlow
)
