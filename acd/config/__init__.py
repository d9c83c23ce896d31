"""What an admin sets about queues and agents, as the floor knows it (one immutable version at a time)."""

from __future__ import annotations

from dataclasses import dataclass, field

from acd.config.parking import DEFAULT_PARKING as DEFAULT_PARKING
from acd.config.parking import PARKING as PARKING
from acd.config.parking import Parking as Parking
from acd.config.routing import AgentSkill, Membership, Routing
from acd.config.service import PauseReason as PauseReason
from acd.config.service import Service
from acd.config.waiting import CallbackRule, Waiting
from kernel.ids import AgentId, LineId, QueueId


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """One queue [キュー] in one version. All times in seconds; 0 switches the thing off unless said otherwise.

    `ring_time`: how long an offer rings before it is missed (never 0). `wrap_up`: work after a call. `longest_wait`: a
    caller who has waited so long is released. `announce_every`: how often the position is spoken.
    `music`: an Asterisk music class. `recorded`: whether the tenant wants its conversations recorded.
    `answer_within` and `service_target` (a share, 0 to 1): how soon how many callers are to be answered.
    `short_abandon`: who gives up within so many seconds has hardly waited. `routing`: who gets its calls.
    `service`: what it asks of its agents.
    """

    id: QueueId
    name: str
    version: int = 1
    ring_time: float = 20.0
    wrap_up: float = 0.0
    longest_wait: float = 0.0
    announce_every: float = 0.0
    music: str = "default"
    recorded: bool = True
    answer_within: float = 20.0
    service_target: float = 0.8
    short_abandon: float = 5.0
    routing: Routing = field(default_factory=Routing)
    waiting: Waiting = field(default_factory=Waiting)
    callback: CallbackRule = field(default_factory=CallbackRule)
    service: Service = field(default_factory=Service)


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """One agent in one version: where he can be rung and which queues he serves.

    `licence`: the kind of concurrent licence whose seat he takes ("" = the tenant's only pool). `extension`: his digits
    inside the tenant, "" none. `caller_number`: the E.164 number of the tenant that his calls out show, "" none.
    `memberships`: how he serves a queue where that is not the usual way. `reported`: he is connectable only while an
    outside system, or he himself, has said so (agent management).
    """

    id: AgentId
    name: str
    endpoint: str
    queues: tuple[QueueId, ...]
    version: int = 1
    licence: str = ""
    extension: str = ""
    caller_number: str = ""
    skills: tuple[AgentSkill, ...] = ()
    memberships: tuple[Membership, ...] = ()
    reported: bool = False

    def membership(self, queue: QueueId) -> Membership:
        """How he serves this queue."""
        return next((one for one in self.memberships if one.queue == queue), Membership(queue))


@dataclass(frozen=True, slots=True)
class SeatPool:
    """The seats [シート] of one kind of concurrent licence; `clause` is said in a refusal."""

    kind: str
    limit: int
    clause: str


@dataclass(frozen=True, slots=True)
class NumberRule:
    """A called number: the line it lies on, and the waiting places [待ち呼] allotted to it (None: not limited)."""

    number: str
    line: LineId | None = None
    places: int | None = None


@dataclass(frozen=True, slots=True)
class LineRule:
    """A line: how many calls it carries at once (None: not limited), and whether emergency calls may go over it."""

    id: LineId
    channels: int | None = None
    clause: str = ""
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What the tenant's contracts allow on the floor.

    `seats`: one pool for each kind, () = not limited. `places`: waiting places of all numbers together, None = not
    limited. `recording`: whether there is a right to record. `seat_grace`: seconds for which both the live connection
    and the phone may be gone before an agent's seat is given back. `suspended`: the clause by which nobody may sign in
    and callers only hear that they cannot be served; "" otherwise.
    """

    seats: tuple[SeatPool, ...] = ()
    places: int | None = None
    places_clause: str = ""
    recording: bool = True
    seat_grace: float = 60.0
    suspended: str = ""

    def pool(self, kind: str) -> SeatPool | None:
        """The pool of this kind; without one there is no seat, unless seats are not limited at all."""
        return next((pool for pool in self.seats if pool.kind == kind), None)


PAUSE_REASONS = frozenset({"break", "lunch", "meeting", "training", "desk_work", "other"})
"""Why an agent may pause himself; the sentences stand in api/texts."""
