"""Turns facts into state: the only place where a floor changes, so that live floor, replay and board cannot differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.evolve import agents, calls, dialling, histories, lines, oversight, service, talks, waiting
from acd.facts import Body
from acd.model import Floor, Queue
from kernel.fact import Fact

Step = Callable[[Floor, Any, datetime], None]


def evolve(floor: Floor, fact: Fact[Body]) -> None:
    """Apply one fact in place. Facts come in the order of their `seq`; each is applied exactly once."""
    floor.epoch = fact.epoch
    floor.seq = fact.seq
    _STEPS[type(fact.body)](floor, fact.body, fact.at)


def steps() -> Mapping[type, Step]:
    """What each kind of body does to a floor, whose place in the order stays: for floors in virtual time that nobody
    replays. Making a fact around each body costs them an eighth of their speed."""
    return _STEPS


def pass_over(floor: Floor, fact: Fact[object]) -> None:
    """A fact that this version does not know changes nothing but the place in the order."""
    floor.epoch = fact.epoch
    floor.seq = fact.seq


def _queue_configured(floor: Floor, body: facts.QueueConfigured, _at: datetime) -> None:
    queue = floor.queues.get(body.queue.id)
    if queue is None:
        queue = floor.queues[body.queue.id] = Queue(body.queue)
        lines.rebuild(floor, queue)
    else:
        routing = queue.config.routing
        queue.config = body.queue
        if routing != body.queue.routing:
            lines.rebuild(floor, queue)


def _queue_removed(floor: Floor, body: facts.QueueRemoved, _at: datetime) -> None:
    queue = floor.queues.pop(body.queue, None)
    if queue is not None:
        for entry in queue.ready:
            floor.agents[entry[3]].stands.pop(body.queue, None)


def _limits_changed(floor: Floor, body: facts.LimitsChanged, _at: datetime) -> None:
    floor.limits = body.limits


def _numbers_changed(floor: Floor, body: facts.NumbersChanged, _at: datetime) -> None:
    floor.numbers = {rule.number: rule for rule in body.numbers}
    floor.lines = {rule.id: rule for rule in body.lines}


def _config_in_force(floor: Floor, body: facts.ConfigInForce, _at: datetime) -> None:
    floor.config = body.version


def _taken(floor: Floor, _body: facts.ShardTaken, _at: datetime) -> None:
    floor.nodes.clear()


def _held(floor: Floor, body: facts.FloorHeld, _at: datetime) -> None:
    floor.nodes.discard(body.node)


def _opened(floor: Floor, body: facts.FloorOpened, at: datetime) -> None:
    floor.nodes.add(body.node)
    for agent in floor.agents.values():
        if agent.absent_since is not None:
            # Who had come back could not be seen while the floor was held.
            agent.absent_since = at


def _in_turn(first: Step, then: Step) -> Step:
    def step(floor: Floor, body: Any, at: datetime) -> None:
        first(floor, body, at)
        then(floor, body, at)

    return step


# The table is keyed by the fact's own class, which mypy cannot tie to each function's argument: hence Any.
_STEPS: Final[dict[type, Step]] = {
    facts.QueueConfigured: _queue_configured,
    facts.QueueRemoved: _queue_removed,
    facts.LimitsChanged: _limits_changed,
    facts.NumbersChanged: _numbers_changed,
    facts.ConfigInForce: _config_in_force,
    facts.ShardTaken: _taken,
    facts.FloorHeld: _held,
    facts.FloorOpened: _opened,
    **calls.STEPS,
    **agents.STEPS,
    **dialling.STEPS,
    **waiting.STEPS,
    **service.STEPS,
    **oversight.STEPS,
    **talks.STEPS,
}
# What a fact ends is still there for the histories.
_STEPS.update({kind: _in_turn(kept, _STEPS[kind]) for kind, kept in histories.STEPS.items()})
