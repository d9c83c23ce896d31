"""The floor of one tenant: its calls, legs, conversations, offers, agents and queues at this moment.

Only `acd/evolve*.py` may change what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from acd.config import Limits, LineRule, NumberRule, Parking, PauseReason, QueueConfig
from acd.demand import NOTHING, Demand
from acd.model.agents import Agent
from acd.model.offers import Offer
from acd.model.oversight import Listening
from acd.model.talks import NOWHERE, Destination, Invitation, Parked
from acd.model.waiting import Asked, Callback, Dropped, History, Overflowing
from kernel.ids import (
    AgentId,
    CallbackId,
    CallId,
    CommandId,
    ConversationId,
    LegId,
    LineId,
    NodeId,
    NodeName,
    OfferId,
    PersonalId,
    PlaybackId,
    QueueId,
    RecordingId,
    TenantId,
)
from kernel.refusal import Refused


class Party(StrEnum):
    """Whose leg it is."""

    CALLER = "caller"
    AGENT = "agent"
    CALLEE = "callee"
    """Whom an agent calls: somebody outside, or a colleague."""
    SUPERVISOR = "supervisor"
    """Who listens in; he is in no conversation."""


class Direction(StrEnum):
    """Who began the call, and whether it leaves the house."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class LegState(StrEnum):
    RINGING = "ringing"
    UP = "up"


class Place(StrEnum):
    """Where a call is; it is in exactly one place at a time. A call that rings an agent is still waiting."""

    FLOW = "flow"
    DIALLING = "dialling"
    """An agent has dialled and does not talk yet."""
    WAITING = "waiting"
    OVERFLOW = "overflow"
    """It waits no longer and has not ended: something is told to the caller, he leaves a message, or is put through to
    a number."""
    TALKING = "talking"
    ENDING = "ending"


class Standing(StrEnum):
    """Where a waiting call stands: `open`, nobody is rung for it; `more`, more agents may be rung; `aside`, neither."""

    OPEN = "open"
    MORE = "more"
    ASIDE = "aside"


Asking = tuple[int, float, tuple[tuple[str, int], ...], str]
"""A want taken apart: the level of its first skill, the delay reached, its other skills, the word itself."""


@dataclass(slots=True)
class Leg:
    """One party's connection, addressed by (node, channel); in at most one Conversation at a time."""

    id: LegId
    call: CallId
    party: Party
    node: NodeId
    channel: str
    started: datetime
    agent: AgentId | None = None
    state: LegState = LegState.RINGING
    answered: datetime | None = None
    conversation: ConversationId | None = None
    held: datetime | None = None
    """Since when it has the others on hold; None: they hear it."""
    held_by_order: bool = False
    """Its own phone knows nothing of it."""
    keeps: ConversationId | None = None
    """The conversation it will go back to from the one it is in."""
    served_for: QueueConfig | None = None
    """The settings of the queue for which its agent took the call."""
    line: LineId | None = None
    """The line whose channel it takes."""
    alerted: bool = False


@dataclass(slots=True)
class Conversation:
    """The legs that hear each other."""

    id: ConversationId
    call: CallId
    started: datetime
    legs: set[LegId] = field(default_factory=set)


