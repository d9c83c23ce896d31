"""Queues and flows that are accepted though nobody can take their calls: who has saved them is warned."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from acd.config import AgentConfig, QueueConfig
from acd.config.routing import Relaxation, Requirement
from api.schemas.configuration import Sentence, Warned
from api.texts import sentence
from ivr import document
from ivr.asking import Asking
from ivr.flow import Route
from store.config import TenantConfig


def of_queues(config: TenantConfig, queues: Collection[str] | None = None) -> list[Warned]:
    """What to tell of these queues (None: of all)."""
    wanted = [one for one in config.queues if queues is None or one.id in queues]
    return [warned for queue in wanted for warned in _of_queue(config, queue)]


def of_flow(config: TenantConfig, flow: str) -> list[Warned]:
    """What to tell of the routes of a flow."""
    read = [document.read(one.id, one.version, one.document) for one in config.flows if one.id == flow]
    found: list[Warned] = []
    for script in read:
        for name, step in script.steps.items():
            queue = next((one for one in config.queues if isinstance(step, Route) and one.id == step.queue), None)
            if isinstance(step, Route) and queue is not None:
                found += _of_route(config, f"flows.{flow}.nodes.{name}", queue, step.asking)
    return found


def _of_queue(config: TenantConfig, queue: QueueConfig) -> Iterator[Warned]:
    crew = _crew(config, queue)
    if not crew:
        yield _warned("queue_without_members", f"queues.{queue.id}", queue=queue.name)
    else:
        at = f"queues.{queue.id}.routing.requirements"
        yield from _unmet(at, queue, crew, queue.routing.requirements)


def _of_route(config: TenantConfig, at: str, queue: QueueConfig, asking: Asking) -> Iterator[Warned]:
    crew = _crew(config, queue)
    if not crew:
        yield _warned("queue_without_members", f"{at}.queue", queue=queue.name)
        return
    asked = tuple(
        Requirement(one.name, one.level, tuple(Relaxation(step.after, step.level) for step in one.relaxation))
        for one in asking.skills
    )
    if asked:
        yield from _unmet(
            f"{at}.skills", queue, crew, asked if asking.instead else (*queue.routing.requirements, *asked)
        )
    if asking.preferred is not None and asking.preferred not in {one.id for one in crew}:
        yield _warned("preferred_elsewhere", f"{at}.preferred", queue=queue.name, agent=asking.preferred)


def _unmet(at: str, queue: QueueConfig, crew: list[AgentConfig], required: tuple[Requirement, ...]) -> Iterator[Warned]:
    """Nobody of the queue can do all that is asked: at first, or however long somebody waits."""
    moments = sorted({0.0, *(step.after for one in required for step in one.relaxation)})
    met = next((moment for moment in moments if any(_meets(agent, required, moment) for agent in crew)), None)
    skills = ", ".join(dict.fromkeys(f"{one.skill} {one.level}" for one in required))
    if met is None:
        yield _warned("skills_nobody_has", at, queue=queue.name, skills=skills)
    elif met > 0:
        yield _warned("skills_only_relaxed", at, queue=queue.name, skills=skills, seconds=f"{met:g}")


def _meets(agent: AgentConfig, required: tuple[Requirement, ...], waited: float) -> bool:
    has = {one.skill: one.level for one in agent.skills}
    return all(has.get(one.skill, 0) >= _level(one, waited) for one in required)


def _level(asked: Requirement, waited: float) -> int:
    return min((step.level for step in asked.relaxation if step.after <= waited), default=asked.level)


def _crew(config: TenantConfig, queue: QueueConfig) -> list[AgentConfig]:
    return [account.agent for account in config.agents if queue.id in account.agent.queues]


def _warned(code: str, field: str, **params: str) -> Warned:
    words = sentence("warning", code, params)
    return Warned(code=code, field=field, sentence=Sentence(ja=words.ja, en=words.en))
