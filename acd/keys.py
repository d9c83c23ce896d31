"""What a key means that a caller presses: at a menu, in the wait, while he is asked something, or in his message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import menus
from acd.config.waiting import Cause
from acd.effects import Effect
from acd.facts import Body
from acd.inputs import CallbackAskTimeEnded, DigitPressed
from acd.leaving import callback_asking, messages, overflow
from acd.model import Floor, Place
from acd.waiting import joining


def pressed(floor: Floor, given: DigitPressed, now: datetime) -> Iterator[Body | Effect]:
    """A key; where it means nothing, nothing changes."""
    call = floor.calls.get(given.call)
    if call is None:
        return
    queue = call.overflow.queue if call.place is Place.OVERFLOW and call.overflow is not None else call.queue
    if call.asked is not None and queue is not None:
        if given.digit == callback_asking.CONFIRM_KEY:
            yield from callback_asking.confirmed(floor, call, call.asked, queue, now)
    elif call.place is Place.WAITING and call.queue is not None:
        key = joining.settings(floor, call, call.queue).waiting.leave_key
        if key and given.digit == key:
            yield from overflow.waits_no_longer(floor, call, Cause.KEY, now)
    elif messages.speaks(call):
        if given.digit == messages.END_KEY:
            yield from messages.end(floor, call)
    else:
        yield from menus.digit_pressed(floor, given, now)


def ask_time_ended(floor: Floor, given: CallbackAskTimeEnded, now: datetime) -> Iterator[Body | Effect]:
    """He has not confirmed in time; the end of an older question changes nothing."""
    call = floor.calls.get(given.call)
    if call is not None and call.asked is not None and call.asked.until == given.until:
        yield from overflow.not_asked_any_more(floor, call, now)