@dataclass(slots=True)
class Call:
    """One matter from its first leg to its last; exactly one call record comes of it.

    `number` was called, or is the one that a call out shows; `caller` points to the number of whoever is outside.
    `caller_leg` is the leg of who began it: for calls out and inside the agent's own. `callee_leg` is that of the other
    party in the latest of so many `tries`; `told` is how it will end when the agent has heard why.
    `queue` is set while it waits there, `served_by` is the last queue it waited in; `playback` is what is being
    played to the caller, `offers` are those that ring for it now (`exclusive`: one by name, beside which there is
    none), `playbacks` and `offers_made` count what there was (new ids are made from them), `announced` is when its
    position was last spoken. `config`: the version of the configuration in force when it began; `settings`: its
    queue's settings as they were when it joined, which it keeps while it waits and is served.
    """

    id: CallId
    number: str
    caller: PersonalId
    arrived: datetime
    caller_leg: LegId | None = None
    place: Place = Place.FLOW
    legs: set[LegId] = field(default_factory=set)
    flow: str = ""
    flow_version: int = 0
    node: NodeName | None = None
    playback: PlaybackId | None = None
    playbacks: int = 0
    stepped: datetime | None = None
    attempt: int = 1
    keys_within: float | None = None
    keys_until: datetime | None = None
    """When its flow last took a step; at a menu: for which time it asks there, how many seconds the caller has for a
    key after the prompt, and until when that is."""
    queue: QueueId | None = None
    served_by: QueueId | None = None
    priority: int = 0
    queued: datetime | None = None
    announced: datetime | None = None
    offers_made: int = 0
    exclusive: bool = False
    offers: set[OfferId] = field(default_factory=set)
    conversations: list[ConversationId] = field(default_factory=list)
    """Those that run; the first is the call's own, all others are talks beside it."""
    invitation: Invitation | None = None
    invitations: int = 0
    """Who is being rung for its talk, and how many legs were."""
    returns_to: AgentId | None = None
    """Who is to have it back, as nobody took it from him."""
    parked: Parked | None = None
    recording: RecordingId | None = None
    recorded_leg: LegId | None = None
    ending: str = ""
    config: int = 0
    settings: QueueConfig | None = None
    turned_away: bool = False
    """No waiting place was left for it, and it has not joined a queue since."""
    direction: Direction = Direction.INBOUND
    destination: Destination = NOWHERE
    callee_leg: LegId | None = None
    tries: int = 0
    told: tuple[str, int] | None = None
    joined_with: int = 0
    aged_from: datetime | None = None
    demand: Demand = NOTHING
    preferred: AgentId | None = None
    preferred_until: datetime | None = None
    """What its wait began with: its priority (from when on it grows, None: from the beginning), what is
    asked for it beside what the queue asks for, the agent for whom it waits until then."""
    want: str = ""
    ring_up_to: int = 1
    stepped_to: datetime | None = None
    rung_since: datetime | None = None
    standing: Standing = Standing.ASIDE
    """What it asks for now (`wants`), how many agents a progressive ring may reach, when it last came to another
    step, since when somebody has been rung for it in this wait."""
    joined: datetime | None = None
    overflow: Overflowing | None = None
    asked: Asked | None = None
    callback: CallbackId | None = None
    mark: str = ""
    """When it joined the queue in which it waits; where it is on an overflow chain; what it is asked meanwhile; whose
    callback it is; by which its caller is known again, "" not at all."""
    estimated: tuple[float, datetime] | None = None
    """The first estimate of its wait, in seconds, and when it was made."""
    waits_from: datetime | None = None
    """Where a talk came between the beginning of its turn and its wait: when it came back."""

    @property
    def waiting_since(self) -> datetime:
        """From when its present wait is counted; its turn may be older."""
        return self.waits_from or self.queued or self.arrived

    @property
    def conversation(self) -> ConversationId | None:
        """The one in which whoever the call is about talks."""
        return self.conversations[0] if self.conversations else None

    @property
    def offered(self) -> bool:
        """Somebody is being rung for it."""
        return bool(self.offers)

    @property
    def turn(self) -> tuple[int, datetime, CallId]:
        """The key of its place in the queue: higher priority first, then who has waited longer."""
        return (-self.priority, self.queued or self.arrived, self.id)


@dataclass(slots=True)
class Queue:
    """An ordered wait. `turns`: every waiting call in order; `open_turns`: those that no agent is ringing for;
    `ready`: its agents who could be rung now, as the strategy orders them (tier, rank, idle since, agent); `busy`:
    those at work whose next leg could be made ahead."""

    config: QueueConfig
    turns: list[tuple[int, datetime, CallId]] = field(default_factory=list)
    open_turns: list[tuple[int, datetime, CallId]] = field(default_factory=list)
    open_for: dict[str, list[tuple[int, datetime, CallId]]] = field(default_factory=dict)
    more_for: dict[str, list[tuple[int, datetime, CallId]]] = field(default_factory=dict)
    """By what they ask for (`wants`): the open turns, and calls that ring and that more agents may be rung for."""
    ready: list[tuple[int, float, float, AgentId]] = field(default_factory=list)
    ready_for: dict[str, list[tuple[int, float, float, AgentId]]] = field(default_factory=dict)
    """Of the ready agents those who can give what is asked, by that."""
    asking: dict[str, list[Asking]] = field(default_factory=dict)
    """The wants of `ready_for` by the first skill that each asks for, "" for none."""
    newest: tuple[int, float, float, AgentId] | None = None
    """Who has become ready last. He stands in none of `ready_for` before somebody else becomes ready or a call comes:
    most often he is rung sooner, for a call that has waited for him."""
    busy: set[AgentId] = field(default_factory=set)
    delays: list[float] = field(default_factory=list)
    """The delays of its memberships, the shortest first."""
    last_rung: tuple[float, AgentId] | None = None
    """Order and id of the agent whom it rang last."""
    recent: list[int] = field(default_factory=list)
    """Of its last callers, 1 for who was answered in time and 0 for who was not."""
    history: History = field(default_factory=History)


