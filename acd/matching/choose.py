"""Who gets whom: the agent for a call by its queue's strategy, and the call for an agent over all his queues.

Each looks only at orders of those who fit, so that its cost does not depend on how many do not.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Final

from acd.config.routing import Sharing, Strategy
from acd.matching import kept
from acd.matching.steps import may_ring
from acd.matching.wants import Want, accepts, meets, parsed
from acd.model import Agent, Call, Floor, Queue
from kernel.ids import AgentId, CallId

Turn = tuple[int, datetime, CallId]
Entry = tuple[int, float, float, AgentId]

NOBODY: Final[frozenset[AgentId]] = frozenset()
PAIRS_TRIED: Final = 8
HEADS_TRIED: Final = 4
"""Of a queue's open turns, before it is asked which kinds of calls the agent can take at all."""
NO_HISTORY: Final = 1.0
"""The service level of a queue that has served nobody yet."""
_SERVICE_LEVEL: Final = Sharing.SERVICE_LEVEL
_ROUND_ROBIN, _RANDOM = Strategy.ROUND_ROBIN, Strategy.RANDOM
# A member of an enum takes Python 3.11 ten times as long as a name.


def agent_for(floor: Floor, call: Call) -> Agent | None:
    """The agent who is to be rung for the waiting call now, None when nobody can be."""
    queue = None if call.queue is None else floor.queues.get(call.queue)
    if queue is None or not queue.ready:
        return None
    if len(call.offers) >= may_ring(queue, call) or not floor.reaches(call):
        return None
    line, strategy = to_spare(floor, queue, call.want, call.turn), queue.config.routing.strategy
    if not line:
        return None
    place = 0
    if strategy is _ROUND_ROBIN:
        place = _after_last(queue, line, _first_tier(line))
    elif strategy is _RANDOM:
        place = lot(call) % _first_tier(line)
    return floor.agents[line[place][3]]


def _first_tier(line: list[Entry]) -> int:
    """How many stand in the first tier."""
    return bisect_left(line, (line[0][0] + 1,))


def in_line(floor: Floor, queue: Queue, want: str) -> list[Entry]:
    """The ready agents of the queue who can give what is asked, as the strategy orders them."""
    order = queue.ready_for.get(want)
    if order is not None:
        newest = _newest(floor, queue, want)
        return order if newest is None else sorted([*order, newest])
    if not want:
        return queue.ready
    one = parsed(want).agent
    if one is not None:
        agent = floor.agents.get(one)
        entry = None if agent is None else agent.stands.get(queue.config.id)
        return [] if entry is None else [entry]
    # Nobody waits with this want yet; once somebody does, the queue keeps an order for it.
    return who_gives(floor, queue, want)


def length(floor: Floor, queue: Queue, want: str) -> int:
    """How many stand in line for what is asked."""
    order = queue.ready_for.get(want)
    if order is None:
        return len(in_line(floor, queue, want))
    return len(order) + (_newest(floor, queue, want) is not None)


def _newest(floor: Floor, queue: Queue, want: str) -> Entry | None:
    """Who has become ready last, if he can give what is asked."""
    entry = queue.newest
    return entry if entry is not None and accepts_from(floor.agents[entry[3]], queue, want) else None


def who_gives(floor: Floor, queue: Queue, want: str) -> list[Entry]:
    """The same by a look at every ready agent, for a want that is not for one agent alone."""
    asked, id, found = parsed(want), queue.config.id, []
    for entry in _who_might(floor, queue, asked):
        agent = floor.agents[entry[3]]
        if agent.serves[id].delay <= asked.waited and meets(agent.profile, asked.skills):
            found.append(entry)
    return found


def _who_might(floor: Floor, queue: Queue, asked: Want) -> list[Entry]:
    """The ready agents who have the first skill that is asked for, at whatever level: of many it says that they cannot,
    and none of those is looked at."""
    if not asked.skills:
        return queue.ready
    able = floor.able.get(asked.first, NOBODY)
    return [entry for entry in queue.ready if entry[3] in able]


def at_once(floor: Floor, queue: Queue, want: str) -> bool:
    """Whether somebody who comes now could be given an agent."""
    return bool(queue.ready) and left_for(floor, queue, want, None) > 0


def to_spare(floor: Floor, queue: Queue, want: str, turn: Turn | None) -> list[Entry]:
    """Those in line for this want who are not kept from this turn."""
    line, kept_for = in_line(floor, queue, want), kept_from(floor, turn)
    return [entry for entry in line if entry[3] not in kept_for] if kept_for else line


def left_for(floor: Floor, queue: Queue, want: str, turn: Turn | None) -> int:
    """How many these are."""
    return len(to_spare(floor, queue, want, turn)) if floor.callbacks else length(floor, queue, want)


