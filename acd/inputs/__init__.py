"""What may happen to a floor: the closed set of inputs, in the past tense. A late one changes nothing."""

from __future__ import annotations

from acd.inputs.agents import AbsenceLasted as AbsenceLasted
from acd.inputs.agents import LegReady as LegReady
from acd.inputs.agents import LineRested as LineRested
from acd.inputs.agents import LineSeen as LineSeen
from acd.inputs.agents import LiveSeen as LiveSeen
from acd.inputs.agents import OfferFailed as OfferFailed
from acd.inputs.agents import PhoneMoved as PhoneMoved
from acd.inputs.agents import PreparedGone as PreparedGone
from acd.inputs.agents import PreparedIdle as PreparedIdle
from acd.inputs.agents import RingTimeEnded as RingTimeEnded
from acd.inputs.agents import SetWish as SetWish
from acd.inputs.agents import SignIn as SignIn
from acd.inputs.agents import SignOut as SignOut
from acd.inputs.agents import WrapUpTimeEnded as WrapUpTimeEnded
from acd.inputs.calls import AnnouncementDue as AnnouncementDue
from acd.inputs.calls import CallArrived as CallArrived
from acd.inputs.calls import CallReleased as CallReleased
from acd.inputs.calls import CallRouted as CallRouted
from acd.inputs.calls import DigitPressed as DigitPressed
from acd.inputs.calls import FlowMoved as FlowMoved
from acd.inputs.calls import LegAnswered as LegAnswered
from acd.inputs.calls import LegEnded as LegEnded
from acd.inputs.calls import LegHeld as LegHeld
from acd.inputs.calls import LegUnheld as LegUnheld
from acd.inputs.calls import LongestWaitReached as LongestWaitReached
from acd.inputs.calls import MenuTimedOut as MenuTimedOut
from acd.inputs.calls import PlaybackEnded as PlaybackEnded
from acd.inputs.calls import RecordingWanted as RecordingWanted
from acd.inputs.dialling import CallOrdered as CallOrdered
from acd.inputs.dialling import DialTimeEnded as DialTimeEnded
from acd.inputs.dialling import LegAlerts as LegAlerts
from acd.inputs.dialling import PhoneDialled as PhoneDialled
from acd.inputs.floors import NodeWasLost as NodeWasLost
from acd.inputs.floors import RecoveryFinished as RecoveryFinished
from acd.inputs.floors import ShardWasTaken as ShardWasTaken
from acd.inputs.floors import UseConfig as UseConfig
from acd.inputs.matching import ConversationStood as ConversationStood
from acd.inputs.matching import WaitStepDue as WaitStepDue
from acd.inputs.oversight import ListenIn as ListenIn
from acd.inputs.oversight import ListenRingEnded as ListenRingEnded
from acd.inputs.oversight import MoveCall as MoveCall
from acd.inputs.oversight import PickCall as PickCall
from acd.inputs.oversight import PrioritiseCall as PrioritiseCall
from acd.inputs.oversight import StopListening as StopListening
from acd.inputs.oversight import WithdrawCall as WithdrawCall
from acd.inputs.service import EndWrapUp as EndWrapUp
from acd.inputs.service import ExtendWrapUp as ExtendWrapUp
from acd.inputs.service import JoinQueue as JoinQueue
from acd.inputs.service import LeaveQueue as LeaveQueue
from acd.inputs.service import TellConnectable as TellConnectable
from acd.inputs.talks import Act as Act
from acd.inputs.talks import ControlTalk as ControlTalk
from acd.inputs.talks import DropParty as DropParty
from acd.inputs.talks import InviteParty as InviteParty
from acd.inputs.talks import ParkCall as ParkCall
from acd.inputs.talks import ParkTimeEnded as ParkTimeEnded
from acd.inputs.talks import PhonePickedUp as PhonePickedUp
from acd.inputs.talks import PickUpCall as PickUpCall
from acd.inputs.talks import SendDigits as SendDigits
from acd.inputs.waiting import CallbackAskTimeEnded as CallbackAskTimeEnded
from acd.inputs.waiting import CallbackDue as CallbackDue
from acd.inputs.waiting import CallbackWayFound as CallbackWayFound
from acd.inputs.waiting import MessageTimeEnded as MessageTimeEnded
from acd.inputs.waiting import OverflowWayFound as OverflowWayFound
from acd.inputs.waiting import WayBackFound as WayBackFound
from kernel.records import quicken

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
    | WayBackFound
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
quicken(Input)
