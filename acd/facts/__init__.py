"""What has happened on a floor: the closed set of facts; `evolve` alone makes state of them, none is personal."""

from __future__ import annotations

from acd.facts.agents import AgentFreed as AgentFreed
from acd.facts.agents import AgentLeaving as AgentLeaving
from acd.facts.agents import AgentSignedIn as AgentSignedIn
from acd.facts.agents import AgentSignedOut as AgentSignedOut
from acd.facts.agents import CommandDone as CommandDone
from acd.facts.agents import CommandRefused as CommandRefused
from acd.facts.agents import LegPrepared as LegPrepared
from acd.facts.agents import LineChanged as LineChanged
from acd.facts.agents import LiveChanged as LiveChanged
from acd.facts.agents import PreparationEnded as PreparationEnded
from acd.facts.agents import PreparationStarted as PreparationStarted
from acd.facts.agents import SeatRefused as SeatRefused
from acd.facts.agents import SeatReturned as SeatReturned
from acd.facts.agents import SeatTaken as SeatTaken
from acd.facts.agents import WishChanged as WishChanged
from acd.facts.agents import WrapUpStarted as WrapUpStarted
from acd.facts.calls import CallEnded as CallEnded
from acd.facts.calls import CallEnding as CallEnding
from acd.facts.calls import CallLeftQueue as CallLeftQueue
from acd.facts.calls import CallQueued as CallQueued
from acd.facts.calls import CallStarted as CallStarted
from acd.facts.calls import ConversationEnded as ConversationEnded
from acd.facts.calls import ConversationStarted as ConversationStarted
from acd.facts.calls import FlowStepped as FlowStepped
from acd.facts.calls import LegGone as LegGone
from acd.facts.calls import LegJoined as LegJoined
from acd.facts.calls import LegLeft as LegLeft
from acd.facts.calls import LegStarted as LegStarted
from acd.facts.calls import LegUp as LegUp
from acd.facts.calls import PlaybackFinished as PlaybackFinished
from acd.facts.calls import PositionAnnounced as PositionAnnounced
from acd.facts.calls import RecordingEnded as RecordingEnded
from acd.facts.calls import RecordingStarted as RecordingStarted
from acd.facts.configuration import AgentConfigured as AgentConfigured
from acd.facts.configuration import AgentRemoved as AgentRemoved
from acd.facts.configuration import ConfigInForce as ConfigInForce
from acd.facts.configuration import LimitsChanged as LimitsChanged
from acd.facts.configuration import NumbersChanged as NumbersChanged
from acd.facts.configuration import QueueConfigured as QueueConfigured
from acd.facts.configuration import QueueRemoved as QueueRemoved
from acd.facts.dialling import AgentAnswered as AgentAnswered
from acd.facts.dialling import AgentDialled as AgentDialled
from acd.facts.dialling import AgentRung as AgentRung
from acd.facts.dialling import CallTold as CallTold
from acd.facts.dialling import DialFailed as DialFailed
from acd.facts.dialling import DialPlanned as DialPlanned
from acd.facts.dialling import DialRefused as DialRefused
from acd.facts.dialling import DialTried as DialTried
from acd.facts.dialling import LegAlerted as LegAlerted
from acd.facts.floors import FloorHeld as FloorHeld
from acd.facts.floors import FloorOpened as FloorOpened
from acd.facts.floors import ShardTaken as ShardTaken
from acd.facts.lines import ChannelRefused as ChannelRefused
from acd.facts.matching import WaitStepped as WaitStepped
from acd.facts.offers import OfferAccepted as OfferAccepted
from acd.facts.offers import OfferLost as OfferLost
from acd.facts.offers import OfferMade as OfferMade
from acd.facts.offers import OfferMissed as OfferMissed
from acd.facts.offers import OfferRefused as OfferRefused
from acd.facts.offers import OfferWithdrawn as OfferWithdrawn
from acd.facts.oversight import FarewellStarted as FarewellStarted
from acd.facts.oversight import HearingChanged as HearingChanged
from acd.facts.oversight import ListeningMoved as ListeningMoved
from acd.facts.oversight import ListeningRenewed as ListeningRenewed
from acd.facts.oversight import ListeningStarted as ListeningStarted
from acd.facts.oversight import PriorityChanged as PriorityChanged
from acd.facts.oversight import WhisperStarted as WhisperStarted
from acd.facts.places import WaitingPlaceReturned as WaitingPlaceReturned
from acd.facts.places import WaitingPlaceTaken as WaitingPlaceTaken
from acd.facts.places import WaitRefused as WaitRefused
from acd.facts.service import ConnectableTold as ConnectableTold
from acd.facts.service import PausesChanged as PausesChanged
from acd.facts.service import QueueLeft as QueueLeft
from acd.facts.service import QueueRejoined as QueueRejoined
from acd.facts.service import StateForced as StateForced
from acd.facts.service import WrapUpExtended as WrapUpExtended
from acd.facts.talks import CallParked as CallParked
from acd.facts.talks import CallReturns as CallReturns
from acd.facts.talks import CallTransferred as CallTransferred
from acd.facts.talks import CallTurned as CallTurned
from acd.facts.talks import CallUnparked as CallUnparked
from acd.facts.talks import ConversationKept as ConversationKept
from acd.facts.talks import ConversationTaken as ConversationTaken
from acd.facts.talks import InvitationAccepted as InvitationAccepted
from acd.facts.talks import InvitationEnded as InvitationEnded
from acd.facts.talks import InvitationTurned as InvitationTurned
from acd.facts.talks import LegHeld as LegHeld
from acd.facts.talks import LegUnheld as LegUnheld
from acd.facts.talks import ParkingChanged as ParkingChanged
from acd.facts.talks import PartyInvited as PartyInvited
from acd.facts.waiting import CallbackAttemptEnded as CallbackAttemptEnded
from acd.facts.waiting import CallbackDeclined as CallbackDeclined
from acd.facts.waiting import CallbackEnded as CallbackEnded
from acd.facts.waiting import CallbackOffered as CallbackOffered
from acd.facts.waiting import CallbackPlanned as CallbackPlanned
from acd.facts.waiting import CallbackRequested as CallbackRequested
from acd.facts.waiting import CallbackTried as CallbackTried
from acd.facts.waiting import CallDemanded as CallDemanded
from acd.facts.waiting import CallOverflowed as CallOverflowed
from acd.facts.waiting import JoinRefused as JoinRefused
from acd.facts.waiting import MessageStarted as MessageStarted
from acd.facts.waiting import OverflowFailed as OverflowFailed
from acd.facts.waiting import RedialRecognised as RedialRecognised
from kernel.records import quicken

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
    | ListeningRenewed
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
quicken(Body)
