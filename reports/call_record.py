"""What one call was, from its facts: one record per call, its legs, segments, offers and recording."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from acd.model import Direction as Direction
from acd.model import Party
from kernel.ids import (
    AgentId,
    CallId,
    ConversationId,
    LegId,
    NodeId,
    OfferId,
    PersonalId,
    QueueId,
    RecordingId,
    TenantId,
)
from kernel.moment import seconds_between
from kernel.usage import LineKind


class OfferOutcome(StrEnum):
    """What became of an offer; `open` while it rings."""

    OPEN = "open"
    ACCEPTED = "accepted"
    MISSED = "missed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Segment:
    """The leg was in the conversation from `began` until `ended` (None: still is)."""

    leg: LegId
    conversation: ConversationId
    began: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Hold:
    """An agent had the others on hold from `began` until `ended` (None: still has)."""

    began: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class LegRecord:
    """One party's connection; `cause` is Q.850, `why` the fact's word for how it ended.

    Of one that went out over a line: `shown`, the tenant's number it was made with, and the kind of the line called.
    """

    leg: LegId
    party: Party
    agent: AgentId | None
    node: NodeId
    channel: str
    began: datetime
    answered: datetime | None
    ended: datetime | None
    cause: int | None
    why: str
    segments: tuple[Segment, ...]
    holds: tuple[Hold, ...] = ()
    shown: str = ""
    line_kind: LineKind | None = None


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """The call rang `agent` from `made` until `ended`; `queue`: where it waited, None when it waited in none."""

    offer: OfferId
    queue: QueueId | None
    agent: AgentId
    leg: LegId
    made: datetime
    ended: datetime | None
    outcome: OfferOutcome


@dataclass(frozen=True, slots=True)
class AgentPart:
    """What an agent did in the call, in seconds: heard by somebody, away while somebody waited for him, and after it.

    Asking a colleague counts as hold for who asked and as talk for who was asked. What is not over counts nothing.
    """

    agent: AgentId
    talk_seconds: float
    hold_seconds: float
    wrap_up_seconds: float


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call. Times in seconds; `ended` is None while it lives, and then `outcome` is empty.

    `answered`: the first agent took it, or whom an agent called; `agent` is who took or made it. `wait_seconds`: all
    its time in queues, up to the last moment it left one. `talk_seconds`: how long the other party and an agent were
    together and heard each other, without `hold_seconds`: how long an agent had the others on hold (metrics.md,
    section 2). `seq`: its last fact.
    """

    tenant: TenantId
    call: CallId
    direction: Direction
    number: str
    caller: PersonalId
    arrived: datetime
    queue: QueueId | None
    queued: datetime | None
    answered: datetime | None
    agent: AgentId | None
    ended: datetime | None
    outcome: str
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    legs: tuple[LegRecord, ...]
    offers: tuple[OfferRecord, ...]
    recording: RecordingId | None
    seq: int
    parts: tuple[AgentPart, ...] = ()
    """In the order in which they came into the call."""
    parked: str = ""
    """The park place where it stands."""
    recordings: tuple[RecordingId, ...] = ()
    """In the order in which they began, `recording` the last: a call that goes on to a queue is recorded anew."""

    @property
    def cause(self) -> int | None:
        """The Q.850 cause with which the call ended, see `cause_of`."""
        return cause_of(self.legs)


NORMAL_CLEARING: Final = 16
"""Q.850: somebody has hung up."""


class EndedLeg(Protocol):
    """What of a leg says why its call ended."""

    @property
    def party(self) -> Party: ...
    @property
    def began(self) -> datetime: ...
    @property
    def ended(self) -> datetime | None: ...
    @property
    def cause(self) -> int | None: ...
    @property
    def why(self) -> str: ...
    @property
    def segments(self) -> Sized: ...


def cause_of(legs: Iterable[EndedLeg]) -> int | None:
    """The Q.850 cause of the party that left the talk first; without any talk that of the other party's last leg.

    None while nobody has left, and when there was no other party: an agent's phone that only rang says nothing. Who
    hung up without a cause has cleared normally; 0: it is not known.
    """
    lines = tuple(legs)
    talked = [(leg.ended, leg) for leg in lines if len(leg.segments) and leg.ended is not None]
    if talked:
        return _said(min(talked, key=lambda one: one[0])[1])
    others = [leg for leg in lines if leg.party not in (Party.AGENT, Party.SUPERVISOR)]
    return _said(max(others, key=lambda leg: leg.began)) if others else None


