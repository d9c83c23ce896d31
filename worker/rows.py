"""Call records and recordings as rows, made from the facts of one call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson

from acd.facts import CallStarted, RecordingEnded, RecordingStarted
from acd.model import Direction, Party
from kernel.fact import Fact
from kernel.ids import AgentId
from kernel.usage import LineKind
from reports.call_record import CallRecord, OfferOutcome
from store.record_rows import CallRecordRow, RecordingRow


def record_row(record: CallRecord, line_kind: LineKind | None = None, mark: str = "") -> CallRecordRow:
    """The row of a finished call; its legs carry their segments, `line_kind` is that of the other party, `mark` that of
    its caller's number ("": it was not told)."""
    return CallRecordRow(
        tenant=record.tenant,
        call=record.call,
        direction=record.direction,
        number=record.number,
        caller=record.caller,
        arrived=record.arrived,
        queued_at=record.queued,
        answered_at=record.answered,
        ended_at=record.ended,
        outcome=record.outcome,
        queue=record.queue,
        agents=_agents(record),
        wait_seconds=record.wait_seconds,
        talk_seconds=record.talk_seconds,
        legs=orjson.dumps(record.legs).decode(),
        recording=record.recording,
        last_seq=record.seq,
        line_kind=line_kind,
        recordings=record.recordings,
        parts=orjson.dumps(record.parts).decode(),
        mark=mark or None,
        last_agent=_last_agent(record),
    )


def mark_of(history: Sequence[Fact[object]]) -> str:
    """The mark of the caller's number, "" when it was not told."""
    return next((fact.body.mark for fact in history if isinstance(fact.body, CallStarted)), "")


def _last_agent(record: CallRecord) -> AgentId | None:
    """Who of the agents that were connected left last: a colleague who was only asked is gone before."""
    agents = [leg for leg in record.legs if leg.party is Party.AGENT and leg.segments and leg.ended is not None]
    return max(agents, key=lambda leg: leg.ended or leg.began).agent if agents else None


def _agents(record: CallRecord) -> tuple[AgentId, ...]:
    """Who took the call, in their order; of a call that an agent made he himself, then the colleague who answered."""
    if record.direction is Direction.INBOUND:
        taken = [offer for offer in record.offers if offer.outcome is OfferOutcome.ACCEPTED]
        # Who was rung first, of several at once, need not have answered first.
        return tuple(offer.agent for offer in sorted(taken, key=lambda offer: offer.ended or offer.made))
    parties = (leg for leg in record.legs if leg.party is not Party.SUPERVISOR)
    legs = (leg for leg in parties if leg.party is Party.AGENT or leg.answered is not None)
    return tuple(leg.agent for leg in legs if leg.agent is not None)


def recording_rows(history: Sequence[Fact[object]]) -> Iterable[RecordingRow]:
    """The recordings of one call that have ended; their files are still to be fetched."""
    begun = {fact.body.recording: fact for fact in history if isinstance(fact.body, RecordingStarted)}
    for fact in history:
        if isinstance(fact.body, RecordingEnded) and fact.body.recording in begun:
            yield RecordingRow(fact.tenant, fact.body.recording, fact.body.call, begun[fact.body.recording].at)
