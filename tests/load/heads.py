"""How long whoever has waited longest still waits once an agent is free for him: free → ring of the head caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.load.samples import Arm
from tests.load.sip_wire import Message


@dataclass(slots=True)
class Heads:
    """L1 of one arm as it is defined for several queues that share agents, in seconds."""

    samples: list[float] = field(default_factory=list)
    unknown: int = 0
    """Rings that did not show whose they were."""


@dataclass(slots=True)
class _State:
    waiting: dict[str, float] = field(default_factory=dict)
    """When each caller who has not been rung for has called, in that order."""
    since: dict[str, float] = field(default_factory=dict)
    """When an agent became free for the first of them."""


def head_to_ring(heard: Iterable[Message], arm: Arm, begin: float, end: float) -> Heads:
    """From the first BYE of an agent while a caller is the one who has waited longest, in whichever queue, to the
    INVITE to any agent that shows his number; for agents freed from `begin` to `end` (seconds).

    Each caller counts once: in a single queue kept in order it is the agent's idle time, where queues share agents it
    is how long the one whose turn it is is passed over.
    """
    result, now = Heads(), _State()
    known: set[tuple[str, str]] = set()
    for one in heard:
        if one.status or one.method not in {"INVITE", "BYE"} or (one.call_id, one.method) in known:
            continue
        known.add((one.call_id, one.method))
        if one.begins and one.source[1] == arm.caller_port:
            now.waiting[one.from_user] = one.at
        elif one.begins and one.target[1] == arm.agent_port:
            _rung(one, now, result)
        elif one.method == "BYE" and one.source[1] == arm.agent_port and begin <= one.at <= end and now.waiting:
            now.since.setdefault(next(iter(now.waiting)), one.at)
    return result


def _rung(one: Message, now: _State, result: Heads) -> None:
    if now.waiting.pop(one.from_user, None) is None:
        result.unknown += 1
    since = now.since.pop(one.from_user, None)
    if since is not None:
        result.samples.append(one.at - since)
