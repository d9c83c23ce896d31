"""What has happened to waits beyond their order: not admitted, gone another way, a message left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.config.waiting import Cause, StepKind
from acd.demand import NOTHING, Demand
from acd.model.talks import Destination
from kernel.ids import AgentId, CallbackId, CallId, PersonalId, PlaybackId, QueueId


@dataclass(frozen=True, slots=True)
class CallDemanded:
    """From now on this is asked for the call wherever it waits, in place of what was asked before."""

    call: CallId
    demand: Demand


@dataclass(frozen=True, slots=True)
class JoinRefused:
    """The call may not join `queue`, though its number has a waiting place left: `waiting` callers are there already.

    `limit`: how many there may be; None where the queue is empty of agents.
    """

    call: CallId
    queue: QueueId
    cause: Cause
    waiting: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class CallOverflowed:
    """Because of `cause` the caller goes the way of step `step`, from 0, of the chain of `queue`.

    `since`: from when his wait counts, with `priority`. `playback`: what he hears there, None nothing; `to`:
    the queue that he goes to.
    """

    call: CallId
    queue: QueueId
    cause: Cause
    step: int
    kind: StepKind
    since: datetime
    priority: int
    playback: PlaybackId | None = None
    to: QueueId | None = None


@dataclass(frozen=True, slots=True)
class OverflowFailed:
    """The step led nowhere. `why`: a refusal's code, or how the number was not reached."""

    call: CallId
    queue: QueueId
    step: int
    why: str


@dataclass(frozen=True, slots=True)
class MessageStarted:
    """The caller may speak until `until`; a recording of the call keeps it."""

    call: CallId
    queue: QueueId
    until: datetime


@dataclass(frozen=True, slots=True)
class CallbackOffered:
    """The caller, who waits or is on the overflow chain of `queue`, is asked until `until` whether he wants to be
    called back on the number he calls from."""

    call: CallId
    queue: QueueId
    cause: Cause
    step: int
    playback: PlaybackId
    until: datetime


@dataclass(frozen=True, slots=True)
class CallbackDeclined:
    """He has not said that he wants it."""

    call: CallId
    queue: QueueId


@dataclass(frozen=True, slots=True)
class CallbackRequested:
    """The caller has confirmed: he is to be called back, in the turn that he had.

    `number`: the tenant's that he called, `to` points to his own, of which `mark` is made. `demand`: what was asked for
    his call.
    """

    callback: CallbackId
    call: CallId
    queue: QueueId
    number: str
    to: PersonalId
    since: datetime
    priority: int
    demand: Demand = NOTHING
    mark: str = ""


@dataclass(frozen=True, slots=True)
class CallbackPlanned:
    """The tenant's lines reach him by these trunks."""

    callback: CallbackId
    queue: QueueId
    destination: Destination


@dataclass(frozen=True, slots=True)
class CallbackTried:
    """He is being called back by `call`; `agent` was engaged first, None: he himself is called first."""

    callback: CallbackId
    queue: QueueId
    call: CallId
    agent: AgentId | None


@dataclass(frozen=True, slots=True)
class CallbackAttemptEnded:
    """The attempt came to nothing (`why`: how its call ended); he has been called `tried` times, and is called no more
    before `due`."""

    callback: CallbackId
    queue: QueueId
    why: str
    tried: int
    due: datetime


@dataclass(frozen=True, slots=True)
class CallbackEnded:
    """Nobody calls him back any more. `outcome`: reached, unreached, refused (no line reaches him), gave_up (he hung up
    before an agent took him), queue_deleted."""

    callback: CallbackId
    queue: QueueId
    outcome: str


@dataclass(frozen=True, slots=True)
class RedialRecognised:
    """The caller has called again within the time for which his place was kept: his wait counts from `since`, when he
    first joined with the call `before`."""

    call: CallId
    queue: QueueId
    before: CallId
    since: datetime
