"""What may happen to waits beyond their order: a way to a number is known, or the time for a message is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.config.waiting import Cause
from acd.model import Destination
from kernel.ids import CallbackId, CallId, QueueId
from kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class OverflowWayFound:
    """The tenant's lines and rules say how the number of step `step` is reached, or why not."""

    call: CallId
    step: int
    destination: Destination | Refused


@dataclass(frozen=True, slots=True)
class MessageTimeEnded:
    """The time for the caller's message is over."""

    call: CallId
    until: datetime


@dataclass(frozen=True, slots=True)
class WayBackFound:
    """The tenant's lines and rules say how the caller would be called back whom step `step` of the chain of `queue` is
    to ask, because of `cause`, or why he cannot be."""

    call: CallId
    queue: QueueId
    cause: Cause
    step: int
    destination: Destination | Refused


@dataclass(frozen=True, slots=True)
class CallbackAskTimeEnded:
    """The caller has not confirmed in time that he wants to be called back."""

    call: CallId
    until: datetime


@dataclass(frozen=True, slots=True)
class CallbackWayFound:
    """The tenant's lines and rules say how he is reached who is to be called back, or why not."""

    callback: CallbackId
    destination: Destination | Refused


@dataclass(frozen=True, slots=True)
class CallbackDue:
    """He may be called (again) from now on."""

    callback: CallbackId
    due: datetime
