"""What facts do to callers on an overflow chain and to callbacks (part of `evolve`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.config.waiting import OverflowStep
from acd.demand import asked_of
from acd.model import Asked, Call, Callback, Floor, Overflowing, Place
from kernel.ids import QueueId


def _demanded(floor: Floor, body: facts.CallDemanded, _at: datetime) -> None:
    floor.calls[body.call].demand = body.demand


def _join_refused(floor: Floor, body: facts.JoinRefused, _at: datetime) -> None:
    floor.calls[body.call].turned_away = True


def _overflowed(floor: Floor, body: facts.CallOverflowed, _at: datetime) -> None:
    call = floor.calls[body.call]
    chain = _chain(floor, call, body.queue)
    call.overflow = Overflowing(body.queue, body.cause, chain, body.step, body.since, body.priority)
    call.place, call.turned_away, call.tries, call.callee_leg = Place.OVERFLOW, False, 0, None
    call.keys_within = call.keys_until = call.asked = None
    call.playback = body.playback
    if body.playback is not None:
        call.playbacks += 1


def _chain(floor: Floor, call: Call, queue: QueueId) -> tuple[OverflowStep, ...]:
    """The chain on which the call is already, that of the queue as it joined it, or as it is now."""
    if call.overflow is not None and call.overflow.queue == queue:
        return call.overflow.chain
    joined = call.settings is not None and call.settings.id == queue
    settings = call.settings if joined and call.settings is not None else floor.queues[queue].config
    return settings.waiting.overflow


def _known_again(_floor: Floor, _body: facts.RedialRecognised, _at: datetime) -> None:
    """His place is not kept any more (evolve_histories); he joins the queue by a fact of its own."""


def _failed(_floor: Floor, _body: facts.OverflowFailed, _at: datetime) -> None:
    """The next step is a fact of its own."""


def _message_started(floor: Floor, body: facts.MessageStarted, _at: datetime) -> None:
    call = floor.calls[body.call]
    if call.overflow is not None:
        call.overflow = replace(call.overflow, until=body.until)


def _offered(floor: Floor, body: facts.CallbackOffered, _at: datetime) -> None:
    call = floor.calls[body.call]
    call.asked = Asked(body.cause, body.step, body.until)
    call.playback = body.playback
    call.playbacks += 1


def _declined(floor: Floor, body: facts.CallbackDeclined, _at: datetime) -> None:
    floor.calls[body.call].asked = None


def _requested(floor: Floor, body: facts.CallbackRequested, at: datetime) -> None:
    config = floor.queues[body.queue].config
    floor.callbacks[body.callback] = Callback(
        body.callback, body.queue, body.number, body.to, body.since, body.priority, at, config.callback, due=at,
        demand=body.demand, required=asked_of(config.routing, body.demand), mark=body.mark,
    )  # fmt: skip


def _planned(floor: Floor, body: facts.CallbackPlanned, _at: datetime) -> None:
    floor.callbacks[body.callback].destination = body.destination


def _tried(floor: Floor, body: facts.CallbackTried, at: datetime) -> None:
    callback, call = floor.callbacks[body.callback], floor.calls[body.call]
    callback.begun += 1
    callback.trunks = 0
    callback.call, callback.agent, callback.reached_out = body.call, body.agent, body.agent is None
    call.demand = callback.demand
    call.callback, call.served_by, call.settings = body.callback, body.queue, floor.queues[body.queue].config


def _attempt_ended(floor: Floor, body: facts.CallbackAttemptEnded, _at: datetime) -> None:
    callback = floor.callbacks[body.callback]
    callback.call = callback.agent = None
    callback.tried, callback.due = body.tried, body.due


def _callback_ended(floor: Floor, body: facts.CallbackEnded, _at: datetime) -> None:
    del floor.callbacks[body.callback]


STEPS: Final[dict[type, Callable[[Floor, Any, datetime], None]]] = {
    facts.CallDemanded: _demanded,
    facts.JoinRefused: _join_refused,
    facts.RedialRecognised: _known_again,
    facts.CallOverflowed: _overflowed,
    facts.OverflowFailed: _failed,
    facts.MessageStarted: _message_started,
    facts.CallbackOffered: _offered,
    facts.CallbackDeclined: _declined,
    facts.CallbackRequested: _requested,
    facts.CallbackPlanned: _planned,
    facts.CallbackTried: _tried,
    facts.CallbackAttemptEnded: _attempt_ended,
    facts.CallbackEnded: _callback_ended,
}
