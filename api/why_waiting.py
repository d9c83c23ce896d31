"""Why nobody is ringing for a call, as people get it: in numbers and in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from acd.explaining.explain_wait import Change, ChangeKind, WaitReason
from acd.explaining.obstacles import Count
from acd.model import Floor
from api.reasons import kept_agents, kept_counts, obstacle, queue_name, seconds, sentences, shape
from api.schemas import why as shapes
from api.texts import Sentence, sentence
from kernel.ids import AgentId

NAMED: Final = 5
"""So many agents are named in a sentence, the others counted."""


def of_call(floor: Floor, reason: WaitReason, now: datetime) -> shapes.CallWhy:
    """The explanation of a living call, from the `floor` as it is."""
    wait = reason.wait
    changes = [(one, _change(floor, one, now)) for one in reason.changes]
    return shapes.CallWhy(
        call=reason.call,
        seq=reason.seq,
        config=reason.config,
        state=reason.state,
        place=reason.place,
        open=reason.open,
        wait=None if wait is None else shapes.QueuedCall.model_validate(wait),
        offers=[
            shapes.RunningOffer(offer=one.id, agent=one.agent, made=one.made, ring_until=one.ring_until)
            for one in reason.offers
        ],
        agents=kept_agents(reason.agents),
        kept=kept_counts(reason.counts),
        sole=kept_counts(reason.awaited),
        changes=[
            shapes.Change(
                kind=one.kind,
                at=one.at,
                agents=list(one.agents),
                before=one.before,
                ring_on=one.ring_on,
                sentence=shape(said),
            )
            for one, said in changes
        ],
        sentences=sentences(*_why_wait(floor, reason), *(said for _, said in changes)),
    )


def _why_wait(floor: Floor, reason: WaitReason) -> list[Sentence]:
    params = {"count": str(len(reason.agents))}
    if reason.wait is None:
        return [sentence("why", f"state_{reason.state}", params)]
    params |= {
        "queue": queue_name(floor, reason.wait.queue),
        "position": str(reason.wait.position),
        "waiting": str(reason.wait.waiting),
    }
    rung = [offer.agent for offer in reason.offers]
    told = [_naming(floor, f"state_{reason.state}", rung, params), sentence("why", "position", params)]
    if reason.awaited:
        told.append(_sole(reason.awaited))
    return told


def _sole(counts: Sequence[Count]) -> Sentence:
    said = [(one.agents, obstacle(one.kind, one.detail)) for one in counts]
    ja = "、".join(f"{words.ja} × {agents}" for agents, words in said)
    en = ", ".join(f"{words.en} × {agents}" for agents, words in said)
    return Sentence(sentence("why", "sole", {"list": ja}).ja, sentence("why", "sole", {"list": en}).en)


def _change(floor: Floor, change: Change, now: datetime) -> Sentence:
    params = {"seconds": seconds(now, change.at), "before": str(change.before), "others": str(change.ring_on)}
    rings_on = change.kind is ChangeKind.RING_ENDS and change.ring_on
    return _naming(floor, f"change_{change.kind}{'_here' if rings_on else ''}", change.agents, params)


def _naming(floor: Floor, code: str, agents: Sequence[AgentId], params: Mapping[str, str]) -> Sentence:
    """The sentence with these agents in its blank."""
    names = [floor.agents[one].config.name for one in agents]
    more = {"count": str(len(names) - NAMED)}
    named, rest = names[:NAMED], sentence("why", "more_agents", more) if len(names) > NAMED else Sentence("", "")
    ja, en = {"agent": "、".join(named) + rest.ja}, {"agent": ", ".join(named) + rest.en}
    return Sentence(sentence("why", code, {**params, **ja}).ja, sentence("why", code, {**params, **en}).en)
