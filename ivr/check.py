"""Whether a flow can be used: every road ends, and what it names is there."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from ivr.asking import Asking
from ivr.flow import Flow, FlowRefused, Hours, Menu, Play, Route, chosen, unasked
from kernel.ids import NodeName

_BEGUN: Final = 1
_ENDED: Final = 2


def ends(flow: Flow) -> None:
    """Raises FlowRefused unless every node named is there and every road that the caller does not choose ends.

    A key may lead back: the caller chooses it, and a walk has a longest length (ivr.walk.LONGEST).
    """
    if flow.start not in flow.steps:
        raise FlowRefused(flow.id, "", f"there is no node {flow.start!r}, where it starts")
    for name, step in flow.steps.items():
        for field, node in (*unasked(step), *chosen(step)):
            if node not in flow.steps:
                raise FlowRefused(flow.id, name, f"there is no node {node!r}, to which `{field}` leads")
    seen: dict[NodeName, int] = {}
    for name in flow.steps:
        _follow(flow, name, seen)


def _follow(flow: Flow, first: NodeName, seen: dict[NodeName, int]) -> None:
    """Walk all roads from a node, depth first; without recursion, since a flow may be long."""
    if first in seen:
        return
    path = [(first, unasked(flow.steps[first]))]
    seen[first] = _BEGUN
    while path:
        name, roads = path[-1]
        found = next(roads, None)
        if found is None:
            seen[name] = _ENDED
            path.pop()
            continue
        field, node = found
        if seen.get(node) == _BEGUN:
            raise FlowRefused(flow.id, name, f"`{field}` leads back to {node!r}, so this road never ends")
        if node not in seen:
            seen[node] = _BEGUN
            path.append((node, unasked(flow.steps[node])))


def names(
    flow: Flow,
    *,
    queues: Container[str],
    hours: Container[str],
    prompts: Container[str],
    agents: Container[str],
    skills: Container[str] | None = None,
) -> None:
    """Raises FlowRefused at the first node that names a queue, hours, a prompt, an agent or a skill that is not there.

    `skills`: those that some agent has; None: they are not asked about.
    """
    for name, step in flow.steps.items():
        match step:
            case Play(prompt):
                _there(flow, name, "prompt", prompt, prompts)
            case Menu():
                _there(flow, name, "prompt", step.prompt, prompts)
                if step.invalid:
                    _there(flow, name, "prompt", step.invalid, prompts, at="invalid")
            case Hours(opening):
                _there(flow, name, "hours", opening, hours)
            case Route(queue, asking=asking):
                _there(flow, name, "queue", queue, queues)
                _of_asking(flow, name, asking, agents, skills)
            case _:
                continue


def _of_asking(
    flow: Flow, node: NodeName, asking: Asking, agents: Container[str], skills: Container[str] | None
) -> None:
    agent = asking.preferred
    if agent is not None and agent not in agents:
        reason = f"there is no agent {agent!r}"
        raise FlowRefused(flow.id, node, reason, "unknown_agent", "preferred", {"agent": agent})
    for place, one in enumerate(asking.skills):
        if skills is not None and one.name not in skills:
            reason, at = f"no agent has the skill {one.name!r}", f"skills.{place}.skill"
            raise FlowRefused(flow.id, node, reason, "unknown_skill", at, {"skill": one.name})


def _there(flow: Flow, node: NodeName, kind: str, named: str, there: Container[str], at: str = "") -> None:
    if named not in there:
        raise FlowRefused(flow.id, node, f"there is no {kind} {named!r}", f"unknown_{kind}", at or kind, {kind: named})
