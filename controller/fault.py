"""Fault points: a test may have the controller die at a numbered step of a call's path (house.md section 4)."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

Point = Callable[["Step"], None]


class Step(IntEnum):
    """The steps of the one path of a call, numbered as in docs/call.md."""

    EVENT_READ = 1
    DISPATCHED = 2
    IN_MAILBOX = 3
    TRANSLATED = 4
    FLOW_STEPPED = 5
    DECIDED = 6
    JOURNALED = 7
    PERFORMED = 8
    CONNECTED = 9
    OFFER_OVER = 10
    CALL_OVER = 11
    COPIED = 12
    RECOVERED = 13


def nothing(_step: Step) -> None:
    """What production runs at a fault point."""


def deadly(order: Path) -> Point:
    """A point that kills this process with SIGKILL when step `N` is passed for the `k`-th time.

    The file `order` says `N:k`; it may be written at any moment and is taken away as it is read, so that only one life
    dies of it. The passing that finds it counts.
    """
    left: dict[Step, int] = {}

    def pass_by(step: Step) -> None:
        if order.exists():
            wanted, _, times = order.read_text(encoding="ascii").partition(":")
            order.unlink()
            left[Step(int(wanted))] = int(times)
        if step in left:
            left[step] -= 1
            if left[step] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return pass_by
