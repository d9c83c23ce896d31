"""A caller at a menu: the key that he presses, and the time he has for it. Where a key leads, only the flow knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd.effects import ContinueFlow, Effect, SetTimer
from acd.facts import Body
from acd.inputs import DigitPressed, MenuTimedOut
from acd.model import Call, Floor, Place
from kernel.ids import CallId
from kernel.moment import seconds_between

DIGIT: Final = "digit"
TIMEOUT: Final = "timeout"
"""What happened to a flow: a key was pressed, or none in time."""
SETTLED: Final = 0.5
"""Seconds for which a call must have stood at a menu before a key counts: what comes sooner was pressed at the step
before, since nobody can have heard yet what he is asked."""


def digit_pressed(floor: Floor, given: DigitPressed, now: datetime) -> Iterator[Body | Effect]:
    """A key at a menu, while its prompt plays or after it, decides at once; anywhere else it changes nothing."""
    call = _at_menu(floor, given.call)
    if call is not None and call.stepped is not None and seconds_between(call.stepped, now) >= SETTLED:
        yield ContinueFlow(call.id, DIGIT, given.digit)


def timed_out(floor: Floor, given: MenuTimedOut, now: datetime) -> Iterator[Body | Effect]:
    """No key came in time; the end of an older wait changes nothing."""
    call = _at_menu(floor, given.call)
    if call is None or (call.node, call.attempt) != (given.node, given.attempt):
        return
    if call.keys_until is not None and now >= call.keys_until:
        yield ContinueFlow(call.id, TIMEOUT)


def deadline(call: Call) -> Iterator[SetTimer]:
    """Until when a caller who has heard the menu may press a key."""
    if call.keys_until is not None and call.node is not None:
        yield SetTimer(call.keys_until, MenuTimedOut(call.id, call.node, call.attempt))


def _at_menu(floor: Floor, call_id: CallId) -> Call | None:
    call = floor.calls.get(call_id)
    return call if call is not None and call.place is Place.FLOW and call.keys_within is not None else None