def _said(leg: EndedLeg) -> int | None:
    return NORMAL_CLEARING if leg.cause == 0 and leg.why == "hung_up" else leg.cause


Period = tuple[datetime, datetime]


def uncovered(record: CallRecord) -> str | None:
    """The first place where a finished call's legs do not cover its life exactly; None when they do.

    Together the legs reach from the arrival to the end without a hole and never beyond; each leg lives once, and
    its segments lie inside it, one after another.
    """
    if record.ended is None:
        return "the call has not ended"
    if len({leg.leg for leg in record.legs}) != len(record.legs):
        return "a leg stands in the record twice"
    for leg in record.legs:
        if (flaw := _leg_flaw(leg, record.arrived, record.ended)) is not None:
            return flaw
    reached = record.arrived
    for began, ended in sorted((leg.began, leg.ended or record.ended) for leg in record.legs):
        if began > reached:
            return f"no leg from {reached.isoformat()} to {began.isoformat()}"
        reached = max(reached, ended)
    return None if reached == record.ended else f"no leg from {reached.isoformat()} to {record.ended.isoformat()}"


def _leg_flaw(leg: LegRecord, arrived: datetime, over: datetime) -> str | None:
    if leg.ended is None:
        return f"{leg.leg} has no end"
    if not arrived <= leg.began <= leg.ended <= over:
        return f"{leg.leg} lies outside the call or ends before it begins"
    reached = leg.began
    for segment in leg.segments:
        if segment.ended is None:
            return f"{leg.leg} is still in {segment.conversation}"
        if segment.began < reached:
            return f"{leg.leg} is in two conversations at {segment.began.isoformat()}"
        if segment.ended < segment.began:
            return f"{leg.leg} leaves {segment.conversation} before it joins"
        reached = segment.ended
    return None if reached <= leg.ended else f"{leg.leg} talks after its end"


def talk_seconds(legs: Iterable[LegRecord]) -> float:
    """How long an agent and the other party were in one conversation and nobody was on hold; a segment still open
    counts nothing."""
    lines = tuple(legs)
    others = [leg for leg in lines if leg.party is not Party.AGENT]
    return _length(talk for leg in lines if leg.party is Party.AGENT for talk in _talks(leg, others))


def part(agent: AgentId, legs: Iterable[LegRecord], wrap_up: float) -> AgentPart:
    """What an agent did on his legs of a call, `wrap_up` seconds after it included."""
    lines = tuple(legs)
    mine = [leg for leg in lines if leg.agent == agent]
    talk = _length(talk for leg in mine for talk in _talks(leg, [other for other in lines if other.leg != leg.leg]))
    return AgentPart(agent, talk, hold_seconds(mine), wrap_up)


def _talks(leg: LegRecord, others: Iterable[LegRecord]) -> list[Period]:
    """When the leg was with one of the others and had nobody on hold."""
    segments = [segment for other in others for segment in other.segments]
    shared = [both for mine in leg.segments for other in segments if (both := _together(mine, other)) is not None]
    holds = sorted((hold.began, hold.ended) for hold in leg.holds if hold.ended is not None)
    for began, ended in holds:
        shared = [piece for one in shared for piece in ((one[0], min(one[1], began)), (max(one[0], ended), one[1]))]
        shared = [one for one in shared if one[0] < one[1]]
    return shared


class Lasting(Protocol):
    """Something that began and may have ended."""

    @property
    def began(self) -> datetime: ...
    @property
    def ended(self) -> datetime | None: ...


class HoldingLeg(Protocol):
    """What of a leg says when its agent had the others on hold."""

    @property
    def holds(self) -> Iterable[Lasting]: ...


def hold_seconds(legs: Iterable[HoldingLeg]) -> float:
    """How long an agent had the others on hold, each moment counted once; a hold still open counts nothing."""
    return _length((hold.began, hold.ended) for leg in legs for hold in leg.holds if hold.ended is not None)


def _together(one: Segment, other: Segment) -> Period | None:
    if one.conversation != other.conversation or one.ended is None or other.ended is None:
        return None
    return _both((one.began, one.ended), (other.began, other.ended))


def _both(one: Period, other: Period) -> Period | None:
    """What lies in either."""
    began, ended = max(one[0], other[0]), min(one[1], other[1])
    return (began, ended) if began < ended else None


def _length(periods: Iterable[Period]) -> float:
    """The seconds that the periods cover together, each moment counted once."""
    total = 0.0
    reached: datetime | None = None
    for began, ended in sorted(periods):
        start = began if reached is None else max(began, reached)
        if ended > start:
            total += seconds_between(start, ended)
            reached = ended
    return total
