"""Waiting places [待ち呼]: who has to wait takes one of those allotted to the number he called, or is turned away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.effects import ContinueFlow, Effect
from acd.facts import Body, CallLeftQueue, JoinRefused, WaitingPlaceReturned, WaitingPlaceTaken, WaitRefused
from acd.matching import match, steps
from acd.matching.choose import at_once
from acd.model import Call, Floor, Place, Queue
from kernel.ids import QueueId
from kernel.moment import seconds_between

_WAITING = Place.WAITING

FULL = "full"
"""What happens to a flow whose call finds no waiting place."""


def refusal(floor: Floor, call: Call, queue: Queue, want: str) -> WaitRefused | None:
    """Why the call may not join `queue` now; None when it may, or when somebody can be rung at once for its `want`."""
    no = no_place(floor, call, queue)
    return None if no is None or (floor.reaches(call) and at_once(floor, queue, want)) else no


def no_place(floor: Floor, call: Call, queue: Queue) -> WaitRefused | None:
    """Why nobody may wait there for the number that was called; None when there is a place left."""
    limits, used, allotted = floor.limits, _used(floor, call), _limit(floor, call)
    if allotted is not None and used >= allotted:
        return WaitRefused(call.id, queue.config.id, call.number, used, allotted, limits.places_clause)
    if limits.places is not None:
        everywhere = sum(len(calls) for calls in floor.places.values())
        if everywhere >= limits.places:
            return WaitRefused(call.id, queue.config.id, call.number, everywhere, limits.places, limits.places_clause)
    return None


def turn_away(no: WaitRefused | JoinRefused) -> Iterator[Body | Effect]:
    """The flow says where the caller goes instead."""
    yield no
    yield ContinueFlow(no.call, FULL)


def hold(floor: Floor, call: Call) -> Iterator[Body]:
    """A call that waits without being offered takes its place, unless it has it. After an offer that came to nothing
    it does so even above the limit: the caller has heard ringing and is not turned away any more."""
    if not call.offers and call.place is _WAITING and call.id not in floor.places.get(call.number, ()):
        used, limit = _used(floor, call) + 1, _limit(floor, call)
        yield WaitingPlaceTaken(call.id, call.number, used, limit, above=limit is not None and used > limit)


def offer_again(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """An offer came to nothing: ring the next agent, or let the call wait for one."""
    yield from steps.catch_up(floor, call, now)
    yield from offer(floor, call, now)


def offer(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """The same for a call that stands at its step already."""
    yield from match.for_call(floor, call, now)
    if not call.offers:
        yield from hold(floor, call)


def leave(floor: Floor, call: Call, queue: QueueId, outcome: str, now: datetime) -> Iterator[Body]:
    """The wait is over, and with it the place is free."""
    yield CallLeftQueue(call.id, queue, outcome, seconds_between(call.waiting_since, now))
    if call.id in floor.places.get(call.number, ()):
        yield WaitingPlaceReturned(call.id, call.number, _used(floor, call) - 1, _limit(floor, call))


def _used(floor: Floor, call: Call) -> int:
    return len(floor.places.get(call.number, ()))


def _limit(floor: Floor, call: Call) -> int | None:
    rule = floor.numbers.get(call.number)
    return None if rule is None else rule.places
