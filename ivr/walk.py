"""The walk of one call through a flow: where it is, and what comes next."""

from __future__ import annotations

from ivr.flow import Flow, Play, Step
from kernel.ids import NodeName


def begin(flow: Flow) -> tuple[NodeName, Step]:
    """The first step."""
    return flow.start, flow.steps[flow.start]


def after(flow: Flow, node: NodeName) -> tuple[NodeName, Step]:
    """The step that follows when what `node` plays has been heard; a node that plays nothing is its own end."""
    step = flow.steps[node]
    following = step.then if isinstance(step, Play) else node
    return following, flow.steps[following]


def without_prompts(flow: Flow) -> tuple[NodeName, Step]:
    """The first step that is no prompt: for callers the fallback has already spoken to (no second greeting)."""
    node, step = begin(flow)
    while isinstance(step, Play):
        node, step = after(flow, node)
    return node, step
