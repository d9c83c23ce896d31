"""The decision behind an offer as people get it: in numbers and in sentences of both languages."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from acd.explaining.explain import AgentKey, CallKey, Candidate, OfferReason, Waiter
from acd.explaining.obstacles import Obstacle, count
from acd.facts import OfferMade
from acd.interventions import FRONT
from acd.model import Floor
from api.reasons import kept_agents, kept_counts, queue_name, seconds, sentences
from api.schemas import why as shapes
from api.texts import Sentence, sentence
from kernel.fact import Fact
from kernel.moment import seconds_between

RUNNERS_UP: Final = 5


def of_offer(floor: Floor, reason: OfferReason, fact: Fact[object], made: OfferMade, full: bool) -> shapes.OfferWhy:
    """The explanation of the offer that `fact` made, from the `floor` before it; `full`: every agent by name."""
    at, runners = fact.at, reason.runners_up if full else reason.runners_up[:RUNNERS_UP]
    behind = reason.turn.next
    return shapes.OfferWhy(
        offer=made.offer,
        seq=fact.seq,
        made=at,
        versions=shapes.Versions(in_force=reason.config, of_call=reason.call_config, of_queue=reason.queue_version),
        call=_waiter(reason.call, at),
        winner=_candidate(reason.winner, at),
        key=reason.key,
        could_be_rung=1 + len(reason.runners_up),
        runners_up=[_candidate(one, at) for one in runners],
        kept=kept_counts(count(reason.excluded)),
        elsewhere=reason.elsewhere,
        kept_agents=kept_agents(reason.excluded) if full else None,
        turn=shapes.Turn(
            key=reason.turn.key,
            position=reason.turn.position,
            ringing=reason.turn.ringing,
            before=reason.turn.before,
            behind=reason.turn.behind,
            next=None if behind is None else _waiter(behind, at),
        ),
        sentences=sentences(_why_agent(floor, reason, at), _why_call(reason, at)),
    )


def _why_agent(floor: Floor, reason: OfferReason, at: datetime) -> Sentence:
    params = {"agent": reason.winner.name}
    if reason.call.queue is not None:
        params["queue"] = queue_name(floor, reason.call.queue)
    if reason.runners_up:
        second = reason.runners_up[0]
        params |= {
            "counted": _counted(reason.winner),
            "next_counted": _counted(second),
            "count": str(1 + len(reason.runners_up)),
            "idle": seconds(reason.winner.idle_since, at),
            "next": second.name,
            "next_idle": seconds(second.idle_since, at),
        }
    return _several(floor, reason, params) or sentence("why", f"agent_{reason.key}", params)


def _several(floor: Floor, reason: OfferReason, params: dict[str, str]) -> Sentence | None:
    """The same where others are being rung for the call too, who are none of those who could still be."""
    rung = sum(why.kind is Obstacle.RUNG_ALREADY for one in reason.excluded for why in one.hindrances)
    if reason.key is AgentKey.ONLY_ONE and rung:
        return sentence("why", "agent_only_one_left", {**params, "count": str(rung)})
    queue = None if reason.call.queue is None else floor.queues.get(reason.call.queue)
    if reason.key is not AgentKey.RING_ALL or queue is None:
        return None
    most = queue.config.routing.ring_at_most
    params = {**params, "count": str(rung + 1 + len(reason.runners_up)), "most": str(most)}
    return sentence("why", "agent_ring_some" if most else "agent_ring_all", params)


def _counted(one: Candidate) -> str:
    return "" if one.counted is None else f"{one.counted:.1f}".removesuffix(".0")


def _why_call(reason: OfferReason, at: datetime) -> Sentence:
    params = {"agent": reason.winner.name, "before": str(reason.turn.before)}
    if reason.turn.key in (CallKey.PRIORITY, CallKey.AGED, CallKey.WAITED_LONGEST) and reason.turn.next is not None:
        params |= {
            "priority": str(reason.call.priority),
            "next_priority": str(reason.turn.next.priority),
            "waited": seconds(reason.call.since, at),
            "next_waited": seconds(reason.turn.next.since, at),
        }
    in_front = reason.turn.key is CallKey.PRIORITY and reason.call.priority >= FRONT
    return sentence("why", "call_front" if in_front else f"call_{reason.turn.key}", params)


def _candidate(one: Candidate, at: datetime) -> shapes.Candidate:
    return shapes.Candidate(
        agent=one.agent,
        name=one.name,
        version=one.version,
        idle_since=one.idle_since,
        idle_seconds=seconds_between(one.idle_since, at),
        counted=one.counted,
    )


def _waiter(one: Waiter, at: datetime) -> shapes.WaitingCall:
    return shapes.WaitingCall(
        call=one.call,
        queue=one.queue,
        priority=one.priority,
        since=one.since,
        waited_seconds=seconds_between(one.since, at),
    )