def kept_from(floor: Floor, turn: Turn | None) -> frozenset[AgentId]:
    """The agents who are kept for those before this turn (None: for all) who are being called back, in any queue."""
    if not floor.callbacks:
        return NOBODY
    promised = kept.promised(floor, turn)
    return kept.last_ones([in_line(floor, queue, want) for queue, want in promised]) if promised else NOBODY


def accepts_from(agent: Agent, queue: Queue, want: str) -> bool:
    """Whether this agent of the queue can give what is asked."""
    return accepts(agent.id, agent.profile, agent.serves[queue.config.id].delay, want)


def _after_last(queue: Queue, line: list[Entry], tier: int) -> int:
    """The next one after whom the queue rang last; after the last of the tier comes its first."""
    if queue.last_rung is None:
        return 0
    order, agent = queue.last_rung
    place = bisect_right(line, (line[0][0], order, 0.0, agent))
    return place if place < tier else 0


def lot(call: Call) -> int:
    """The lot of the call's next offer: the same whenever the same facts are played."""
    return int.from_bytes(blake2b(f"{call.id}/{call.offers_made}".encode(), digest_size=8).digest(), "big")


def call_for(floor: Floor, agent: Agent) -> Call | None:
    """The call that a ready agent is to be rung for; one that rings already only when there is no other."""
    for more in (False, True):
        best: tuple[int, float, Turn] | None = None
        for queue_id, how in agent.serves.items():
            queue = floor.queues.get(queue_id)
            if queue is None or not (queue.more_for if more else queue.open_turns):
                continue
            weight = (-how.priority, -shortfall(queue))
            if best is not None and not more and (*weight, queue.open_turns[0]) >= best:
                # Nobody there comes before whom he has already.
                continue
            head = first_turn(floor, queue, agent, more)
            if head is not None:
                key = (*weight, head)
                best = key if best is None or key < best else best
        if best is not None:
            return floor.calls[best[2][2]]
    return None


def pair_for(floor: Floor, call: Call) -> tuple[Call, Agent] | None:
    """Whom to ring first while `call` waits among others: an agent for it who would choose no other call, or an agent
    for the call that such a one chooses instead, and so on."""
    agent = agent_for(floor, call)
    for _ in range(PAIRS_TRIED):
        other = None if agent is None else call_for(floor, agent)
        if agent is None:
            return None
        if other is None or other is call:
            return call, agent
        call, agent = other, agent_for(floor, other)
    return None if agent is None else (call, agent)


def first_turn(floor: Floor, queue: Queue, agent: Agent, more: bool) -> Turn | None:
    """The first call of the queue that this agent can take; `more`: of those that ring already."""
    head = None if more else _among_first(floor, queue, agent)
    if head is None and (more or len(queue.open_turns) > HEADS_TRIED):
        head = _by_want(floor, queue, agent, queue.more_for if more else queue.open_for)
    # Who is kept from this turn is kept from every later one.
    return head if head is None or agent.config.id not in kept_from(floor, head) else None


def _among_first(floor: Floor, queue: Queue, agent: Agent) -> Turn | None:
    """The first call that he can take, if it is one of the first of the queue."""
    id, has, delay = agent.config.id, agent.profile, agent.serves[queue.config.id].delay
    for turn in queue.open_turns[:HEADS_TRIED]:
        call = floor.calls[turn[2]]
        if accepts(id, has, delay, call.want) and floor.reaches(call):
            return turn
    return None


def _by_want(floor: Floor, queue: Queue, agent: Agent, orders: Mapping[str, list[Turn]]) -> Turn | None:
    """The first call that he can take, by a look at the first of each kind."""
    id, has, delay = agent.config.id, agent.profile, agent.serves[queue.config.id].delay
    head: Turn | None = None
    for want, order in orders.items():
        # What comes later than one that he can take need not be asked about.
        if (head is None or order[0] < head) and accepts(id, has, delay, want):
            found = first_reachable(floor, order)
            head = found if head is None or (found is not None and found < head) else head
    return head


def first_reachable(floor: Floor, order: list[Turn]) -> Turn | None:
    """The first whose caller can be connected now; only while a node is away is it another than the order's first."""
    return next((turn for turn in order if floor.reaches(floor.calls[turn[2]])), None)


def shortfall(queue: Queue) -> float:
    """How far the queue's service level is below its target, 0 when it is not or when the queue takes turns."""
    if queue.config.routing.sharing is not _SERVICE_LEVEL:
        return 0.0
    return max(0.0, queue.config.service_target - service_level(queue))


def service_level(queue: Queue) -> float:
    """The share of the queue's last callers who were answered in time."""
    return sum(queue.recent) / len(queue.recent) if queue.recent else NO_HISTORY


def next_in_line(floor: Floor, queue: Queue) -> Agent | None:
    """Whom the next call would most likely ring."""
    if not queue.ready:
        return None
    by_turn = queue.config.routing.strategy is _ROUND_ROBIN
    place = _after_last(queue, queue.ready, _first_tier(queue.ready)) if by_turn else 0
    return floor.agents[queue.ready[place][3]]
