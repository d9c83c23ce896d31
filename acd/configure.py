"""Taking a new configuration into force: what differs becomes facts, what is in use stays until it is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import absence, match, prepare
from acd.effects import Effect
from acd.facts import (
    AgentConfigured,
    AgentRemoved,
    Body,
    ConfigInForce,
    LimitsChanged,
    NumbersChanged,
    QueueConfigured,
    QueueRemoved,
)
from acd.inputs import UseConfig
from acd.model import Floor, Work


def use_config(floor: Floor, given: UseConfig, now: datetime) -> Iterator[Body | Effect]:
    """All as given; a queue with callers and an agent at work go with a later version. An older version is late."""
    if given.version < floor.config:
        return
    if floor.limits != given.limits:
        yield LimitsChanged(given.limits)
        for agent_id in floor.agents:
            yield from absence.watch(floor, agent_id)
    if (tuple(floor.numbers.values()), tuple(floor.lines.values())) != (given.numbers, given.lines):
        yield NumbersChanged(given.numbers, given.lines)
    for queue in given.queues:
        if queue.id not in floor.queues or floor.queues[queue.id].config != queue:
            yield QueueConfigured(queue)
    for agent in given.agents:
        if agent.id not in floor.agents or floor.agents[agent.id].config != agent:
            moved = agent.id in floor.agents and floor.agents[agent.id].config.endpoint != agent.endpoint
            yield AgentConfigured(agent)
            if moved:
                yield from prepare.drop(floor.agents[agent.id], "phone_moved")
    named_agents = {agent.id for agent in given.agents}
    for agent_id, known in list(floor.agents.items()):
        if agent_id not in named_agents and known.leg is None and known.work in (Work.FREE, Work.WRAP_UP):
            if known.signed_in:
                yield from absence.leave(floor, known, "removed")
            yield AgentRemoved(agent_id)
    named_queues = {queue.id for queue in given.queues}
    for queue_id, kept in list(floor.queues.items()):
        if queue_id not in named_queues and not kept.turns:
            yield QueueRemoved(queue_id)
    yield from match.for_everyone(floor, now)
    if floor.config != given.version:
        yield ConfigInForce(given.version)
