"""What has happened on a floor: the closed set of facts; `evolve` alone makes state of them, none is personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.config_of_routing import Requirement
from acd.facts_of_agents import AgentFreed as AgentFreed
from acd.facts_of_agents import AgentLeaving as AgentLeaving
from acd.facts_of_agents import AgentSignedIn as AgentSignedIn
from acd.facts_of_agents import AgentSignedOut as AgentSignedOut
from acd.facts_of_agents import CommandDone as CommandDone
from acd.facts_of_agents import CommandRefused as CommandRefused
from acd.facts_of_agents import LegPrepared as LegPrepared
from acd.facts_of_agents import LineChanged as LineChanged
from acd.facts_of_agents import LiveChanged as LiveChanged
from acd.facts_of_agents import PreparationEnded as PreparationEnded
from acd.facts_of_agents import PreparationStarted as PreparationStarted
from acd.facts_of_agents import SeatRefused as SeatRefused
from acd.facts_of_agents import SeatReturned as SeatReturned
from acd.facts_of_agents import SeatTaken as SeatTaken
from acd.facts_of_agents import WishChanged as WishChanged
from acd.facts_of_agents import WrapUpStarted as WrapUpStarted
from acd.facts_of_configuration import AgentConfigured as AgentConfigured
from acd.facts_of_configuration import AgentRemoved as AgentRemoved
from acd.facts_of_configuration import ConfigInForce as ConfigInForce
from acd.facts_of_configuration import LimitsChanged as LimitsChanged
from acd.facts_of_configuration import NumbersChanged as NumbersChanged
from acd.facts_of_configuration import QueueConfigured as QueueConfigured
from acd.facts_of_configuration import QueueRemoved as QueueRemoved
from acd.facts_of_dialling import AgentAnswered as AgentAnswered
from acd.facts_of_dialling import AgentDialled as AgentDialled
from acd.facts_of_dialling import AgentRung as AgentRung
from acd.facts_of_dialling import CallTold as CallTold
from acd.facts_of_dialling import DialFailed as DialFailed
from acd.facts_of_dialling import DialPlanned as DialPlanned
from acd.facts_of_dialling import DialRefused as DialRefused
from acd.facts_of_dialling import DialTried as DialTried
from acd.facts_of_dialling import LegAlerted as LegAlerted
from acd.facts_of_floors import FloorHeld as FloorHeld
from acd.facts_of_floors import FloorOpened as FloorOpened
from acd.facts_of_floors import ShardTaken as ShardTaken
from acd.facts_of_lines import ChannelRefused as ChannelRefused
from acd.facts_of_matching import WaitStepped as WaitStepped
from acd.facts_of_offers import OfferAccepted as OfferAccepted
from acd.facts_of_offers import OfferLost as OfferLost
from acd.facts_of_offers import OfferMade as OfferMade
from acd.facts_of_offers import OfferMissed as OfferMissed
from acd.facts_of_offers import OfferRefused as OfferRefused
from acd.facts_of_offers import OfferWithdrawn as OfferWithdrawn
from acd.facts_of_oversight import FarewellStarted as FarewellStarted
from acd.facts_of_oversight import HearingChanged as HearingChanged
from acd.facts_of_oversight import ListeningMoved as ListeningMoved
from acd.facts_of_oversight import ListeningStarted as ListeningStarted
from acd.facts_of_oversight import PriorityChanged as PriorityChanged
from acd.facts_of_oversight import WhisperStarted as WhisperStarted
from acd.facts_of_places import WaitingPlaceReturned as WaitingPlaceReturned
from acd.facts_of_places import WaitingPlaceTaken as WaitingPlaceTaken
from acd.facts_of_places import WaitRefused as WaitRefused
from acd.facts_of_service import ConnectableTold as ConnectableTold
from acd.facts_of_service import PausesChanged as PausesChanged
from acd.facts_of_service import QueueLeft as QueueLeft
from acd.facts_of_service import QueueRejoined as QueueRejoined
from acd.facts_of_service import StateForced as StateForced
from acd.facts_of_service import WrapUpExtended as WrapUpExtended
from acd.facts_of_talks import CallParked as CallParked
from acd.facts_of_talks import CallReturns as CallReturns
from acd.facts_of_talks import CallTransferred as CallTransferred
from acd.facts_of_talks import CallTurned as CallTurned
from acd.facts_of_talks import CallUnparked as CallUnparked
from acd.facts_of_talks import ConversationKept as ConversationKept
from acd.facts_of_talks import ConversationTaken as ConversationTaken
from acd.facts_of_talks import InvitationAccepted as InvitationAccepted
from acd.facts_of_talks import InvitationEnded as InvitationEnded
from acd.facts_of_talks import InvitationTurned as InvitationTurned
from acd.facts_of_talks import LegHeld as LegHeld
from acd.facts_of_talks import LegUnheld as LegUnheld
from acd.facts_of_talks import ParkingChanged as ParkingChanged
from acd.facts_of_talks import PartyInvited as PartyInvited
from acd.facts_of_waiting import CallbackAttemptEnded as CallbackAttemptEnded
from acd.facts_of_waiting import CallbackDeclined as CallbackDeclined
from acd.facts_of_waiting import CallbackEnded as CallbackEnded
from acd.facts_of_waiting import CallbackOffered as CallbackOffered
from acd.facts_of_waiting import CallbackPlanned as CallbackPlanned
from acd.facts_of_waiting import CallbackRequested as CallbackRequested
from acd.facts_of_waiting import CallbackTried as CallbackTried
from acd.facts_of_waiting import CallDemanded as CallDemanded
from acd.facts_of_waiting import CallOverflowed as CallOverflowed
from acd.facts_of_waiting import JoinRefused as JoinRefused
from acd.facts_of_waiting import MessageStarted as MessageStarted
from acd.facts_of_waiting import OverflowFailed as OverflowFailed
from acd.facts_of_waiting import RedialRecognised as RedialRecognised
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
    `mark`: by which the same caller is known again for a while, "" where his number is not told.
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
    """The wait is over: `outcome` answered, abandoned, overflowed, left_by_key, callback or platform_failure; `waited`
    in seconds."""

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


Body = (
    QueueConfigured
    | QueueRemoved
    | AgentConfigured
    | AgentRemoved
    | LimitsChanged
    | NumbersChanged
    | ConfigInForce
    | ShardTaken
    | FloorHeld
    | FloorOpened
    | CallStarted
    | LegStarted
    | LegUp
    | LegGone
    | LegHeld
    | LegUnheld
    | FlowStepped
    | PlaybackFinished
    | CallQueued
    | PositionAnnounced
    | CallLeftQueue
    | ConversationStarted
    | LegJoined
    | LegLeft
    | ConversationEnded
    | RecordingStarted
    | RecordingEnded
    | CallEnding
    | CallEnded
    | OfferMade
    | OfferAccepted
    | OfferMissed
    | OfferRefused
    | OfferWithdrawn
    | OfferLost
    | SeatTaken
    | SeatReturned
    | SeatRefused
    | AgentSignedIn
    | AgentSignedOut
    | WishChanged
    | LineChanged
    | LiveChanged
    | AgentLeaving
    | WaitingPlaceTaken
    | WaitingPlaceReturned
    | WaitRefused
    | ChannelRefused
    | WrapUpStarted
    | AgentFreed
    | CommandDone
    | CommandRefused
    | PreparationStarted
    | LegPrepared
    | PreparationEnded
    | DialPlanned
    | AgentDialled
    | AgentRung
    | AgentAnswered
    | DialTried
    | LegAlerted
    | DialFailed
    | DialRefused
    | CallTold
    | WaitStepped
    | CallDemanded
    | JoinRefused
    | RedialRecognised
    | CallOverflowed
    | OverflowFailed
    | MessageStarted
    | CallbackAttemptEnded
    | CallbackDeclined
    | CallbackEnded
    | CallbackOffered
    | CallbackPlanned
    | CallbackRequested
    | CallbackTried
    | WrapUpExtended
    | QueueLeft
    | QueueRejoined
    | ConnectableTold
    | StateForced
    | PausesChanged
    | PriorityChanged
    | FarewellStarted
    | WhisperStarted
    | ListeningStarted
    | ListeningMoved
    | HearingChanged
    | ConversationKept
    | ConversationTaken
    | ParkingChanged
    | PartyInvited
    | InvitationTurned
    | InvitationAccepted
    | InvitationEnded
    | CallTransferred
    | CallTurned
    | CallReturns
    | CallParked
    | CallUnparked
)
