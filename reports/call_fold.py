"""Turns the facts of one call into its record; the only reader of facts for call records, live or finished."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from acd import facts
from acd.facts import Body
from kernel.fact import Fact
from kernel.ids import AgentId, ConversationId, LegId, OfferId, QueueId, RecordingId
from kernel.moment import seconds_between
from reports.call_record import (
    CallRecord,
    Direction,
    Hold,
    LegRecord,
    OfferOutcome,
    OfferRecord,
    Segment,
    hold_seconds,
    part,
    talk_seconds,
)
from reports.known import is_known
from reports.waits import Waited


@dataclass(slots=True)
class _Draft:
    """What is known so far."""

    start: Fact[Body]
    call: facts.CallStarted
    legs: dict[LegId, LegRecord] = field(default_factory=dict)
    open: dict[LegId, tuple[ConversationId, datetime]] = field(default_factory=dict)
    held: dict[LegId, datetime] = field(default_factory=dict)
    tried: dict[LegId, facts.DialTried] = field(default_factory=dict)
    offers: dict[OfferId, OfferRecord] = field(default_factory=dict)
    queue: QueueId | None = None
    queued: datetime | None = None
    answered: datetime | None = None
    agent: AgentId | None = None
    waited: Waited = field(default_factory=Waited)
    recordings: list[RecordingId] = field(default_factory=list)
    wrapping: dict[AgentId, datetime] = field(default_factory=dict)
    wrapped: dict[AgentId, float] = field(default_factory=dict)
    parked: str = ""
    ended: datetime | None = None
    outcome: str = ""
    seq: int = 0


def call_record(history: Iterable[Fact[object]]) -> CallRecord | None:
    """The record of the one call whose facts these are, in order; None when its start is not among them."""
    draft: _Draft | None = None
    for fact in filter(is_known, history):
        if isinstance(fact.body, facts.CallStarted):
            draft = _Draft(fact, fact.body)
        if draft is not None:
            _note(draft, fact.body, fact.at)
            draft.seq = fact.seq
    return None if draft is None else _record(draft)


def _note(draft: _Draft, body: Body, at: datetime) -> None:
    _note_leg(draft, body, at)
    _note_offer(draft, body, at)
    match body:
        case facts.CallQueued():
            draft.queue = body.queue
            draft.queued = draft.queued or body.since
            draft.waited.joins(at)
        case facts.CallLeftQueue():
            draft.waited.leaves(body.waited, at)
        case facts.RecordingStarted():
            draft.recordings.append(body.recording)
        case facts.AgentDialled():
            draft.agent = body.agent
        case facts.ConversationStarted() if draft.call.direction is not Direction.INBOUND:
            draft.answered = draft.answered or at
        case facts.WrapUpStarted():
            draft.wrapping[body.agent] = at
        case facts.AgentFreed() if body.agent in draft.wrapping:
            spent = seconds_between(draft.wrapping.pop(body.agent), at)
            draft.wrapped[body.agent] = draft.wrapped.get(body.agent, 0.0) + spent
        case facts.CallParked():
            draft.parked = body.place
        case facts.CallUnparked():
            draft.parked = ""
        case facts.CallEnded():
            draft.ended, draft.outcome = at, body.outcome
        case _:
            return


def _note_leg(draft: _Draft, body: Body, at: datetime) -> None:
    match body:
        case facts.DialTried():
            draft.tried[body.leg] = body
        case facts.LegStarted():
            tried = draft.tried.get(body.leg)
            draft.legs[body.leg] = LegRecord(
                leg=body.leg,
                party=body.party,
                agent=body.agent,
                node=body.node,
                channel=body.channel,
                began=body.at,
                answered=body.at if body.up else None,
                ended=None,
                cause=None,
                why="",
                segments=(),
                shown="" if tried is None else tried.shown,
                line_kind=None if tried is None else tried.kind,
            )
        case facts.LegUp():
            draft.legs[body.leg] = replace(draft.legs[body.leg], answered=at)
        case facts.LegJoined():
            draft.open[body.leg] = (body.conversation, at)
        case facts.LegHeld():
            draft.held[body.leg] = at
        case facts.ConversationKept(held=True):
            draft.held[body.leg] = at
        case facts.LegUnheld() | facts.ConversationTaken():
            _take_back(draft, body.leg, at)
        case facts.LegLeft():
            _close(draft, body.leg, at)
        case facts.ConversationEnded():
            for leg in [leg for leg, (held, _) in draft.open.items() if held == body.conversation]:
                _close(draft, leg, at)
        case facts.LegGone():
            _close(draft, body.leg, at)
            _take_back(draft, body.leg, at)
            draft.legs[body.leg] = replace(draft.legs[body.leg], ended=at, cause=body.cause, why=body.why)
        case _:
            return


def _close(draft: _Draft, leg: LegId, at: datetime | None) -> None:
    """End the leg's open segment, if it has one; a leg that is gone has left its conversation, said or not."""
    joined = draft.open.pop(leg, None)
    if joined is None:
        return
    _take_back(draft, leg, at)
    conversation, began = joined
    known = draft.legs[leg]
    draft.legs[leg] = replace(known, segments=(*known.segments, Segment(leg, conversation, began, at)))


