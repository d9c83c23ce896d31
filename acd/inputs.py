"""What may happen to a floor: the closed set of inputs, in the past tense. A late one changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from acd.config import AgentConfig, Limits, LineRule, NumberRule, QueueConfig
from acd.model import Destination, Wish
from kernel.ids import (
    AgentId,
    CallId,
    CommandId,
    LegId,
    NodeId,
    NodeName,
    OfferId,
    PersonalId,
    PlaybackId,
    QueueId,
    RecordingId,
)
from kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller came in over a trunk; `arrived` is when his channel began, which may be before we looked.

    `returned`: the fallback kept him while no controller was there, so his wait counts from `arrived`.
    """

    call: CallId
    leg: LegId
    node: NodeId
    channel: str
    number: str
    caller: PersonalId
    arrived: datetime
    returned: bool = False


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
    """The flow (or recovery) put the call into a queue; `since`: from when its wait counts."""

    call: CallId
    queue: QueueId
    priority: int
    since: datetime


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
class PhoneDialled:
    """An agent's phone called somebody, on `channel`; `arrived` is when that channel began.

    `number`: the tenant's number that is shown; `to` points to the number of the other party. `destination`: where the
    call goes, or the rule that forbids it.
    """

    call: CallId
    leg: LegId
    agent: AgentId
    node: NodeId
    channel: str
    arrived: datetime
    number: str
    to: PersonalId
    destination: Destination | Refused


@dataclass(frozen=True, slots=True)
class CallOrdered:
    """The agent wants to be connected: his own phone rings first, then the other party's, as for `PhoneDialled`."""

    command: CommandId
    agent: AgentId
    call: CallId
    node: NodeId
    number: str
    to: PersonalId
    destination: Destination | Refused


@dataclass(frozen=True, slots=True)
class LegAlerts:
    """The party's telephone rings."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class DialTimeEnded:
    """The leg of a call out or inside has rung as long as it may."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class LegHeld:
    """A party's phone put the others on hold."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class LegUnheld:
    """A party's phone took the others back."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class OfferFailed:
    """The phone could not be rung at all; `reason` is a short word, no personal data."""

    offer: OfferId
    reason: str


@dataclass(frozen=True, slots=True)
class LegReady:
    """The channel made ahead for the agent stands and can be dialled."""

    agent: AgentId
    channel: str


@dataclass(frozen=True, slots=True)
class PreparedGone:
    """The channel made ahead for the agent could not be made, or is gone."""

    agent: AgentId
    channel: str


@dataclass(frozen=True, slots=True)
class PreparedIdle:
    """The channel made ahead for a free agent has stood unused for a while."""

    agent: AgentId
    channel: str


@dataclass(frozen=True, slots=True)
class PhoneMoved:
    """The agent's phone registered from elsewhere: a channel made ahead would call its old place."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class RecordingWanted:
    """The recording policy says that this call's conversation is to be recorded from now on."""

    call: CallId
    recording: RecordingId


@dataclass(frozen=True, slots=True)
class LineSeen:
    """An agent's phone registered or went away."""

    agent: AgentId
    up: bool


@dataclass(frozen=True, slots=True)
class LiveSeen:
    """The agent's own login has a live connection, or has none any more."""

    agent: AgentId
    up: bool


@dataclass(frozen=True, slots=True)
class AbsenceLasted:
    """The grace time of an absence is over; `since`: when it began, so that the end of an older one changes nothing."""

    agent: AgentId
    since: datetime


@dataclass(frozen=True, slots=True)
class RingTimeEnded:
    offer: OfferId


@dataclass(frozen=True, slots=True)
class WrapUpTimeEnded:
    agent: AgentId
    until: datetime


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


@dataclass(frozen=True, slots=True)
class LineRested:
    """A failed line may be tried again; `failed`: when it did, so that the end of an older rest changes nothing."""

    agent: AgentId
    failed: datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """Command: an agent starts work and takes a seat."""

    command: CommandId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class SignOut:
    command: CommandId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class SetWish:
    """Command: an agent wants calls or not; while he talks it is his next wish."""

    command: CommandId
    agent: AgentId
    wish: Wish
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UseConfig:
    """Command: this version of queues, agents, limits, numbers and lines is in force from now on.

    What is not named is removed. The same version may come again with other limits; an older one is late.
    """

    queues: tuple[QueueConfig, ...]
    agents: tuple[AgentConfig, ...]
    limits: Limits
    numbers: tuple[NumberRule, ...] = ()
    lines: tuple[LineRule, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class ShardWasTaken:
    """A controller holds the lease of `epoch`; nothing is matched before `RecoveryFinished`."""

    epoch: int


@dataclass(frozen=True, slots=True)
class NodeWasLost:
    """The link to Asterisk broke: hold all matching until recovery has finished."""

    node: NodeId


@dataclass(frozen=True, slots=True)
class RecoveryFinished:
    """What lives in Asterisk and what the floor says agree again."""


Command = SignIn | SignOut | SetWish
Input = (
    CallArrived
    | FlowMoved
    | DigitPressed
    | MenuTimedOut
    | CallRouted
    | CallReleased
    | PlaybackEnded
    | LegAnswered
    | LegEnded
    | LegHeld
    | LegUnheld
    | PhoneDialled
    | CallOrdered
    | LegAlerts
    | DialTimeEnded
    | OfferFailed
    | LegReady
    | PreparedGone
    | PreparedIdle
    | PhoneMoved
    | RecordingWanted
    | LineSeen
    | LiveSeen
    | AbsenceLasted
    | RingTimeEnded
    | WrapUpTimeEnded
    | LongestWaitReached
    | AnnouncementDue
    | LineRested
    | Command
    | UseConfig
    | ShardWasTaken
    | NodeWasLost
    | RecoveryFinished
)
