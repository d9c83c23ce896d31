"""Why nobody is ringing for a call, as people get it: in numbers and in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from acd.explaining.explain_wait import Change, WaitReason
from acd.explaining.obstacles import Count
from acd.model import Floor
from api.reasons import kept_agents, kept_counts, obstacle, queue_name, seconds, sentences, shape
from api.schemas import why as shapes
from api.texts import Sentence, sentence
from kernel.ids import AgentId


def of_call(floor: Floor, reason: WaitReason, now: datetime) -> shapes.CallWhy:
    """The explanation of a living call, from the `floor` as it is."""
    offer, wait = reason.offer, reason.wait
    changes = [(one, _change(floor, one, now)) for one in reason.changes]
    return shapes.CallWhy(
        call=reason.call,
        seq=reason.seq,
        config=reason.config,
        state=reason.state,
        place=reason.place,
        open=reason.open,
        wait=None if wait is None else shapes.QueuedCall.model_validate(wait),
        offer=None
        if offer is None
        else shapes.RunningOffer(offer=offer.id, agent=offer.agent, made=offer.made, ring_until=offer.ring_until),
        agents=kept_agents(reason.agents),
        kept=kept_counts(reason.counts),
        sole=kept_counts(reason.awaited),
        changes=[
            shapes.Change(kind=one.kind, at=one.at, agent=one.agent, before=one.before, sentence=shape(said))
            for one, said in changes
        ],
        sentences=sentences(*_why_wait(floor, reason), *(said for _, said in changes)),
    )


def _why_wait(floor: Floor, reason: WaitReason) -> list[Sentence]:
    params = {"count": str(len(reason.agents))}
    if reason.offer is not None:
        params["agent"] = _agent(floor, reason.offer.agent)
    if reason.wait is None:
        return [sentence("why", f"state_{reason.state}", params)]
    params |= {
        "queue": queue_name(floor, reason.wait.queue),
        "position": str(reason.wait.position),
        "waiting": str(reason.wait.waiting),
    }
    told = [sentence("why", f"state_{reason.state}", params), sentence("why", "position", params)]
    if reason.awaited:
        told.append(_sole(reason.awaited))
    return told


def _sole(counts: Sequence[Count]) -> Sentence:
    said = [(one.agents, obstacle(one.kind, one.detail)) for one in counts]
    ja = "、".join(f"{words.ja} × {agents}" for agents, words in said)
    en = ", ".join(f"{words.en} × {agents}" for agents, words in said)
    return Sentence(sentence("why", "sole", {"list": ja}).ja, sentence("why", "sole", {"list": en}).en)


def _change(floor: Floor, change: Change, now: datetime) -> Sentence:
    params = {"seconds": seconds(now, change.at), "before": str(change.before)}
    if change.agent is not None:
        params["agent"] = _agent(floor, change.agent)
    return sentence("why", f"change_{change.kind}", params)


def _agent(floor: Floor, agent: AgentId) -> str:
    return floor.agents[agent].config.name
