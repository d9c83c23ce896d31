"""What has happened to calls: begun, queued, joined to others, recorded, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.config.routing import Requirement
from acd.model import Direction, Party
from kernel.ids import (
    AgentId,
    CallId,
    ConversationId,
    LegId,
    LineId,
    NodeId,
    NodeName,
    PersonalId,
    PlaybackId,
    QueueId,
    RecordingId,
)


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A call began; `arrived` is the start of its first channel.

    `number` is the tenant's: the one called, or the one that a call out shows. `caller` points to the erasable number
    of the other party.
    `mark`: by which the other party is known again for a while, "" where his number is not told, and inside.
    """

    call: CallId
    number: str
    caller: PersonalId
    arrived: datetime
    direction: Direction = Direction.INBOUND
    mark: str = ""


@dataclass(frozen=True, slots=True)
class LegStarted:
    """A leg exists from `at` on; `up` when it is answered already. `line`: whose channel it takes, None no line's."""

    leg: LegId
    call: CallId
    party: Party
    node: NodeId
    channel: str
    agent: AgentId | None
    at: datetime
    up: bool
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class LegUp:
    """The party answered."""

    leg: LegId
    call: CallId


@dataclass(frozen=True, slots=True)
class LegGone:
    """The party's channel is gone. `cause`: Q.850; `why`: hung_up, platform_failure, gone."""

    leg: LegId
    call: CallId
    channel: str
    cause: int
    why: str


@dataclass(frozen=True, slots=True)
class FlowStepped:
    """The flow went on to `node`. `attempt`: for which time it asks there; `keys_within`: see `FlowMoved`."""

    call: CallId
    flow: str
    version: int
    node: NodeName
    playback: PlaybackId | None
    attempt: int = 1
    keys_within: float | None = None


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    call: CallId
    playback: PlaybackId


@dataclass(frozen=True, slots=True)
class CallQueued:
    """The call waits in `queue`; `since` decides its turn among equal priority. `position` 1 = next.

    `joined`: from when its longest wait there counts, None: since. `called_back`: the caller left the queue once to be
    called back, and has been counted then. `requirements`: skills its demand asks for; until `preferred_until` it waits
    for `preferred` alone; `want`: what it asks for at first.
    """

    call: CallId
    queue: QueueId
    priority: int
    since: datetime
    position: int
    joined: datetime | None = None
    called_back: bool = False
    requirements: tuple[Requirement, ...] = ()
    preferred: AgentId | None = None
    preferred_until: datetime | None = None
    want: str = ""


@dataclass(frozen=True, slots=True)
class PositionAnnounced:
    """The caller is told his place. `estimate`: the wait that is left, in seconds, None: it was not asked for, or
    nobody can say. `silent`: why it is not spoken (no_agents, uncertain), "" when it is, or was not asked for.
    `error`: by which share of the wait the last estimates were wrong, in the middle; None: there are too few."""

    call: CallId
    queue: QueueId
    playback: PlaybackId
    position: int
    estimate: float | None = None
    silent: str = ""
    error: float | None = None


@dataclass(frozen=True, slots=True)
class CallLeftQueue:
    """The wait is over: `outcome` answered, abandoned, overflowed, left_by_key, moved, withdrawn, callback or
    platform_failure; `waited` in seconds, from the beginning of its turn, or after a talk from when it came back."""

    call: CallId
    queue: QueueId
    outcome: str
    waited: float


@dataclass(frozen=True, slots=True)
class ConversationStarted:
    conversation: ConversationId
    call: CallId


@dataclass(frozen=True, slots=True)
class LegJoined:
    leg: LegId
    conversation: ConversationId
    call: CallId


@dataclass(frozen=True, slots=True)
class LegLeft:
    leg: LegId
    conversation: ConversationId
    call: CallId


@dataclass(frozen=True, slots=True)
class ConversationEnded:
    conversation: ConversationId
    call: CallId


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    """Recording runs on `leg`: what it says and what it hears, kept apart."""

    recording: RecordingId
    call: CallId
    leg: LegId
    node: NodeId


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    recording: RecordingId
    call: CallId


@dataclass(frozen=True, slots=True)
class CallEnding:
    """It is decided that the call ends; its legs are being hung up. `outcome` stands in the call record."""

    call: CallId
    outcome: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The last leg is gone. Exactly one per call.

    `outcome`: completed, abandoned, overflowed, released, ended_in_flow, turned_away (no waiting place was left),
    not_taken (given away, and nobody took it), channels_exhausted (of its line), voicemail, callback (to be called
    back), platform_failure; of calls out and inside also cancelled, refused, and the reasons
    of `acd.attempts.Failure`.
    """

    call: CallId
    outcome: str
