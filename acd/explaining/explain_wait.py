"""Why nobody is ringing for a call: what each agent of its queue does instead, and what has to change first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from acd.explaining.obstacles import Count, Excluded, Obstacle, agents_of, count, excluded
from acd.matching.order import rank
from acd.matching.steps import one_more_at
from acd.model import Call, Floor, Offer, Place, Queue
from acd.offers import offers_of
from kernel.ids import AgentId, CallId, QueueId
from kernel.moment import after

CHANGES_TOLD: Final = 5


class WaitState(StrEnum):
    """How it stands with the call. `recovering`: nothing is given out until the platform has found its calls again;
    `kept_for_callback`: who can be rung is kept for somebody before it who is being called back; `given_out`: somebody
    can be rung, and is within this very moment; `not_waiting`: it is elsewhere."""

    NOT_WAITING = "not_waiting"
    OFFERED = "offered"
    RECOVERING = "recovering"
    NO_AGENTS = "no_agents"
    NOBODY_READY = "nobody_ready"
    KEPT_FOR_CALLBACK = "kept_for_callback"
    GIVEN_OUT = "given_out"


class ChangeKind(StrEnum):
    """What will happen by itself: to this call's offers, to an agent, or to its wait (it is then released)."""

    RING_ENDS = "ring_ends"
    ONE_MORE_RUNG = "one_more_rung"
    WRAP_UP_ENDS = "wrap_up_ends"
    LINE_RESTED = "line_rested"
    LONGEST_WAIT = "longest_wait"
    SKILL_RELAXES = "skill_relaxes"
    DELAY_ENDS = "delay_ends"
    PREFERENCE_ENDS = "preference_ends"


_CHANGES: Final = {
    Obstacle.WRAP_UP: ChangeKind.WRAP_UP_ENDS,
    Obstacle.LINE_RESTING: ChangeKind.LINE_RESTED,
    Obstacle.SKILL_UNMET: ChangeKind.SKILL_RELAXES,
    Obstacle.DELAYED: ChangeKind.DELAY_ENDS,
    Obstacle.OTHER_AGENT: ChangeKind.PREFERENCE_ENDS,
}
_NOT_ALL: Final = (Obstacle.RING_LIMIT, Obstacle.RUNG_LATER)
# When it is gone one of them is rung, and it keeps the others still.


@dataclass(frozen=True, slots=True)
class Change:
    """It happens at `at` unless something else comes first. `agents`: whom it concerns; a ringing ends at all of these
    in the same moment, else it is one. `before`: so many calls he would get first. `ring_on`: so many other phones ring
    for the call beyond `at`."""

    kind: ChangeKind
    at: datetime
    agents: tuple[AgentId, ...] = ()
    before: int = 0
    ring_on: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """The call in its queue: `position` 1 is first of `waiting`."""

    queue: QueueId
    queue_version: int
    position: int
    waiting: int
    priority: int
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitReason:
    """`seq`: the last fact that it takes into account; `open`: calls are given out. `offers`: all that ring for it, the
    oldest first. `agents`: those of the queue who cannot be rung (whom it rings is none of them); `counts`: by what
    keeps them; `awaited`: those of whom one change alone would do, by that; `changes`: the next things that happen
    by themselves."""

    state: WaitState
    seq: int
    config: int
    call: CallId
    place: Place
    open: bool
    wait: Wait | None = None
    offers: tuple[Offer, ...] = ()
    agents: tuple[Excluded, ...] = ()
    counts: tuple[Count, ...] = ()
    awaited: tuple[Count, ...] = ()
    changes: tuple[Change, ...] = ()


def wait_reason(floor: Floor, call_id: CallId) -> WaitReason | None:
    """How it stands with a living call; None when the floor has no such call."""
    call = floor.calls.get(call_id)
    if call is None:
        return None
    queue = None if call.queue is None else floor.queues.get(call.queue)
    if call.place is not Place.WAITING or queue is None:
        return WaitReason(WaitState.NOT_WAITING, floor.seq, floor.config, call.id, call.place, floor.open)
    known = agents_of(floor, queue)
    offers = tuple(offers_of(floor, call))
    rung = {one.agent for one in offers}
    kept = excluded(floor, (agent for agent in known if agent.id not in rung), call)
    changes = sorted(_changes(floor, call, queue, offers, kept), key=lambda change: (change.at, change.agents))
    return WaitReason(
        state=_state(floor, call, len(known), kept),
        seq=floor.seq,
        config=floor.config,
        call=call.id,
        place=call.place,
        open=floor.open,
        wait=_wait(call, queue),
        offers=offers,
        agents=kept,
        counts=count(kept),
        awaited=count((one for one in kept if one.hindrances[0].kind not in _NOT_ALL), sole=True),
        changes=tuple(changes[:CHANGES_TOLD]),
    )


def _state(floor: Floor, call: Call, known: int, kept: tuple[Excluded, ...]) -> WaitState:
    if call.offered:
        return WaitState.OFFERED
    if not floor.reaches(call):
        return WaitState.RECOVERING
    if not known:
        return WaitState.NO_AGENTS
    if len(kept) < known:
        return WaitState.GIVEN_OUT
    promised = any(one.hindrances[0].kind is Obstacle.KEPT_FOR_CALLBACK for one in kept)
    return WaitState.KEPT_FOR_CALLBACK if promised else WaitState.NOBODY_READY


def _wait(call: Call, queue: Queue) -> Wait:
    version = (call.settings or queue.config).version
    place, since = rank(queue.turns, call.turn), call.queued or call.arrived
    return Wait(queue.config.id, version, place + 1, len(queue.turns), call.priority, since)


def _changes(
    floor: Floor, call: Call, queue: Queue, offers: tuple[Offer, ...], kept: tuple[Excluded, ...]
) -> Iterator[Change]:
    for at in {one.ring_until for one in offers}:
        ends = tuple(sorted(one.agent for one in offers if one.ring_until == at))
        yield Change(ChangeKind.RING_ENDS, at, ends, ring_on=sum(one.ring_until > at for one in offers))
    more = one_more_at(queue, call)
    if more is not None and any(_alone(one, Obstacle.RUNG_LATER) for one in kept):
        yield Change(ChangeKind.ONE_MORE_RUNG, more, ring_on=sum(one.ring_until > more for one in offers))
    longest = (call.settings or queue.config).longest_wait
    if longest and call.joined is not None:
        yield Change(ChangeKind.LONGEST_WAIT, after(call.joined, longest))
    for one in kept:
        first = one.hindrances[0]
        if len(one.hindrances) == 1 and first.kind in _CHANGES and first.until is not None:
            yield Change(_CHANGES[first.kind], first.until, (one.agent,), _before(floor, call, one.agent))


def _alone(one: Excluded, kind: Obstacle) -> bool:
    return [why.kind for why in one.hindrances] == [kind]


def _before(floor: Floor, call: Call, agent: AgentId) -> int:
    queues = (floor.queues.get(one) for one in floor.agents[agent].queues)
    return sum(rank(queue.open_turns, call.turn) for queue in queues if queue is not None)