@dataclass(slots=True)
class Floor:
    """Everything of one tenant that decisions need."""

    tenant: TenantId
    epoch: int = 0
    seq: int = 0
    nodes: set[NodeId] = field(default_factory=set)
    """The Asterisk nodes on which calls are given out; not those that are lost, or recovering."""
    node: NodeId | None = None
    """Where the last leg was; legs are made ahead there."""
    config: int = 0
    """The version of the configuration in force (0: none yet)."""
    limits: Limits = field(default_factory=Limits)
    numbers: dict[str, NumberRule] = field(default_factory=dict)
    lines: dict[LineId, LineRule] = field(default_factory=dict)
    pauses: dict[str, PauseReason] = field(default_factory=dict)
    """The tenant's own pause reasons, by id."""
    seats: dict[AgentId, str] = field(default_factory=dict)
    """Who holds a seat, and of which kind."""
    seats_used: dict[str, int] = field(default_factory=dict)
    """How many seats of each kind are taken."""
    desks: dict[str, set[AgentId]] = field(default_factory=dict)
    """Who works, or would work, at each phone, by its endpoint."""
    extensions: dict[str, set[AgentId]] = field(default_factory=dict)
    """Whose digits inside the tenant these are."""
    able: dict[str, set[AgentId]] = field(default_factory=dict)
    """Who has each skill, at whatever level."""
    places: dict[str, set[CallId]] = field(default_factory=dict)
    """The calls that hold a waiting place, by called number."""
    channels: dict[LineId, int] = field(default_factory=dict)
    """How many channels of each line are in use."""
    agents: dict[AgentId, Agent] = field(default_factory=dict)
    queues: dict[QueueId, Queue] = field(default_factory=dict)
    calls: dict[CallId, Call] = field(default_factory=dict)
    legs: dict[LegId, Leg] = field(default_factory=dict)
    conversations: dict[ConversationId, Conversation] = field(default_factory=dict)
    offers: dict[OfferId, Offer] = field(default_factory=dict)
    listenings: dict[LegId, Listening] = field(default_factory=dict)
    """Who listens in, by his leg."""
    callbacks: dict[CallbackId, Callback] = field(default_factory=dict)
    """Who is to be called back."""
    callers: dict[str, int] = field(default_factory=dict)
    """How many calls from and to each number there are, by its mark."""
    dropped: dict[str, Dropped] = field(default_factory=dict)
    """The places that are kept for callers who hung up (`dropped_key`)."""
    handling: dict[AgentId, tuple[QueueId, datetime]] = field(default_factory=dict)
    """Whose call of which queue agents have had since when, wrap-up included."""
    parking: Parking = field(default_factory=Parking)
    parked: dict[str, CallId] = field(default_factory=dict)
    """What stands at each park place that is taken."""
    outcomes: dict[CommandId, Refused | None] = field(default_factory=dict)
    """What became of the last commands (None: done), so that the same command again gets the same answer."""

    @property
    def open(self) -> bool:
        """Whether matching is allowed anywhere (not so while recovering)."""
        return bool(self.nodes)

    def reaches(self, call: Call) -> bool:
        """Whether the call can be connected now: its caller is there, on a node that can be used."""
        leg = call.caller_leg
        caller = None if leg is None else self.legs.get(leg)
        return caller is not None and caller.node in self.nodes
