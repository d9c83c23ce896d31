"""A flow: the steps a caller goes through before a queue, read from its document and checked once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from kernel.errors import ConfigurationError
from kernel.ids import FlowId, NodeName, QueueId


@dataclass(frozen=True, slots=True)
class Play:
    """Play `prompt` to its end, then go on to `then`."""

    prompt: str
    then: NodeName


@dataclass(frozen=True, slots=True)
class Route:
    """Put the call into `queue`; a higher `priority` is served first."""

    queue: QueueId
    priority: int = 0


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Step = Play | Route | HangUp


@dataclass(frozen=True, slots=True)
class Flow:
    """An IVR script in one version; `steps` by node name, `start` is the first."""

    id: FlowId
    version: int
    start: NodeName
    steps: dict[NodeName, Step]


def read(flow: FlowId, version: int, document: str) -> Flow:
    """The flow of a JSON document; ConfigurationError names the step that cannot be used."""
    try:
        data = json.loads(document)
        steps = {NodeName(name): _step(flow, name, step) for name, step in data["nodes"].items()}
        start = NodeName(data["start"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"flow {flow}: not a flow document ({error!r})") from error
    _check(flow, start, steps)
    return Flow(flow, version, start, steps)


def _step(flow: FlowId, name: str, data: dict[str, Any]) -> Step:
    match data["do"]:
        case "play":
            return Play(str(data["prompt"]), NodeName(data["next"]))
        case "route":
            return Route(QueueId(data["queue"]), int(data.get("priority", 0)))
        case "hang_up":
            return HangUp()
        case other:
            raise ConfigurationError(f"flow {flow}, node {name}: unknown step {other!r}; use play, route or hang_up")


def _check(flow: FlowId, start: NodeName, steps: dict[NodeName, Step]) -> None:
    """Every road must lead to a route or a hang-up: no unknown node, no ring of prompts."""
    for first in (start, *steps):
        seen: set[NodeName] = set()
        node = first
        while True:
            if node not in steps:
                raise ConfigurationError(f"flow {flow}: there is no node {node!r}")
            if node in seen:
                raise ConfigurationError(f"flow {flow}: node {node!r} leads back to itself and never ends")
            seen.add(node)
            step = steps[node]
            if not isinstance(step, Play):
                break
            node = step.then
