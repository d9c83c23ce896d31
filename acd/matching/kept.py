"""Agents kept for those who are being called back: whoever comes after them in turn, in this queue or another one that
the same agents serve, is not given the last ones who can take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from acd.matching.steps import asked
from acd.model import Callback, Floor, Place, Queue
from kernel.ids import AgentId, CallId

Turn = tuple[int, datetime, CallId]
Entry = tuple[int, float, float, AgentId]


def rung(floor: Floor) -> Iterator[Callback]:
    """Whose telephones ring now, of those who are called before an agent, in whichever queue."""
    for one in floor.callbacks.values():
        call = None if one.call is None else floor.calls.get(one.call)
        if one.agent is None and call is not None and call.place is Place.DIALLING:
            yield one


def promised(floor: Floor, turn: Turn | None) -> list[tuple[Queue, str]]:
    """The queue of each of those whose telephones ring and who come before this turn (None: behind all of them), and
    what is asked for him: somebody who could take him when he was called was promised to him."""
    found = []
    for one in rung(floor):
        queue = floor.queues.get(one.queue)
        if queue is not None and (turn is None or one.turn < turn):
            found.append((queue, asked_for(floor, queue, one)))
    return found


def asked_for(floor: Floor, queue: Queue, callback: Callback) -> str:
    """What is asked for one whose telephone rings, as it was when he was called."""
    at = callback.due if callback.call is None else floor.calls[callback.call].arrived
    return asked(queue, callback.required, callback.since, at)


def last_ones(lines: Sequence[Sequence[Entry]]) -> frozenset[AgentId]:
    """Without whom fewer of those who are promised somebody could have an agent each; `lines`: of each of them the
    ready agents who can take him. Only the first ones matter of a line that is longer than there are lines."""
    given = _given([[entry[3] for entry in line[: len(lines)]] for line in lines])
    kept = set()
    for agent in given:
        without = [[entry[3] for entry in line[: len(lines) + 1] if entry[3] != agent] for line in lines]
        if len(_given(without)) < len(given):
            kept.add(agent)
    return frozenset(kept)


def _given(lines: Sequence[Sequence[AgentId]]) -> dict[AgentId, int]:
    """As many of the lines as can have an agent each, by agent (a maximum matching, by augmenting paths)."""
    given: dict[AgentId, int] = {}
    for line in range(len(lines)):
        _finds(lines, line, given, set())
    return given


def _finds(lines: Sequence[Sequence[AgentId]], line: int, given: dict[AgentId, int], seen: set[AgentId]) -> bool:
    """Give the line an agent; whoever has him looks for another one."""
    for agent in lines[line]:
        if agent not in seen:
            seen.add(agent)
            if agent not in given or _finds(lines, given[agent], given, seen):
                given[agent] = line
                return True
    return False
