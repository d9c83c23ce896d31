"""How a wait changes by itself: skills relax, priority grows, memberships open, one more agent may be rung.

Each change is a step of one call at a moment known beforehand; its timer re-indexes that call and touches no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from acd.config.routing import Requirement, Routing, Strategy
from acd.demand import asked_of
from acd.effects import SetTimer
from acd.facts import Body, WaitStepped
from acd.inputs import WaitStepDue
from acd.matching.wants import only, want
from acd.model import Agent, Call, Floor, Place, Queue
from kernel.ids import QueueId
from kernel.moment import after, seconds_between

EVERYBODY: Final = 1_000_000
_RING_ALL, _RING_PROGRESSIVE = Strategy.RING_ALL, Strategy.RING_PROGRESSIVE
# A member of an enum takes Python 3.11 ten times as long as a name.


@dataclass(frozen=True, slots=True)
class Stage:
    """What a waiting call asks for at a moment, with which priority, and by how many agents it may be rung."""

    priority: int
    want: str
    ring_up_to: int


def stage(queue: Queue, call: Call, now: datetime) -> Stage:
    """How far the wait of `call` in `queue` has come."""
    found = stage_of_anybody(queue, call, now)
    if call.preferred is not None and call.preferred_until is not None and now < call.preferred_until:
        return replace(found, want=only(call.preferred))
    return found


def stage_of_anybody(queue: Queue, call: Call, now: datetime) -> Stage:
    """The same, when nobody is waited for alone."""
    routing = routing_of(queue, call)
    since = call.queued or call.arrived
    ring_up_to = 1
    if queue.config.routing.strategy is _RING_PROGRESSIVE and call.rung_since is not None:
        ring_up_to += _whole(call.rung_since, queue.config.routing.ring_more_every, now)
    priority = call.joined_with
    if routing.age_every and priority < routing.age_most:
        grown = _whole(call.aged_from or since, routing.age_every, now)
        priority = min(routing.age_most, priority + routing.age_by * grown)
    return Stage(priority, asked(queue, requirements(routing, call), since, now), ring_up_to)


def asked(queue: Queue, required: tuple[Requirement, ...], since: datetime, now: datetime) -> str:
    """What a call with these requirements asks for at `now`, when it has waited in `queue` since then."""
    if not required and not queue.delays:
        return ""
    # Judged by moments, as the timers are, not by differences of seconds.
    steps = [step.after for one in required for step in one.relaxation if after(since, step.after) <= now]
    delays = [delay for delay in queue.delays if after(since, delay) <= now]
    return want(required, max(steps) if steps else 0.0, max(delays) if delays else 0.0)


def may_ring(queue: Queue, call: Call) -> int:
    """By how many agents at once the call may be rung now: by the strategy in force, also for who waits already."""
    routing = queue.config.routing
    if call.exclusive:
        return 1
    if routing.strategy is _RING_ALL:
        return routing.ring_at_most or EVERYBODY
    if routing.strategy is _RING_PROGRESSIVE:
        return min(call.ring_up_to, routing.ring_at_most or EVERYBODY)
    return 1


def one_more_at(queue: Queue, call: Call) -> datetime | None:
    """When a progressive ring may reach one more agent, after the last step; None where it never does."""
    ringing = queue.config.routing
    if ringing.strategy is not _RING_PROGRESSIVE or call.rung_since is None:
        return None
    return _next(call.rung_since, ringing.ring_more_every, call.stepped_to or call.queued or call.arrived)


def requirements(routing: Routing, call: Call) -> tuple[Requirement, ...]:
    """What is asked for the call by the queue and by its own demand."""
    return asked_of(routing, call.demand)


def routing_of(queue: Queue, call: Call) -> Routing:
    """The rules with which the wait began."""
    return (call.settings or queue.config).routing


def catch_up(floor: Floor, call: Call, now: datetime) -> Iterator[Body | SetTimer]:
    """The step that the wait has come to, if it stands at another one, and the moment of the next."""
    queue = None if call.queue is None else floor.queues.get(call.queue)
    if queue is None or _stays(queue, call) or call.place is not Place.WAITING:
        return
    found = stage(queue, call, now)
    if found != Stage(call.priority, call.want, call.ring_up_to):
        yield WaitStepped(call.id, queue.config.id, found.priority, found.want, found.ring_up_to)
        yield from timer(floor, call)


def timer(floor: Floor, call: Call) -> Iterable[SetTimer]:
    """The moment of the next step, counted from the last one; the same however often it is asked for."""
    queue = None if call.queue is None else floor.queues.get(call.queue)
    if queue is None or call.queued is None or _stays(queue, call):
        return ()
    moments = _moments(queue, call)
    if not moments:
        return ()
    due = min(moments)
    return (SetTimer(due, WaitStepDue(call.id, queue.config.id, call.queued, due)),)


def delays(floor: Floor, agent: Agent) -> dict[QueueId, tuple[float, ...]]:
    """The delays of the memberships in each of his queues, so that it shows when he brings one that nobody else has."""
    known = ((one, floor.queues.get(one)) for one in agent.config.queues)
    return {one: tuple(queue.delays) for one, queue in known if queue is not None}


def for_other_delays(
    floor: Floor, known: Mapping[QueueId, tuple[float, ...]], now: datetime
) -> Iterator[Body | SetTimer]:
    """Where there are other delays now than those `known`, whoever waits comes to another step."""
    for queue_id, before in known.items():
        queue = floor.queues[queue_id]
        for turn in tuple(queue.turns) if tuple(queue.delays) != before else ():
            call = floor.calls[turn[2]]
            yield from catch_up(floor, call, now)
            yield from timer(floor, call)


def _stays(queue: Queue, call: Call) -> bool:
    """Nothing of this wait changes by itself, nor has it: so it is with most, which are asked about often."""
    routing = routing_of(queue, call)
    if call.want or queue.delays or call.preferred is not None or requirements(routing, call):
        return False
    grows = routing.age_every or call.priority != call.joined_with or call.ring_up_to != 1
    return not grows and queue.config.routing.strategy is not _RING_PROGRESSIVE


def _moments(queue: Queue, call: Call) -> list[datetime]:
    """Of each kind of change the next one after the last step; preferring an agent and skills share one word."""
    routing, since = routing_of(queue, call), call.queued or call.arrived
    last = call.stepped_to or since
    later = [step.after for one in requirements(routing, call) for step in one.relaxation] + queue.delays
    moments = [moment for seconds in later if (moment := after(since, seconds)) > last]
    if call.preferred is not None and call.preferred_until is not None and call.preferred_until > last:
        moments.append(call.preferred_until)
    if routing.age_every and call.priority < routing.age_most:
        moments.append(_next(call.aged_from or since, routing.age_every, max(last, call.aged_from or since)))
    more = one_more_at(queue, call)
    if more is not None:
        moments.append(more)
    return moments


def _whole(since: datetime, every: float, now: datetime) -> int:
    """How many whole times `every` seconds have passed; a moment that a timer brings counts."""
    times = max(0, int(seconds_between(since, now) / every))
    return times + 1 if after(since, (times + 1) * every) <= now else times


def _next(since: datetime, every: float, last: datetime) -> datetime:
    return after(since, (_whole(since, every, last) + 1) * every)
