"""B10: free → ring while those who wait hear announcements of eight seconds, one every half minute.

A crowd comes at once and is served one by one, so that who is first in line has waited any time: with a steady backlog
everybody would be at the same place of his announcement, and its length would show always or never.
"""

from __future__ import annotations

import wave
from pathlib import Path

from rich.progress import Progress

from tests.load import arms, free_ring, people
from tests.load.free_ring import Outcome, Side
from tests.load.rig import CALLERS, Rig

LENGTH = 8
"""Seconds of an announcement; one every `arms.ANNOUNCE_EVERY`."""
CROWD = 180
"""Callers for ten agents: the last one waits about 70 s, one whole round of announcement and music after the first."""
UNTOLD = float(arms.ANNOUNCE_EVERY)
"""Seconds in which nobody has heard an announcement yet: not counted."""


def lengthen(prompts: Path) -> None:
    """Every announcement of a position becomes one of eight seconds of silence."""
    for file in prompts.glob("position-*"):
        with wave.open(str(file), "rb") as said:
            form = said.getparams()
        with wave.open(str(file), "wb") as silent:
            silent.setparams(form)
            silent.writeframes(bytes(LENGTH * form.framerate * form.sampwidth * form.nchannels))


def measure(rig: Rig, rounds: int, progress: Progress) -> list[Outcome]:
    """Both systems at once, ten agents each, so many crowds one after another."""
    sides = (
        Side(rig.ours, CALLERS, people.NUMBERS["told"], arms.TEN, crowd=CROWD, alive=True),
        Side(rig.queue, arms.ADDRESS, arms.number("told"), arms.TEN, crowd=CROWD, alive=True),
    )
    served = CROWD / arms.TEN * (free_ring.MEAN_CYCLE + LENGTH / 8)
    return [free_ring.measure_for(rig, f"B10 {turn}", sides, served, UNTOLD, progress) for turn in range(rounds)]
