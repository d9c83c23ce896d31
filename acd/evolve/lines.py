"""Who stands where: the orders of a queue's waiting calls and of its ready agents (part of `evolve`).

Agents stand in one order for all and, but for the newest, in one for each want that the queue knows; calls in one for
each want. Whoever changes what an order depends on takes the call or the agent out first and puts it in again.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final

from acd.config.routing import Membership, Strategy
from acd.matching.choose import who_gives
from acd.matching.order import cut, put
from acd.matching.steps import may_ring
from acd.matching.wants import ANYBODY, NO_SKILL, meets, parsed, want
from acd.model import Agent, Call, Floor, Place, Queue, Standing
from kernel.ids import AgentId

WANTS_KEPT: Final = 64
"""Wants of single calls for which a queue keeps an order of agents; beyond that the unused are forgotten."""

Entry = tuple[int, float, float, AgentId]
_LONGEST_IDLE: Final = Strategy.LONGEST_IDLE
_WAITING: Final = Place.WAITING
_OPEN, _MORE, _ASIDE = Standing.OPEN, Standing.MORE, Standing.ASIDE
# A member of an enum takes Python 3.11 ten times as long as a name, and every call and agent stands somewhere.


# --- agents ---------------------------------------------------------------------------------------------------------
def reindex(floor: Floor, agent: Agent) -> None:
    """Put the agent into, or take him out of, the ready orders and the busy set of each of his queues."""
    id, ready, stands = agent.config.id, agent.matchable, agent.stands
    busy = not ready and agent.preparable
    idle = agent.idle_since.timestamp()
    for queue_id, how in agent.serves.items():
        queue = floor.queues.get(queue_id)
        if queue is None:
            continue
        entry = _entry(queue, agent, how, idle) if ready else None
        if stands.get(queue_id) != entry:
            _stand_ready(floor, queue, agent, how, entry)
        if busy:
            queue.busy.add(id)
        else:
            queue.busy.discard(id)


def leave_lines(floor: Floor, agent: Agent) -> None:
    """Take the agent out of every order; needed before his queues or skills change."""
    for queue_id, how in agent.serves.items():
        queue = floor.queues.get(queue_id)
        if queue is not None:
            _stand_ready(floor, queue, agent, how, None)
            queue.busy.discard(agent.id)
    for skill in agent.profile:
        able = floor.able[skill]
        able.discard(agent.id)
        if not able:
            del floor.able[skill]


def take_up(floor: Floor, agent: Agent) -> None:
    """The agent has this configuration from now on; he stands in no order."""
    agent.profile = {one.skill: one.level for one in agent.config.skills}
    for skill in agent.profile:
        floor.able.setdefault(skill, set()).add(agent.id)
    served = (queue for queue in agent.config.queues if queue not in agent.away_from)
    agent.serves = {queue: agent.config.membership(queue) for queue in served}
    for queue_id, how in agent.serves.items():
        queue = floor.queues.get(queue_id)
        if queue is not None:
            _keep_delay(floor, queue, how.delay)
    reindex(floor, agent)


def _entry(queue: Queue, agent: Agent, how: Membership, idle: float) -> Entry:
    """His place among the ready agents of the queue, by its strategy."""
    strategy = queue.config.routing.strategy
    if strategy is _LONGEST_IDLE:
        return how.tier, 0.0, idle, agent.config.id
    match strategy:
        case Strategy.LEAST_RECENT:
            return how.tier, 0.0 if agent.last_talk is None else agent.last_talk.timestamp(), idle, agent.id
        case Strategy.FEWEST_CALLS:
            return how.tier, float(agent.calls_taken), idle, agent.id
        case Strategy.LEAST_TALK:
            return how.tier, agent.talked, idle, agent.id
        case Strategy.RATIO:
            return how.tier, agent.calls_of.get(queue.config.id, 0) / how.share, idle, agent.id
        case Strategy.LINEAR | Strategy.ROUND_ROBIN:
            return how.tier, float(how.order), 0.0, agent.id
        case Strategy.RANDOM:
            return how.tier, 0.0, 0.0, agent.id
        case _:
            return how.tier, 0.0, idle, agent.id


def _stand_ready(floor: Floor, queue: Queue, agent: Agent, how: Membership, entry: Entry | None) -> None:
    known = agent.stands.pop(queue.config.id, None)
    # Where he stands `stands` says, and nothing has to be looked for.
    if known is not None:
        del queue.ready[bisect_left(queue.ready, known)]
        if queue.newest == known:
            queue.newest = None
        else:
            for word in _gives(queue, agent, how.delay) if queue.ready_for else ():
                order = queue.ready_for[word]
                del order[bisect_left(order, known)]
    if entry is not None:
        _place_newest(floor, queue)
        insort(queue.ready, entry)
        queue.newest = entry if queue.ready_for else None
        agent.stands[queue.config.id] = entry


def _place_newest(floor: Floor, queue: Queue) -> None:
    """Who has become ready last stands in the orders of the wants that he can give, as all others do."""
    if queue.newest is not None:
        agent = floor.agents[queue.newest[3]]
        for word in _gives(queue, agent, agent.serves[queue.config.id].delay):
            insort(queue.ready_for[word], queue.newest)
        queue.newest = None


def _gives(queue: Queue, agent: Agent, delay: float) -> list[str]:
    """Of the wants for which the queue keeps an order those that he can give; who has not the first skill that is asked
    for need not be asked about the others."""
    has, asking = agent.profile, queue.asking
    words = [word for _, waited, _, word in asking.get(NO_SKILL, ()) if delay <= waited]
    for skill, mine in has.items():
        for level, waited, others, word in asking.get(skill, ()):
            if level <= mine and delay <= waited and (not others or meets(has, others)):
                words.append(word)
    return words


# --- wants ----------------------------------------------------------------------------------------------------------
def know(floor: Floor, queue: Queue, word: str) -> None:
    """Keep an order of the ready agents who can give this; the first time it costs a look at each of them."""
    if word in queue.ready_for or word.startswith("@") or (word == ANYBODY and not queue.delays):
        return
    _place_newest(floor, queue)
    if len(queue.ready_for) >= WANTS_KEPT:
        used = {ANYBODY, *queue.open_for, *queue.more_for}
        for unused in [one for one in queue.ready_for if one not in used]:
            del queue.ready_for[unused]
            asking = queue.asking[parsed(unused).first]
            asking[:] = [one for one in asking if one[3] != unused]
    queue.ready_for[word] = who_gives(floor, queue, word)
    asked = parsed(word)
    level = asked.skills[0][1] if asked.skills else 0
    queue.asking.setdefault(asked.first, []).append((level, asked.waited, asked.skills[1:], word))


def rebuild(floor: Floor, queue: Queue) -> None:
    """The queue is new, or its agents or calls stand otherwise from now on: everybody takes his place again."""
    queue.ready.clear()
    queue.ready_for.clear()
    queue.asking.clear()
    queue.newest = None
    queue.delays.clear()
    queue.busy.clear()
    serving = [agent for agent in floor.agents.values() if queue.config.id in agent.serves]
    for agent in serving:
        agent.stands.pop(queue.config.id, None)
        _keep_delay(floor, queue, agent.serves[queue.config.id].delay)
    required = queue.config.routing.requirements
    for seconds in sorted({0.0, *(step.after for one in required for step in one.relaxation)}):
        know(floor, queue, want(required, seconds, 0.0))
    for turn in queue.turns:
        know(floor, queue, floor.calls[turn[2]].want)
    for agent in serving:
        reindex(floor, agent)
    for turn in queue.turns:
        stand(floor, floor.calls[turn[2]])


def _keep_delay(floor: Floor, queue: Queue, delay: float) -> None:
    """A delay stays known when nobody has it any more, which costs a step that changes nothing, until `rebuild`."""
    if delay > 0 and delay not in queue.delays:
        queue.delays.append(delay)
        queue.delays.sort()
        know(floor, queue, ANYBODY)


# --- calls ----------------------------------------------------------------------------------------------------------
def join(floor: Floor, call: Call) -> None:
    """The call waits in its queue from now on; its turn and its want are known."""
    queue = _queue_of(floor, call)
    if queue is not None:
        put(queue.turns, call.turn)
        _place_newest(floor, queue)
        know(floor, queue, call.want)
        stand(floor, call)


def step_out(floor: Floor, call: Call) -> None:
    """Take the call out of every order; needed before its turn or its want changes."""
    queue = _queue_of(floor, call)
    if queue is not None:
        cut(queue.turns, call.turn)
        _stand(queue, call, _ASIDE)


def stand(floor: Floor, call: Call) -> None:
    """Among those that nobody is rung for, among those that more may be rung for, or aside."""
    queue = _queue_of(floor, call)
    if queue is None or call.place is not _WAITING:
        return
    if not call.offers:
        _stand(queue, call, _OPEN)
    else:
        _stand(queue, call, _MORE if len(call.offers) < may_ring(queue, call) else _ASIDE)


def _stand(queue: Queue, call: Call, where: Standing) -> None:
    before, turn = call.standing, call.turn
    if before is where:
        return
    if before is _OPEN:
        cut(queue.open_turns, turn)
    if before is not _ASIDE:
        orders = queue.open_for if before is _OPEN else queue.more_for
        cut(orders[call.want], turn)
        if not orders[call.want]:
            del orders[call.want]
    call.standing = where
    if where is _OPEN:
        put(queue.open_turns, turn)
    if where is not _ASIDE:
        put((queue.open_for if where is _OPEN else queue.more_for).setdefault(call.want, []), turn)


def _queue_of(floor: Floor, call: Call) -> Queue | None:
    return None if call.queue is None else floor.queues.get(call.queue)
