"""Calling back who did not want to wait: each in his turn, one attempt at a time, until he is reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from acd import attempts
from acd.calling_back import callback_calls
from acd.config.waiting import First
from acd.effects import Effect, FindCallbackWay, SetTimer
from acd.facts import Body, CallbackAttemptEnded, CallbackEnded, CallbackPlanned
from acd.inputs import CallbackDue, CallbackWayFound
from acd.matching import callback_turns, match
from acd.model import Callback, Floor
from kernel.ids import QueueId
from kernel.moment import after
from kernel.refusal import Refused

REACHED: Final = "reached"
UNREACHED: Final = "unreached"
REFUSED: Final = "refused"
GAVE_UP: Final = "gave_up"
"""He answered when he was called, and hung up before an agent took him."""
QUEUE_DELETED: Final = "queue_deleted"
"""The queue in which he asked for it is no more."""


def way_found(floor: Floor, given: CallbackWayFound, now: datetime) -> Iterator[Body | Effect]:
    """He can be reached over a line, or a rule says no: then nobody calls him."""
    callback = floor.callbacks.get(given.callback)
    if callback is None or callback.call is not None or callback.destination == given.destination:
        return
    if isinstance(given.destination, Refused):
        yield CallbackEnded(callback.id, callback.queue, REFUSED)
        return
    yield CallbackPlanned(callback.id, callback.queue, given.destination)
    yield SetTimer(callback.due, CallbackDue(callback.id, callback.due))
    yield from callback_turns.relaxes(callback, now)


def due(floor: Floor, given: CallbackDue, now: datetime) -> Iterator[Body | Effect]:
    """He may be called: at once if somebody of his queue has nothing to do."""
    callback = floor.callbacks.get(given.callback)
    if callback is not None and callback.due == given.due:
        yield from serve(floor, callback, now)


def serve(floor: Floor, callback: Callback, now: datetime) -> Iterator[Body | Effect]:
    """Engage the agent whom the queue would ring first of those who can do what is asked, if there is one."""
    queue = floor.queues.get(callback.queue)
    if queue is not None and callback.rule.first is First.CALLER:
        yield from callback_calls.look(floor, queue, now)
    elif (agent := callback_turns.agent_for(floor, callback, now)) is not None:
        yield from callback_turns.engage(floor, callback, agent, now)


def line_freed(floor: Floor, now: datetime) -> Iterator[Body | Effect]:
    """A line may have a channel again for those for whom none was left: in their turns."""
    idle = [one for one in floor.callbacks.values() if one.call is None and now >= one.due]
    by_agent = [one for one in idle if one.rule.first is First.AGENT]
    for callback in sorted(by_agent, key=lambda one: one.turn):
        yield from serve(floor, callback, now)
    for queue_id in sorted({one.queue for one in idle if one.rule.first is First.CALLER}):
        queue = floor.queues.get(queue_id)
        if queue is not None:
            yield from callback_calls.look(floor, queue, now)


def attempt_over(floor: Floor, callback: Callback, outcome: str, now: datetime) -> Iterator[Body | Effect]:
    """The call of an attempt has ended. Who was not reached is called again later, until that was often enough; an
    agent who let it ring, or hung up while it rang at the other end, made no attempt."""
    if outcome == "completed":
        yield CallbackEnded(callback.id, callback.queue, REACHED)
        return
    if outcome == "abandoned":
        yield CallbackEnded(callback.id, callback.queue, GAVE_UP)
        return
    called, by_agent = callback.reached_out, callback.agent is not None
    given_up = outcome == attempts.CANCELLED
    tried = callback.tried + (called and not given_up)
    if callback.queue not in floor.queues:
        yield CallbackEnded(callback.id, callback.queue, QUEUE_DELETED)
    elif tried >= callback.rule.attempts:
        yield CallbackEnded(callback.id, callback.queue, UNREACHED)
    else:
        again = after(now, callback.rule.retry_after) if called or not given_up else now
        yield CallbackAttemptEnded(callback.id, callback.queue, outcome, tried, again)
        yield SetTimer(again, CallbackDue(callback.id, again))
        yield from callback_turns.relaxes(callback, now)
    if not by_agent:
        yield from match.spare(floor, now)


def without_queues(floor: Floor, queues: Collection[QueueId]) -> Iterator[Body]:
    """Only these queues are left: who was to be called back for another one is not, unless he is being called now."""
    for callback in list(floor.callbacks.values()):
        if callback.queue not in queues and callback.call is None:
            yield CallbackEnded(callback.id, callback.queue, QUEUE_DELETED)


def once_more(floor: Floor) -> Iterator[Effect]:
    """What was asked for and not answered, for a controller that comes back."""
    for callback in floor.callbacks.values():
        if callback.destination is None and floor.nodes:
            yield FindCallbackWay(callback.id, callback_turns.node(floor), callback.to, callback.number)


def timers(floor: Floor, now: datetime) -> Iterator[SetTimer]:
    """From when on those may be called who are not being called now."""
    for callback in floor.callbacks.values():
        if callback.call is None and callback.destination is not None:
            yield SetTimer(callback.due, CallbackDue(callback.id, callback.due))
            yield from callback_turns.relaxes(callback, now)
