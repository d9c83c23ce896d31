"""What must be done for calls: ring, dial, connect, play, record, hang up, and set a timer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from acd.inputs import Input
from kernel.ids import (
    AgentId,
    CallId,
    ConversationId,
    LegId,
    NodeId,
    OfferId,
    PersonalId,
    PlaybackId,
    RecordingId,
    TrunkName,
)


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
class AskLine:
    """See whether `endpoint`, where the agent is from now on, can be rung; it comes back as `LineSeen`."""

    agent: AgentId
    endpoint: str


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
    """End this leg's channel; its end comes back as `LegEnded`. `reason`: an ARI hang-up reason.

    `sip`: the status that a phone which dialled and was not answered is to get instead, None when it does not matter.
    """

    leg: LegId
    node: NodeId
    channel: str
    reason: str = "normal"
    sip: int | None = None


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
    """Speak the place in the queue (1 = next) to the waiting caller; `wait`: also so many seconds that are left, None
    not."""

    call: CallId
    node: NodeId
    channel: str
    playback: PlaybackId
    position: int
    wait: float | None = None


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


@dataclass(frozen=True, slots=True)
class RingPhone:
    """Ring the agent's own phone on `channel`, for a call that he ordered; it shows whom he will be connected with."""

    call: CallId
    leg: LegId
    node: NodeId
    endpoint: str
    channel: str
    to: PersonalId


@dataclass(frozen=True, slots=True)
class DialOut:
    """Call the number `to` points to over `trunk` on `channel`, showing the number `shown` of the agent's own channel,
    or none when `withheld`. What cannot be done comes back as `LegEnded`."""

    call: CallId
    leg: LegId
    node: NodeId
    trunk: TrunkName
    channel: str
    to: PersonalId
    shown: str
    withheld: bool
    own_channel: str


@dataclass(frozen=True, slots=True)
class DialInside:
    """Ring a colleague's `endpoint` on `channel`, showing `shown`."""

    call: CallId
    leg: LegId
    node: NodeId
    endpoint: str
    channel: str
    shown: str
    own_channel: str


@dataclass(frozen=True, slots=True)
class StartRinging:
    """Let the agent hear that it rings at the other end."""

    node: NodeId
    channel: str


@dataclass(frozen=True, slots=True)
class StopRinging:
    node: NodeId
    channel: str


@dataclass(frozen=True, slots=True)
class TellAgent:
    """Let the agent hear why his call goes no further (`CallTold`), by speech or a tone."""

    call: CallId
    node: NodeId
    channel: str
    playback: PlaybackId
    what: str
