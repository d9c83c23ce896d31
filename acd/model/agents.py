"""An agent [エージェント] on the floor: what he wants, what he does, and whether his phone can be rung."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from acd.config import AgentConfig
from acd.config.routing import Membership
from kernel.ids import AgentId, CallId, LegId, NodeId, OfferId, PlaybackId, QueueId


class Wish(StrEnum):
    """What the agent wants: to be given calls or not."""

    READY = "ready"
    PAUSED = "paused"


class Work(StrEnum):
    """What the agent is doing."""

    FREE = "free"
    OFFERED = "offered"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"


class Line(StrEnum):
    """Whether the agent's phone can be rung: registered, not registered, or it failed a moment ago."""

    UP = "up"
    DOWN = "down"
    FAILED = "failed"


class Shown(StrEnum):
    """The one word people see for wish × work × line (house.md section 5, AgentState)."""

    SIGNED_OUT = "signed_out"
    READY = "ready"
    OFFERED = "offered"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"
    MISSED = "missed"
    UNREACHABLE = "unreachable"
    NOT_CONNECTABLE = "not_connectable"
    """He wants calls, but an outside system says that none is to be connected to him, or has not said otherwise."""
    LISTENING = "listening"
    """His phone is in a colleague's call, to which he listens."""


_FREE, _ON_CALL, _WRAP_UP = Work.FREE, Work.ON_CALL, Work.WRAP_UP
_READY, _UP = Wish.READY, Line.UP
# Python 3.11 takes ten times as long for a member of an enum as for a name; nothing is asked more often than these.

MISSED = "missed"
REFUSED = "refused"
"""Pause reasons the floor itself gives, after an offer the agent let ring or turned down."""


@dataclass(slots=True)
class Agent:
    """An agent [エージェント]; `idle_since` orders agents who could be rung, the earliest first.

    `line_since`: when `line` became what it is (None: never told).
    """

    config: AgentConfig
    since: datetime
    idle_since: datetime
    signed_in: bool = False
    wish: Wish = Wish.PAUSED
    reason: str = ""
    work: Work = Work.FREE
    line: Line = Line.DOWN
    line_since: datetime | None = None
    live: bool = False
    absent_since: datetime | None = None
    """`live`: his own login is connected. `absent_since`: from when on neither that nor his phone was there, while he
    was signed in and had no call; None: he is not absent."""
    leaving: bool = False
    """The configuration no longer names him."""
    offer: OfferId | None = None
    call: CallId | None = None
    leg: LegId | None = None
    wrap_up_until: datetime | None = None
    prepared: str | None = None
    prepared_on: NodeId | None = None
    prepared_up: bool = False
    preparations: int = 0
    """The channel made ahead for his next offer, its node, whether it can be dialled already; how many there were."""
    missed: int = 0
    """Offers he let ring since he last took one, or signed in."""
    extension: float = 0.0
    wrap_up_latest: datetime | None = None
    """Seconds by which he may put off the end of this wrap-up at once (0: not), and until when at most (None: any)."""
    away_from: set[QueueId] = field(default_factory=set)
    """Queues of his that he does not serve for now."""
    desk: str = ""
    """The endpoint of somebody else's phone at which he has signed in; "": his own."""
    connectable: bool = False
    """What an outside system, or he himself, said last about calls for him; it counts where `config.reported`."""
    whisper: PlaybackId | None = None
    """What he is told, by himself, before he is connected with the call that he has answered."""
    aside: LegId | None = None
    """The leg by which his phone listens to a colleague's call."""

    serves: dict[QueueId, Membership] = field(default_factory=dict)
    profile: dict[str, int] = field(default_factory=dict)
    stands: dict[QueueId, tuple[int, float, float, AgentId]] = field(default_factory=dict)
    """How he serves each of his queues, his skills with their levels, and his place among their ready agents."""
    calls_taken: int = 0
    calls_of: dict[QueueId, int] = field(default_factory=dict)
    talked: float = 0.0
    last_talk: datetime | None = None
    """Since he signed in: calls of queues that he took, in all and by queue, seconds of talk, when the last ended."""

    @property
    def id(self) -> AgentId:
        return self.config.id

    @property
    def queues(self) -> tuple[QueueId, ...]:
        """The queues he serves now."""
        return tuple(self.serves)

    @property
    def endpoint(self) -> str:
        """The desk phone at which he works, by its endpoint."""
        return self.desk or self.config.endpoint

    @property
    def kept_off(self) -> bool:
        """Not connectable, which is treated as busy: what is not reported is not connectable (FD-r.53, ND row)."""
        return self.config.reported and not self.connectable

    @property
    def matchable(self) -> bool:
        """Free, ready and up, with no leg of an earlier offer still ending: only then may a call be offered."""
        return (
            self.signed_in
            and self.leg is None
            and self.work is _FREE
            and self.wish is _READY
            and self.line is _UP
            and self.aside is None
            and not self.leaving
            and (self.connectable or not self.config.reported)
        )

    @property
    def preparable(self) -> bool:
        """At work and wanting calls: his next leg may be made ahead."""
        return (
            self.signed_in
            and self.prepared is None
            and (self.work is _ON_CALL or self.work is _WRAP_UP)
            and self.wish is _READY
            and self.line is _UP
            and self.aside is None
            and not self.leaving
            and (self.connectable or not self.config.reported)
        )

    @property
    def shown(self) -> Shown:
        if not self.signed_in:
            return Shown.SIGNED_OUT
        if self.work is not Work.FREE:
            return Shown(self.work.value)
        if self.aside is not None:
            return Shown.LISTENING
        if self.wish is Wish.PAUSED:
            return Shown.MISSED if self.reason in (MISSED, REFUSED) else Shown.PAUSED
        if self.kept_off:
            return Shown.NOT_CONNECTABLE
        return Shown.READY if self.line is Line.UP else Shown.UNREACHABLE
