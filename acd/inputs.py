"""What may happen to a floor: the closed set of inputs, in the past tense. A late one changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from acd.config import DEFAULT_PARKING, AgentConfig, Limits, LineRule, NumberRule, Parking, PauseReason, QueueConfig
from acd.inputs_of_agents import AbsenceLasted as AbsenceLasted
from acd.inputs_of_agents import LegReady as LegReady
from acd.inputs_of_agents import LineRested as LineRested
from acd.inputs_of_agents import LineSeen as LineSeen
from acd.inputs_of_agents import LiveSeen as LiveSeen
from acd.inputs_of_agents import OfferFailed as OfferFailed
from acd.inputs_of_agents import PhoneMoved as PhoneMoved
from acd.inputs_of_agents import PreparedGone as PreparedGone
from acd.inputs_of_agents import PreparedIdle as PreparedIdle
from acd.inputs_of_agents import RingTimeEnded as RingTimeEnded
from acd.inputs_of_agents import SetWish as SetWish
from acd.inputs_of_agents import SignIn as SignIn
from acd.inputs_of_agents import SignOut as SignOut
from acd.inputs_of_agents import WrapUpTimeEnded as WrapUpTimeEnded
from acd.inputs_of_calls import AnnouncementDue as AnnouncementDue
from acd.inputs_of_calls import CallArrived as CallArrived
from acd.inputs_of_calls import CallReleased as CallReleased
from acd.inputs_of_calls import CallRouted as CallRouted
from acd.inputs_of_calls import DigitPressed as DigitPressed
from acd.inputs_of_calls import FlowMoved as FlowMoved
from acd.inputs_of_calls import LegAnswered as LegAnswered
from acd.inputs_of_calls import LegEnded as LegEnded
from acd.inputs_of_calls import LegHeld as LegHeld
from acd.inputs_of_calls import LegUnheld as LegUnheld
from acd.inputs_of_calls import LongestWaitReached as LongestWaitReached
from acd.inputs_of_calls import MenuTimedOut as MenuTimedOut
from acd.inputs_of_calls import PlaybackEnded as PlaybackEnded
from acd.inputs_of_calls import RecordingWanted as RecordingWanted
from acd.inputs_of_dialling import CallOrdered as CallOrdered
from acd.inputs_of_dialling import DialTimeEnded as DialTimeEnded
from acd.inputs_of_dialling import LegAlerts as LegAlerts
from acd.inputs_of_dialling import PhoneDialled as PhoneDialled
from acd.inputs_of_matching import ConversationStood as ConversationStood
from acd.inputs_of_matching import WaitStepDue as WaitStepDue
from acd.inputs_of_oversight import ListenIn as ListenIn
from acd.inputs_of_oversight import ListenRingEnded as ListenRingEnded
from acd.inputs_of_oversight import MoveCall as MoveCall
from acd.inputs_of_oversight import PickCall as PickCall
from acd.inputs_of_oversight import PrioritiseCall as PrioritiseCall
from acd.inputs_of_oversight import StopListening as StopListening
from acd.inputs_of_oversight import WithdrawCall as WithdrawCall
from acd.inputs_of_service import EndWrapUp as EndWrapUp
from acd.inputs_of_service import ExtendWrapUp as ExtendWrapUp
from acd.inputs_of_service import JoinQueue as JoinQueue
from acd.inputs_of_service import LeaveQueue as LeaveQueue
from acd.inputs_of_service import TellConnectable as TellConnectable
from acd.inputs_of_talks import Act as Act
from acd.inputs_of_talks import ControlTalk as ControlTalk
from acd.inputs_of_talks import DropParty as DropParty
from acd.inputs_of_talks import InviteParty as InviteParty
from acd.inputs_of_talks import ParkCall as ParkCall
from acd.inputs_of_talks import ParkTimeEnded as ParkTimeEnded
from acd.inputs_of_talks import PhonePickedUp as PhonePickedUp
from acd.inputs_of_talks import PickUpCall as PickUpCall
from acd.inputs_of_talks import SendDigits as SendDigits
from acd.inputs_of_waiting import CallbackAskTimeEnded as CallbackAskTimeEnded
from acd.inputs_of_waiting import CallbackDue as CallbackDue
from acd.inputs_of_waiting import CallbackWayFound as CallbackWayFound
from acd.inputs_of_waiting import MessageTimeEnded as MessageTimeEnded
from acd.inputs_of_waiting import OverflowWayFound as OverflowWayFound
from kernel.ids import FIRST_NODE, NodeId


@dataclass(frozen=True, slots=True)
class UseConfig:
    """Command: this version of queues, agents, limits, numbers, lines, pause reasons and parking is in force now.

    What is not named is removed. The same version may come again with other limits; an older one is late.
    """

    queues: tuple[QueueConfig, ...]
    agents: tuple[AgentConfig, ...]
    limits: Limits
    numbers: tuple[NumberRule, ...] = ()
    lines: tuple[LineRule, ...] = ()
    version: int = 0
    pauses: tuple[PauseReason, ...] = ()
    parking: Parking = DEFAULT_PARKING


@dataclass(frozen=True, slots=True)
class ShardWasTaken:
    """A controller holds the lease of `epoch`; nothing is matched before `RecoveryFinished`."""

    epoch: int


@dataclass(frozen=True, slots=True)
class NodeWasLost:
    """The link to this Asterisk broke: hold the matching of its callers until its recovery has finished."""

    node: NodeId


@dataclass(frozen=True, slots=True)
class RecoveryFinished:
    """What lives in this Asterisk and what the floor says agree again."""

    node: NodeId = FIRST_NODE


AgentCommand = SignIn | SignOut | SetWish | EndWrapUp | ExtendWrapUp | LeaveQueue | JoinQueue | TellConnectable
"""Orders about one agent."""
CallCommand = MoveCall | PrioritiseCall | PickCall | WithdrawCall
"""Orders about one waiting call."""
TalkCommand = ControlTalk | DropParty | ParkCall | PickUpCall | SendDigits
"""Orders in a talk."""
Command = AgentCommand | CallCommand | TalkCommand | ListenIn | StopListening
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
    | OverflowWayFound
    | MessageTimeEnded
    | CallbackAskTimeEnded
    | CallbackDue
    | CallbackWayFound
    | LineRested
    | WaitStepDue
    | ConversationStood
    | ListenRingEnded
    | InviteParty
    | PhonePickedUp
    | ParkTimeEnded
    | Command
    | UseConfig
    | ShardWasTaken
    | NodeWasLost
    | RecoveryFinished
)