def _take_back(draft: _Draft, leg: LegId, at: datetime | None) -> None:
    """End the leg's hold, if there is one; who leaves the conversation holds nobody any more."""
    began = draft.held.pop(leg, None)
    if began is not None:
        known = draft.legs[leg]
        draft.legs[leg] = replace(known, holds=(*known.holds, Hold(began, at)))


def _note_offer(draft: _Draft, body: Body, at: datetime) -> None:
    match body:
        case facts.OfferMade():
            draft.offers[body.offer] = OfferRecord(
                body.offer, body.queue, body.agent, body.leg, at, None, OfferOutcome.OPEN
            )
        case facts.OfferAccepted():
            _settle(draft, body.offer, at, OfferOutcome.ACCEPTED)
            if draft.answered is None:
                draft.answered, draft.agent = at, body.agent
        case facts.OfferMissed():
            _settle(draft, body.offer, at, OfferOutcome.MISSED)
        case facts.OfferRefused():
            _settle(draft, body.offer, at, OfferOutcome.REFUSED)
        case facts.OfferWithdrawn():
            _settle(draft, body.offer, at, OfferOutcome.WITHDRAWN)
        case facts.OfferLost():
            _settle(draft, body.offer, at, OfferOutcome.FAILED)
        case _:
            return


def _settle(draft: _Draft, offer: OfferId, at: datetime, outcome: OfferOutcome) -> None:
    draft.offers[offer] = replace(draft.offers[offer], ended=at, outcome=outcome)


def _record(draft: _Draft) -> CallRecord:
    for leg in tuple(draft.open):
        _close(draft, leg, None)
    legs = tuple(draft.legs.values())
    return CallRecord(
        tenant=draft.start.tenant,
        call=draft.call.call,
        direction=draft.call.direction,
        number=draft.call.number,
        caller=draft.call.caller,
        arrived=draft.call.arrived,
        queue=draft.queue,
        queued=draft.queued,
        answered=draft.answered,
        agent=draft.agent,
        ended=draft.ended,
        outcome=draft.outcome,
        wait_seconds=draft.waited.seconds,
        talk_seconds=talk_seconds(legs),
        hold_seconds=hold_seconds(legs),
        legs=legs,
        offers=tuple(draft.offers.values()),
        recording=draft.recordings[-1] if draft.recordings else None,
        recordings=tuple(draft.recordings),
        seq=draft.seq,
        parts=tuple(part(agent, legs, draft.wrapped.get(agent, 0.0)) for agent in _agents(legs)),
        parked=draft.parked,
    )


def _agents(legs: Iterable[LegRecord]) -> list[AgentId]:
    """Who was in the call, each once."""
    return list(dict.fromkeys(leg.agent for leg in legs if leg.agent is not None and leg.segments))
