"""Why an agent cannot be rung now: everything that stands in the way, the weightiest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from acd.matching.choose import kept_from
from acd.matching.steps import EVERYBODY, may_ring, one_more_at, requirements, routing_of
from acd.matching.wants import Want, parsed
from acd.model import MISSED, REFUSED, Agent, Call, Floor, Line, Queue, Wish, Work
from acd.offers import LINE_REST, offers_of
from kernel.ids import AgentId
from kernel.moment import after


class Obstacle(StrEnum):
    """What keeps a call from an agent. `leg_ending`: his phone still ends an earlier offer; `line_resting`: it could
    not be rung a moment ago; `leaving`: the configuration no longer names him; `not_connectable`: an outside system
    says so; `listening`: his phone is in a colleague's call. Of one call: `queue_off`, he has turned its queue off;
    `rung_already`, he is being rung for it; `other_agent`, it waits for another one alone; `delayed`, he is rung only
    for those who have waited longer; `skill_unmet`, he lacks a skill; `kept_for_callback`, he could be rung, and is
    kept for somebody before it who is being called back; `ring_limit`, it rings at as many phones as it may at once;
    `rung_later`, it does so far, and one more is rung after a while."""

    SIGNED_OUT = "signed_out"
    OFFERED = "offered"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"
    MISSED = "missed"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    LINE_RESTING = "line_resting"
    LEG_ENDING = "leg_ending"
    LEAVING = "leaving"
    OTHER_AGENT = "other_agent"
    DELAYED = "delayed"
    SKILL_UNMET = "skill_unmet"
    NOT_CONNECTABLE = "not_connectable"
    LISTENING = "listening"
    KEPT_FOR_CALLBACK = "kept_for_callback"
    QUEUE_OFF = "queue_off"
    RUNG_ALREADY = "rung_already"
    RING_LIMIT = "ring_limit"
    RUNG_LATER = "rung_later"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One obstacle. `detail`: the pause reason, or the skill. `since`: from when on (None: not known). `until`: when it
    ends by itself (None: somebody has to do something)."""

    kind: Obstacle
    detail: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """An agent of the queue who could not be rung, in the `version` he had then, and all that stood in the way."""

    agent: AgentId
    name: str
    version: int
    hindrances: tuple[Hindrance, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """So many agents have this obstacle."""

    kind: Obstacle
    detail: str
    agents: int


def agents_of(floor: Floor, queue: Queue) -> list[Agent]:
    """Every agent of the queue, whether he can be rung or not, and also when he has turned it off."""
    return [agent for agent in floor.agents.values() if queue.config.id in agent.queues or _off(agent, queue)]


def _off(agent: Agent, queue: Queue) -> bool:
    return queue.config.id in agent.away_from and queue.config.id in agent.config.queues


def hindrances(floor: Floor, agent: Agent, call: Call | None = None) -> tuple[Hindrance, ...]:
    """All that stands in the way, in the order in which the board would name it; () exactly when he is matchable.
    `call`: for which he may be being rung."""
    found: list[Hindrance] = []
    if not agent.signed_in:
        found.append(Hindrance(Obstacle.SIGNED_OUT, since=agent.since))
    if agent.work is not Work.FREE:
        found.append(_work(floor, agent, call))
    if agent.signed_in and agent.wish is Wish.PAUSED:
        found.append(_pause(agent))
    if agent.line is Line.DOWN:
        found.append(Hindrance(Obstacle.UNREACHABLE, since=agent.line_since))
    elif agent.line is Line.FAILED:
        rested = None if agent.line_since is None else after(agent.line_since, LINE_REST)
        found.append(Hindrance(Obstacle.LINE_RESTING, since=agent.line_since, until=rested))
    if agent.leg is not None and agent.work in (Work.FREE, Work.WRAP_UP):
        found.append(Hindrance(Obstacle.LEG_ENDING))
    if agent.aside is not None:
        found.append(Hindrance(Obstacle.LISTENING))
    if agent.kept_off:
        found.append(Hindrance(Obstacle.NOT_CONNECTABLE))
    if agent.leaving:
        found.append(Hindrance(Obstacle.LEAVING))
    return tuple(found)


def hindrances_for(floor: Floor, agent: Agent, call: Call) -> tuple[Hindrance, ...]:
    """All that stands in the way of this waiting call, in general and of itself; () exactly when he could be rung."""
    return (*hindrances(floor, agent, call), *_of_call(floor, agent, call))


def _of_call(floor: Floor, agent: Agent, call: Call) -> Iterator[Hindrance]:
    queue = None if call.queue is None else floor.queues.get(call.queue)
    if queue is None:
        return
    if _off(agent, queue):
        yield Hindrance(Obstacle.QUEUE_OFF)
    asked = parsed(call.want)
    if asked.agent is None:
        yield from _unfit(queue, agent, call, asked)
    elif asked.agent != agent.id:
        yield Hindrance(Obstacle.OTHER_AGENT, until=call.preferred_until)
    if agent.matchable and agent.id in kept_from(floor, call.turn):
        yield Hindrance(Obstacle.KEPT_FOR_CALLBACK)
    if len(call.offers) >= may_ring(queue, call) and agent.offer not in call.offers:
        yield _held_back(floor, queue, call)


def _held_back(floor: Floor, queue: Queue, call: Call) -> Hindrance:
    """It rings at as many as it may: until enough of them have rung out, or one more may be rung."""
    ends = sorted(offer.ring_until for offer in offers_of(floor, call))
    until, more = ends[len(ends) - may_ring(queue, call)], one_more_at(queue, call)
    most = queue.config.routing.ring_at_most or EVERYBODY
    if more is None or call.exclusive or not len(ends) == call.ring_up_to < most:
        return Hindrance(Obstacle.RING_LIMIT, until=until)
    return Hindrance(Obstacle.RUNG_LATER, until=min(until, more))


def _unfit(queue: Queue, agent: Agent, call: Call, asked: Want) -> Iterator[Hindrance]:
    since = call.queued or call.arrived
    delay = agent.config.membership(queue.config.id).delay
    if delay > asked.waited:
        yield Hindrance(Obstacle.DELAYED, until=after(since, delay))
    levels = {one.skill: one.level for one in agent.config.skills}
    for skill, level in asked.skills:
        has = levels.get(skill, 0)
        if has < level:
            yield Hindrance(Obstacle.SKILL_UNMET, skill, until=_relaxes(queue, call, skill, has))


def _relaxes(queue: Queue, call: Call, skill: str, has: int) -> datetime | None:
    """When the call no longer asks more of this skill than somebody has."""
    moments = []
    for one in requirements(routing_of(queue, call), call):
        if one.skill == skill and one.level > has:
            enough = [step.after for step in one.relaxation if step.level <= has]
            if not enough:
                return None
            moments.append(after(call.queued or call.arrived, min(enough)))
    return max(moments, default=None)


def _work(floor: Floor, agent: Agent, call: Call | None) -> Hindrance:
    if agent.work is Work.WRAP_UP:
        return Hindrance(Obstacle.WRAP_UP, since=agent.since, until=agent.wrap_up_until)
    if agent.work is Work.OFFERED:
        offer = None if agent.offer is None else floor.offers.get(agent.offer)
        same = offer is not None and call is not None and offer.call == call.id
        kind = Obstacle.RUNG_ALREADY if same else Obstacle.OFFERED
        return Hindrance(kind, since=agent.since, until=None if offer is None else offer.ring_until)
    return Hindrance(Obstacle.ON_CALL, since=agent.since)


def _pause(agent: Agent) -> Hindrance:
    """While he works the pause is his next wish, and nobody knows since when it is."""
    since = agent.since if agent.work is Work.FREE else None
    if agent.reason in (MISSED, REFUSED):
        return Hindrance(Obstacle(agent.reason), since=since)
    return Hindrance(Obstacle.PAUSED, agent.reason, since)


def excluded(floor: Floor, agents: Iterable[Agent], call: Call) -> tuple[Excluded, ...]:
    """Those of `agents` who cannot be rung for the call, by id."""
    known = ((agent, hindrances_for(floor, agent, call)) for agent in sorted(agents, key=lambda one: one.id))
    return tuple(Excluded(agent.id, agent.config.name, agent.config.version, why) for agent, why in known if why)


def count(agents: Iterable[Excluded], *, sole: bool = False) -> tuple[Count, ...]:
    """How many agents by their first obstacle, the most first. `sole`: only those with no other one, of whom each can
    be rung as soon as it is gone."""
    firsts = (one.hindrances[0] for one in agents if len(one.hindrances) == 1 or not sole)
    counted = Counter((first.kind, first.detail) for first in firsts)
    return tuple(Count(*key, number) for key, number in sorted(counted.items(), key=lambda item: (-item[1], item[0])))
