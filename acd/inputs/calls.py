"""What may happen to calls: they arrive, move through flows and queues, and their legs answer, hold and end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from acd.config.routing import Requirement
from kernel.ids import AgentId, CallId, LegId, NodeId, NodeName, PersonalId, PlaybackId, QueueId, RecordingId


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller came in over a trunk; `arrived` is when his channel began, which may be before we looked.

    `returned`: the fallback kept him while no controller was there, so his wait counts from `arrived`. `mark`: by
    which he is known again, "" where his number is not told.
    """

    call: CallId
    leg: LegId
    node: NodeId
    channel: str
    number: str
    caller: PersonalId
    arrived: datetime
    returned: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class FlowMoved:
    """The call's flow went on to `node`, where `playback` is to be heard (None: nothing is played).

    `attempt`: for which time, from 1, it asks there; `keys_within`: seconds to wait for a key after the prompt, None:
    no key is asked for.
    """

    call: CallId
    flow: str
    version: int
    node: NodeName
    playback: PlaybackId | None
    attempt: int = 1
    keys_within: float | None = None


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """The caller pressed a key; which one is personal, so it stands in no fact."""

    call: CallId
    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MenuTimedOut:
    """The time for a key at this node, asked for the `attempt`-th time, is over."""

    call: CallId
    node: NodeName
    attempt: int


@dataclass(frozen=True, slots=True)
class CallRouted:
    """The flow (or recovery) put the call into a queue; `since`: from when its wait counts.

    `requirements`, `preferred`, `last_agent`, `replaces`: what its flow and its caller ask for (`acd.demand`).
    """

    call: CallId
    queue: QueueId
    priority: int
    since: datetime
    requirements: tuple[Requirement, ...] = ()
    preferred: AgentId | None = None
    last_agent: AgentId | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class CallReleased:
    """The flow ended the call; `why` becomes its outcome."""

    call: CallId
    why: str


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """A prompt or announcement played to the caller is over."""

    call: CallId
    playback: PlaybackId


@dataclass(frozen=True, slots=True)
class LegAnswered:
    leg: LegId


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A party's channel is gone; `cause`: Q.850 number, 0 unknown; `why`: `hung_up`, `platform_failure`, `gone`.

    `sip`: the final status of a leg that was not answered, None when none came; `elsewhere`: another trunk may reach
    who was called on it.
    """

    leg: LegId
    cause: int = 0
    why: str = "hung_up"
    sip: int | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class LegHeld:
    """A party's phone put the others on hold."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class LegUnheld:
    """A party's phone took the others back."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class RecordingWanted:
    """The recording policy says that this call's conversation is to be recorded from now on."""

    call: CallId
    recording: RecordingId


@dataclass(frozen=True, slots=True)
class LongestWaitReached:
    call: CallId
    queue: QueueId
    queued: datetime


@dataclass(frozen=True, slots=True)
class AnnouncementDue:
    """The moment `due` has come to tell the caller his position."""

    call: CallId
    queue: QueueId
    queued: datetime
    due: datetime
