"""Overflow [あふれ呼]: where a caller goes who may not join a queue, or does not wait there any longer, step by step.

Each step of the queue's chain that answers the cause is tried in order; one that leads nowhere is passed over, and
behind the last one the call is released.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd import calls
from acd.config import QueueConfig
from acd.config.waiting import Cause, OverflowStep, StepKind
from acd.effects import AnswerCaller, Effect, FindWay, PlayToCaller, StartRinging, StopMusic, StopPlayback
from acd.facts import Body, CallOverflowed, OverflowFailed, PlaybackFinished
from acd.inputs import CallRouted, PlaybackEnded, WayBackFound
from acd.leaving import callback_asking, messages, take_back
from acd.model import Call, Floor, LegState, Overflowing, Place
from acd.waiting import admission, joining, places
from kernel.ids import PlaybackId, QueueId, derive
from kernel.refusal import Refused

OVERFLOWED: Final = "overflowed"
LEFT_BY_KEY: Final = "left_by_key"
"""How a wait ended: without the caller's doing, or by his key."""


def has_way(config: QueueConfig, cause: Cause) -> bool:
    """Whether the queue's chain has a step for this cause."""
    return any(step.answers(cause) for step in config.waiting.overflow)


def not_joined(
    floor: Floor, call: Call, config: QueueConfig, cause: Cause, given: CallRouted, now: datetime
) -> Iterator[Body | Effect]:
    """The call was on its way into the queue and may not join it."""
    chain = config.waiting.overflow
    came = Overflowing(config.id, cause, chain, -1, given.since, given.priority)
    yield from _go_on(floor, call, came, now)


def waits_no_longer(floor: Floor, call: Call, cause: Cause, now: datetime) -> Iterator[Body | Effect]:
    """The call waits, and is not to wait any longer because of `cause`: from the first step of the chain on."""
    if call.queue is not None:
        yield from _behind(floor, call, call.queue, cause, -1, now)


def way_back_found(floor: Floor, given: WayBackFound, now: datetime) -> Iterator[Body | Effect]:
    """He can be called back, and is asked whether he wants to be; or a rule says no, and the next step is taken."""
    call = floor.calls.get(given.call)
    if call is None or not callback_asking.is_to_be_asked(call, given):
        return
    no = given.destination
    if not isinstance(no, Refused):
        yield from callback_asking.offer(floor, call, given, now)
        return
    yield OverflowFailed(call.id, given.queue, given.step, no.code)
    if call.place is Place.OVERFLOW:
        yield from next_step(floor, call, now)
    else:
        yield from _behind(floor, call, given.queue, given.cause, given.step, now)


