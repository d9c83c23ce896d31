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
    """The flow of a JSON document; ConfigurationError names the step that cannot be used, and why."""
    try:
        data = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"flow {flow}: not a JSON document") from error
    nodes = data.get("nodes") if isinstance(data, dict) else None
    if not isinstance(nodes, dict):
        raise ConfigurationError(f"flow {flow}: a flow is an object with `start` and `nodes`")
    start = NodeName(_text(f"flow {flow}", data, "start"))
    steps = {NodeName(name): _step(f"flow {flow}, node {name}", step) for name, step in nodes.items()}
    _check(flow, start, steps)
    return Flow(flow, version, start, steps)


def _step(where: str, data: Any) -> Step:
    if not isinstance(data, dict):
        raise ConfigurationError(f"{where}: a step is an object")
    match data.get("do"):
        case "play":
            return Play(_text(where, data, "prompt"), NodeName(_text(where, data, "next")))
        case "route":
            return Route(QueueId(_text(where, data, "queue")), _priority(where, data))
        case "hang_up":
            return HangUp()
        case other:
            raise ConfigurationError(f"{where}: unknown step {other!r}; use play, route or hang_up")


def _text(where: str, data: dict[str, Any], field: str) -> str:
    value = data.get(field)
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"{where}: `{field}` must be a text")
    return value


def _priority(where: str, data: dict[str, Any]) -> int:
    value = data.get("priority", 0)
    if type(value) is not int:
        raise ConfigurationError(f"{where}: `priority` must be a whole number")
    return value


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
