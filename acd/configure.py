"""Taking a new configuration into force: what differs becomes facts, what is in use stays until it is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.calling_back import callbacks
from acd.effects import Effect
from acd.facts import (
    AgentConfigured,
    Body,
    ConfigInForce,
    LimitsChanged,
    NumbersChanged,
    ParkingChanged,
    PausesChanged,
    QueueConfigured,
    QueueRemoved,
)
from acd.inputs import UseConfig
from acd.matching import match, prepare
from acd.model import Floor
from acd.work import absence


def use_config(floor: Floor, given: UseConfig, now: datetime) -> Iterator[Body | Effect]:
    """All as given; an agent with a call goes when it is over, a queue with callers with a later version; nobody is
    called back for a queue that is gone.

    An older version is late and changes nothing.
    """
    if given.version < floor.config:
        return
    if floor.limits != given.limits:
        yield LimitsChanged(given.limits)
        for agent_id in floor.agents:
            yield from absence.watch(floor, agent_id)
    if (tuple(floor.numbers.values()), tuple(floor.lines.values())) != (given.numbers, given.lines):
        yield NumbersChanged(given.numbers, given.lines)
    if tuple(floor.pauses.values()) != given.pauses:
        yield PausesChanged(given.pauses)
    if floor.parking != given.parking:
        yield ParkingChanged(given.parking)
    for queue in given.queues:
        if queue.id not in floor.queues or floor.queues[queue.id].config != queue:
            yield QueueConfigured(queue)
    for agent in given.agents:
        known = floor.agents.get(agent.id)
        if known is None or known.config != agent or known.leaving:
            moved = known is not None and known.config.endpoint != agent.endpoint
            yield AgentConfigured(agent)
            if moved or floor.agents[agent.id].kept_off:
                yield from prepare.drop(floor.agents[agent.id], "phone_moved")
    named_agents = {agent.id for agent in given.agents}
    for agent_id, agent_there in list(floor.agents.items()):
        if agent_id not in named_agents:
            yield from absence.remove(floor, agent_there)
    named_queues = {queue.id for queue in given.queues}
    yield from callbacks.without_queues(floor, named_queues)
    for queue_id, kept in list(floor.queues.items()):
        if queue_id not in named_queues and not kept.turns:
            yield QueueRemoved(queue_id)
    yield from match.for_everyone(floor, now)
    if floor.config != given.version:
        yield ConfigInForce(given.version)
