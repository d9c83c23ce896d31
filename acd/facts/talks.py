"""What has happened in talks: held, invited into, transferred, parked and picked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acd.config.parking import Parking
from acd.model.talks import Invitation
from kernel.ids import AgentId, CallId, ConversationId, LegId, QueueId


@dataclass(frozen=True, slots=True)
class LegHeld:
    """The agent put the others of his conversation on hold; they hear music until `LegUnheld`, or until he leaves.

    `ordered`: by an order, and not by his phone, which knows nothing of it.
    """

    leg: LegId
    call: CallId
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class LegUnheld:
    """The agent took them back."""

    leg: LegId
    call: CallId


@dataclass(frozen=True, slots=True)
class ConversationKept:
    """The agent's leg has left the conversation and will come back; `held`: whoever the call is about waits there."""

    leg: LegId
    conversation: ConversationId
    call: CallId
    held: bool


@dataclass(frozen=True, slots=True)
class ConversationTaken:
    """He does not keep it any more: he comes back, gives it away, or nobody is there."""

    leg: LegId
    conversation: ConversationId
    call: CallId


@dataclass(frozen=True, slots=True)
class ParkingChanged:
    """Calls are parked like this from now on; those that are parked stay as they are."""

    parking: Parking


@dataclass(frozen=True, slots=True)
class PartyInvited:
    """Somebody is rung for the call; his leg follows."""

    call: CallId
    invitation: Invitation


@dataclass(frozen=True, slots=True)
class InvitationTurned:
    """Who asked has left: whoever answers takes the call over."""

    call: CallId
    leg: LegId


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    call: CallId
    leg: LegId


@dataclass(frozen=True, slots=True)
class InvitationEnded:
    """Nobody came. `why`: failed, no_answer, or withdrawn; `cause`: Q.850; `sip`: the final status, None when none
    came."""

    call: CallId
    leg: LegId
    why: str
    cause: int = 0
    sip: int | None = None


@dataclass(frozen=True, slots=True)
class CallTransferred:
    """The agent gave the call away: to `queue`, or to whoever is rung or talks. `attended`: he had asked first."""

    call: CallId
    agent: AgentId
    queue: QueueId | None
    attended: bool


@dataclass(frozen=True, slots=True)
class CallTurned:
    """From now on the call is about who is on this leg."""

    call: CallId
    leg: LegId


@dataclass(frozen=True, slots=True)
class CallReturns:
    """Nobody took it: it goes back to the agent who gave it away."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class CallParked:
    """It waits at a park place until `until`, then it goes back to the agent."""

    call: CallId
    agent: AgentId
    place: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CallUnparked:
    """`why`: picked_up, returned, or gone. `agent`, `leg`: who picked it up."""

    call: CallId
    place: str
    why: str
    agent: AgentId | None = None
    leg: LegId | None = None
