"""The walk of one call through a flow: from where it stands and what happened, what comes next; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivr.asking import NOTHING, Asking
from ivr.flow import KEYS, Flow, HangUp, Hours, Menu, Play, Route
from kernel.ids import HoursId, NodeName, PromptId, QueueId

LONGEST: Final = 100
"""Steps that one call may take: a key may lead back, so a caller could walk in a ring for ever."""
BUSY: Final = PromptId("busy")
"""What a caller hears for whom no waiting place is left, when his flow says nothing else."""

Open = Callable[[HoursId], bool]
"""Whether these opening hours are open at the moment of the walk."""


class Happened(StrEnum):
    """What brings a walk on."""

    HEARD = ""
    """What the node plays has been played to its end."""
    DIGIT = "digit"
    """The caller pressed a key."""
    TIMEOUT = "timeout"
    """The caller pressed none in time."""
    FULL = "full"
    """No waiting place is left where the node routes to."""


@dataclass(frozen=True, slots=True)
class Hear:
    """Play these prompts, one after the other. `keys_within`: seconds to wait for a key afterwards, None: none asked.

    `attempt` counts how often this node has been tried, from 1.
    """

    node: NodeName
    prompts: tuple[PromptId, ...]
    attempt: int = 1
    keys_within: float | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Join this queue; when it is full, `FULL` happens at `node`."""

    node: NodeName
    queue: QueueId
    priority: int
    asking: Asking = NOTHING


@dataclass(frozen=True, slots=True)
class End:
    """Hang up."""

    node: NodeName


Next = Hear | Join | End


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: at `node` for the `attempt`-th time of asking, after having `taken` so many steps."""

    node: NodeName
    attempt: int = 1
    taken: int = 1


def begin(flow: Flow, is_open: Open, *, greeted: bool = False) -> Next:
    """The first step; `greeted`: the caller has heard an announcement already, so prompts are passed over."""
    node = flow.start
    while greeted and isinstance(step := flow.steps[node], Play | Hours):
        node = step.then if isinstance(step, Play) else _judged(step, is_open)
    return _at(flow, node, is_open)


def step(flow: Flow, place: Place, what: Happened, is_open: Open, digit: str = "") -> Next | None:
    """What follows when this happens at `place`; None: it changes nothing there. `digit` is personal data."""
    found = _step(flow, place, what, is_open, digit)
    if found is not None and place.taken >= LONGEST:
        return End(place.node)
    return found


def _step(flow: Flow, place: Place, what: Happened, is_open: Open, digit: str) -> Next | None:
    node = place.node
    match flow.steps[node], what:
        case Play() as play, Happened.HEARD:
            return _at(flow, play.then, is_open)
        case Menu() as menu, Happened.DIGIT:
            return _pressed(flow, place, menu, digit, is_open)
        case Menu() as menu, Happened.TIMEOUT:
            if place.attempt >= menu.tries:
                return _at(flow, menu.on_timeout, is_open)
            return _ask(node, menu, place.attempt + 1)
        case Route(full=full), Happened.FULL:
            return Hear(node, (BUSY,)) if full is None else _at(flow, full, is_open)
        case Route(), Happened.HEARD:
            # All that is ever heard at a route is that it is full.
            return End(node)
        case _:
            return None


def _pressed(flow: Flow, place: Place, menu: Menu, digit: str, is_open: Open) -> Next | None:
    if digit not in KEYS:
        return None
    if digit in menu.keys:
        return _at(flow, menu.keys[digit], is_open)
    if place.attempt >= menu.tries:
        return _at(flow, menu.on_invalid, is_open)
    return _ask(place.node, menu, place.attempt + 1, menu.invalid)


def _at(flow: Flow, node: NodeName, is_open: Open) -> Next:
    """What the node that was reached begins with; opening hours are judged on the way."""
    reached = flow.steps[node]
    while isinstance(reached, Hours):
        node = _judged(reached, is_open)
        reached = flow.steps[node]
    match reached:
        case Play(prompt):
            return Hear(node, (prompt,))
        case Menu() as menu:
            return _ask(node, menu, 1)
        case Route(queue, priority, _, asking):
            return Join(node, queue, priority, asking)
        case HangUp():
            return End(node)


def _judged(hours: Hours, is_open: Open) -> NodeName:
    return hours.opened if is_open(hours.hours) else hours.closed


def _ask(node: NodeName, menu: Menu, attempt: int, first: str = "") -> Hear:
    prompts = (PromptId(first), menu.prompt) if first else (menu.prompt,)
    return Hear(node, prompts, attempt, menu.timeout)
