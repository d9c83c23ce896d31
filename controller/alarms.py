"""Lets inputs come at their moments; one of them can be stopped, the end of a ring time."""

from __future__ import annotations

import asyncio
from typing import Final

from acd import effects, inputs
from controller.clock import Clock
from controller.fault import Point, Step
from controller.mailbox import Mailbox
from kernel.ids import OfferId
from kernel.moment import seconds_between

EARLY: Final = 0.001
"""Seconds by which the loop may ring before the moment it was told."""


class Alarms:
    """The timers of all floors."""

    def __init__(self, clock: Clock, point: Point) -> None:
        self._clock = clock
        self._point = point
        self._ringing: dict[OfferId, asyncio.TimerHandle] = {}

    def set(self, box: Mailbox, timer: effects.SetTimer) -> None:
        """Let the input come at its moment; one that is past comes in the next turn of the loop."""
        delay = max(0.0, seconds_between(self._clock.now(), timer.at)) + EARLY
        running = asyncio.get_running_loop().call_later(delay, self._rang, box, timer)
        if isinstance(timer.then, inputs.RingTimeEnded):
            self._ringing[timer.then.offer] = running

    def stop_ringing(self, offer: OfferId) -> None:
        """The offer is over: its ring time need not end any more, so that a quiet floor decides nothing."""
        timer = self._ringing.pop(offer, None)
        if timer is not None:
            timer.cancel()

    def _rang(self, box: Mailbox, timer: effects.SetTimer) -> None:
        if self._clock.now() < timer.at:
            # The loop counts whole milliseconds and may ring a little early; a rule would say "not yet" and forget.
            self.set(box, timer)
            return
        box.take(timer.then)
        if isinstance(timer.then, inputs.RingTimeEnded):
            self._point(Step.OFFER_OVER)
