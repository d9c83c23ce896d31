"""What must be done after a decision: the closed set of effects, imperative. The controller carries them out."""

from __future__ import annotations

from acd.effects.calls import AnnouncePosition as AnnouncePosition
from acd.effects.calls import AnswerCaller as AnswerCaller
from acd.effects.calls import AskLine as AskLine
from acd.effects.calls import Connect as Connect
from acd.effects.calls import ContinueFlow as ContinueFlow
from acd.effects.calls import DialInside as DialInside
from acd.effects.calls import DialOut as DialOut
from acd.effects.calls import Disconnect as Disconnect
from acd.effects.calls import EnterFlow as EnterFlow
from acd.effects.calls import HangUp as HangUp
from acd.effects.calls import PrepareLeg as PrepareLeg
from acd.effects.calls import ReleaseLeg as ReleaseLeg
from acd.effects.calls import RingAgent as RingAgent
from acd.effects.calls import RingPhone as RingPhone
from acd.effects.calls import SetTimer as SetTimer
from acd.effects.calls import StartMusic as StartMusic
from acd.effects.calls import StartRecording as StartRecording
from acd.effects.calls import StartRinging as StartRinging
from acd.effects.calls import StopMusic as StopMusic
from acd.effects.calls import StopPlayback as StopPlayback
from acd.effects.calls import StopRecording as StopRecording
from acd.effects.calls import StopRinging as StopRinging
from acd.effects.calls import TellAgent as TellAgent
from acd.effects.oversight import EndSpying as EndSpying
from acd.effects.oversight import RingSupervisor as RingSupervisor
from acd.effects.oversight import SayPrompt as SayPrompt
from acd.effects.oversight import Spy as Spy
from acd.effects.talks import InviteInside as InviteInside
from acd.effects.talks import InviteOutside as InviteOutside
from acd.effects.talks import Mute as Mute
from acd.effects.talks import SendTones as SendTones
from acd.effects.talks import Separate as Separate
from acd.effects.talks import Unmute as Unmute
from acd.effects.waiting import FindCallbackWay as FindCallbackWay
from acd.effects.waiting import FindWay as FindWay
from acd.effects.waiting import FindWayBack as FindWayBack
from acd.effects.waiting import PlayToCaller as PlayToCaller
from kernel.records import quicken

Effect = (
    RingAgent
    | PrepareLeg
    | ReleaseLeg
    | AskLine
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
    | RingPhone
    | DialOut
    | DialInside
    | StartRinging
    | StopRinging
    | TellAgent
    | PlayToCaller
    | FindWay
    | FindWayBack
    | FindCallbackWay
    | SayPrompt
    | RingSupervisor
    | Spy
    | EndSpying
    | Separate
    | Mute
    | Unmute
    | SendTones
    | InviteInside
    | InviteOutside
)
quicken(Effect)
