"""What the explanations share: obstacles, counts and seconds in words of both languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from acd.explaining.obstacles import Count, Excluded, Hindrance, Obstacle
from acd.model import Floor
from api.schemas import why as shapes
from api.texts import Sentence, codes, label, sentence
from kernel.ids import QueueId
from kernel.moment import seconds_between


def kept_agents(agents: Sequence[Excluded]) -> list[shapes.KeptAgent]:
    """Agents who could not be rung, each with all that stood in the way."""
    return [
        shapes.KeptAgent(
            agent=one.agent, name=one.name, version=one.version, reasons=[_reason(why) for why in one.hindrances]
        )
        for one in agents
    ]


def _reason(why: Hindrance) -> shapes.Reason:
    said = shape(obstacle(why.kind, why.detail))
    return shapes.Reason(kind=why.kind, detail=why.detail, since=why.since, until=why.until, sentence=said)


def kept_counts(counts: Sequence[Count]) -> list[shapes.ReasonCount]:
    """How many, by what."""
    return [
        shapes.ReasonCount(
            kind=one.kind, detail=one.detail, agents=one.agents, sentence=shape(obstacle(one.kind, one.detail))
        )
        for one in counts
    ]


def obstacle(kind: str, detail: str) -> Sentence:
    """The obstacle in words; a pause with its reason, a skill with its name."""
    said = sentence("obstacle", kind)
    if kind == Obstacle.SKILL_UNMET:
        return Sentence(f"{said.ja}（{detail}）", f"{said.en} ({detail})")
    if detail not in codes("pause"):
        return said
    return Sentence(f"{said.ja}（{label('pause', detail, 'ja')}）", f"{said.en} ({label('pause', detail, 'en')})")


def seconds(earlier: datetime, later: datetime) -> str:
    """The seconds between two moments as they are said; never negative."""
    return f"{max(0.0, seconds_between(earlier, later)):.1f}"


def queue_name(floor: Floor, queue: QueueId) -> str:
    """A queue as people know it."""
    return floor.queues[queue].config.name


def sentences(*said: Sentence) -> list[shapes.Sentence]:
    """Sentences as they are sent."""
    return [shape(one) for one in said]


def shape(said: Sentence) -> shapes.Sentence:
    """One sentence as it is sent."""
    return shapes.Sentence(ja=said.ja, en=said.en)