def not_asked_any_more(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """He did not want to be called back: the step behind that one, or his wait goes on if he had pressed a key."""
    asked, way = call.asked, call.overflow
    if asked is None:
        return
    if call.place is Place.OVERFLOW and way is not None:
        yield from callback_asking.declined(call, way.queue)
        yield from _go_on(floor, call, way, now)
    elif call.queue is not None:
        yield from callback_asking.declined(call, call.queue)
        if asked.cause is not Cause.KEY:
            yield from _behind(floor, call, call.queue, asked.cause, asked.at, now)


def next_step(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """The step at which the call is has been done, or led nowhere."""
    if call.overflow is not None:
        yield from _go_on(floor, call, call.overflow, now)


def playback_ended(floor: Floor, given: PlaybackEnded, now: datetime) -> Iterator[Body | Effect]:
    """What a step says has been heard."""
    call = floor.calls[given.call]
    if call.playback != given.playback or call.overflow is None:
        return
    yield PlaybackFinished(call.id, given.playback)
    match call.overflow.step.kind:
        case StepKind.VOICEMAIL:
            yield from messages.begin(call, now)
        case StepKind.ANNOUNCEMENT:
            yield from next_step(floor, call, now)
        case StepKind.CALLBACK if call.asked is not None:
            yield from callback_asking.heard(floor, call)
        case StepKind.CALLBACK:
            yield from calls.end(floor, call, callback_asking.CALLBACK)
        case _:
            return


def _behind(floor: Floor, call: Call, queue: QueueId, cause: Cause, at: int, now: datetime) -> Iterator[Body | Effect]:
    """Out of the wait: the first step behind this one, -1: of all."""
    chain = joining.settings(floor, call, queue).waiting.overflow
    came = Overflowing(queue, cause, chain, at, call.queued or call.arrived, call.priority)
    yield from _go_on(floor, call, came, now)


def _go_on(floor: Floor, call: Call, came: Overflowing, now: datetime) -> Iterator[Body | Effect]:
    """The first step behind the one at which the call is that answers the cause and can be taken."""
    for at in range(came.at + 1, len(came.chain)):
        step = came.chain[at]
        if step.answers(came.cause) and _possible(floor, call, step, now):
            yield from _take(floor, call, came, at, step, now)
            return
    if came.cause is Cause.KEY and call.place is Place.WAITING:
        return
    yield from _leave(floor, call, came.cause, now)
    yield from calls.end(floor, call, OVERFLOWED)


def _possible(floor: Floor, call: Call, step: OverflowStep, now: datetime) -> bool:
    match step.kind:
        case StepKind.QUEUE:
            queue = None if step.queue is None else floor.queues.get(step.queue)
            if queue is None or step.queue == call.queue:
                return False
            want = joining.want_in(floor, queue, call, call.queued or now, now)
            return admission.refusal(floor, call, queue, want) is None
        case StepKind.VOICEMAIL:
            return floor.limits.recording
        case StepKind.CALLBACK:
            return callback_asking.possible(call)
        case StepKind.NUMBER | StepKind.ANNOUNCEMENT:
            return True


def _take(
    floor: Floor, call: Call, came: Overflowing, at: int, step: OverflowStep, now: datetime
) -> Iterator[Body | Effect]:
    if step.kind is StepKind.CALLBACK:
        yield from callback_asking.ask(floor, call, came, at)
        return
    yield from _leave(floor, call, came.cause, now)
    heard = _heard(step)
    playback = PlaybackId(derive("play", now, call.id, call.playbacks + 1)) if heard else None
    yield CallOverflowed(
        call.id,
        came.queue,
        came.cause,
        at,
        step.kind,
        came.since,
        came.priority,
        playback,
        step.queue,
    )
    if step.kind is StepKind.QUEUE and step.queue is not None:
        yield from _join(floor, call, came, step, step.queue, now)
        return
    caller = None if call.caller_leg is None else floor.legs.get(call.caller_leg)
    if caller is None:
        return
    if caller.state is LegState.RINGING:
        yield AnswerCaller(caller.node, caller.channel)
    yield StopMusic(caller.node, caller.channel)
    if playback is not None:
        yield PlayToCaller(call.id, caller.node, caller.channel, playback, heard)
    if step.kind is StepKind.NUMBER:
        yield StartRinging(caller.node, caller.channel)
        yield FindWay(call.id, caller.node, at, step.number, call.number)


def _heard(step: OverflowStep) -> tuple[str, ...]:
    match step.kind:
        case StepKind.ANNOUNCEMENT:
            return (step.prompt or "busy",)
        case StepKind.VOICEMAIL:
            return (step.prompt or "voicemail",)
        case _:
            return ()


def _join(
    floor: Floor, call: Call, came: Overflowing, step: OverflowStep, to: QueueId, now: datetime
) -> Iterator[Body | Effect]:
    priority = came.priority if step.priority is None else step.priority
    since = came.since if step.keeps_place else now
    yield from joining.join(floor, call, floor.queues[to], priority, since, now, now)


def _leave(floor: Floor, call: Call, cause: Cause, now: datetime) -> Iterator[Body | Effect]:
    """The wait is over, if there was one: nobody is rung for it any more, and nothing is told about it."""
    if call.place is not Place.WAITING or call.queue is None:
        return
    playing = call.playback
    yield from take_back.of(floor, call, cause)
    yield from places.leave(floor, call, call.queue, LEFT_BY_KEY if cause is Cause.KEY else OVERFLOWED, now)
    caller = None if call.caller_leg is None else floor.legs.get(call.caller_leg)
    if caller is not None and playing is not None:
        yield StopPlayback(caller.node, playing)
