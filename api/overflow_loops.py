"""Whether overflow chains lead round for ever: from queue to queue, or out over a number of the tenant's own whose flow
leads back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from acd.config import QueueConfig
from acd.config.waiting import StepKind
from ivr.flow import Flow, Route, unasked
from kernel.ids import NodeName, QueueId
from numbering.dialled import Dialled
from numbering.japan import read
from store.config_parts import TenantConfig

_COUNTRY: Final = "+"
"""Numbers begin with it, and no id of a queue does."""


def loop(config: TenantConfig, flows: Mapping[str, Flow]) -> list[str]:
    """A way over queues and numbers that comes back to the queue where it began; [] when there is none.

    `flows`: those that can be read, by id. A road that the caller chooses by a key of a menu is none: he goes it again
    as long as he likes.
    """
    roads = {str(queue.id): tuple(_following(queue)) for queue in config.queues}
    for number in config.numbers:
        flow = flows.get(str(number.flow))
        if flow is not None:
            roads[number.number] = tuple(_routed(flow))
    found = _round(roads)
    while found and found[0].startswith(_COUNTRY):
        found = [*found[1:], found[1]]
    return found


def _following(queue: QueueConfig) -> Iterator[str]:
    """Where an overflow chain leads."""
    for step in queue.waiting.overflow:
        if step.kind is StepKind.QUEUE and step.queue is not None:
            yield str(step.queue)
        elif step.kind is StepKind.NUMBER:
            called = read(step.number)
            if isinstance(called, Dialled):
                yield called.number


def _routed(flow: Flow) -> Iterator[QueueId]:
    """The queues to which a flow leads whoever presses no key."""
    seen: set[NodeName] = set()
    ahead = [flow.start]
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        step = flow.steps[name]
        if isinstance(step, Route):
            yield step.queue
        ahead.extend(node for _, node in unasked(step))


def _round(roads: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Depth first, without recursion, since a chain may be long; no place is looked at twice."""
    done: set[str] = set()
    for first in roads:
        path: list[str] = []
        ways = [iter((first,))]
        while ways:
            place = next(ways[-1], None)
            if place is None:
                ways.pop()
                if path:
                    done.add(path.pop())
            elif place in path:
                return [*path[path.index(place) :], place]
            elif place not in done and place in roads:
                path.append(place)
                ways.append(iter(roads[place]))
    return []
