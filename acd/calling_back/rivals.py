"""Who else needs the agents who can serve somebody who is to be called back: each of them takes one of these at most.

Whoever none of these agents can serve is no rival, in whichever queue he waits; who will ask for less before the call
back can have been answered is one already.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from acd.matching import callback_turns, kept, steps
from acd.matching.choose import Turn, shortfall
from acd.matching.order import rank
from acd.matching.wants import accepts
from acd.model import Agent, Callback, Floor, Place, Queue
from kernel.ids import QueueId


def rung(floor: Floor, crew: Sequence[Agent]) -> int:
    """Those whose telephones ring and whom somebody of this crew can serve."""
    return sum(1 for one in kept.rung(floor) if _can_take(floor, crew, one))


def to_be_called(floor: Floor, callback: Callback, crew: Sequence[Agent], by: datetime) -> int:
    """Those who are to be called back before him, and may be by then."""
    return sum(
        1
        for one in floor.callbacks.values()
        if one.turn < callback.turn and callback_turns.may_be_called(floor, one, by) and _able(floor, crew, one, by)
    )


def waiting(floor: Floor, callback: Callback, crew: Sequence[Agent], by: datetime) -> int:
    """Those who wait and come before him at one of this crew; when there are more than agents, nobody counts on."""
    found, offered = 0, _offered(floor)
    for queue_id in {one for agent in crew for one in agent.serves}:
        queue = floor.queues.get(queue_id)
        if queue is None or not queue.turns or found > len(crew):
            continue
        serving = [agent for agent in crew if queue_id in agent.serves]
        last = None if _weighs_more(floor, queue, callback, serving) else callback.turn
        known: dict[str, bool] = {}
        for want, order in queue.open_for.items():
            known[want] = _gives(queue_id, serving, want) or _will_give(floor, queue, serving, order, by)
            if known[want]:
                found += len(order) if last is None else rank(order, last)
        for turn in offered.get(queue_id, ()):
            want = floor.calls[turn[2]].want
            if want not in known:
                known[want] = _gives(queue_id, serving, want) or _will_give(floor, queue, serving, (turn,), by)
            found += known[want] and (last is None or turn < last)
    return found


def _offered(floor: Floor) -> dict[QueueId, set[Turn]]:
    """Who is being rung for, by his queue: it may come to nothing."""
    found: dict[QueueId, set[Turn]] = {}
    for call_id in {offer.call for offer in floor.offers.values()}:
        call = floor.calls[call_id]
        if call.place is Place.WAITING and call.queue is not None:
            found.setdefault(call.queue, set()).add(call.turn)
    return found


def _weighs_more(floor: Floor, queue: Queue, callback: Callback, serving: Sequence[Agent]) -> bool:
    """Whether one of them serves this queue before that of the callback, whoever has waited longer."""
    his = floor.queues.get(callback.queue)
    if his is None or his is queue:
        return False
    name, short, others = queue.config.id, shortfall(queue), shortfall(his)
    return any(
        (agent.serves[name].priority, short) > (agent.serves[callback.queue].priority, others)
        for agent in serving
        if callback.queue in agent.serves
    )


def _gives(queue: QueueId, serving: Sequence[Agent], want: str) -> bool:
    return any(accepts(agent.config.id, agent.profile, agent.serves[queue].delay, want) for agent in serving)


def _will_give(floor: Floor, queue: Queue, serving: Sequence[Agent], order: Sequence[Turn], by: datetime) -> bool:
    """Whether the first of those who ask for the same asks for less by then."""
    return _gives(queue.config.id, serving, steps.stage(queue, floor.calls[order[0][2]], by).want)


def _can_take(floor: Floor, crew: Sequence[Agent], callback: Callback) -> bool:
    queue = floor.queues.get(callback.queue)
    serving = [agent for agent in crew if callback.queue in agent.serves]
    return queue is not None and _gives(callback.queue, serving, kept.asked_for(floor, queue, callback))


def _able(floor: Floor, crew: Sequence[Agent], callback: Callback, by: datetime) -> bool:
    return any(callback_turns.able(floor, callback, agent, by) for agent in crew)
