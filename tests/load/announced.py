"""B10: free → ring while those who wait hear announcements of eight seconds, one every half minute."""

from __future__ import annotations

import wave
from pathlib import Path

from rich.progress import Progress

from tests.load import arms, free_ring, people
from tests.load.free_ring import Outcome, Side
from tests.load.rig import CALLERS, Rig

LENGTH = 8
"""Seconds of an announcement; one every `arms.ANNOUNCE_EVERY`."""
BACKLOG = 100
"""For ten agents: who comes waits about 40 s and hears at least one announcement."""
WARM_UP = 45.0


def lengthen(prompts: Path) -> None:
    """Every announcement of a position becomes one of eight seconds of silence."""
    for file in prompts.glob("position-*"):
        with wave.open(str(file), "rb") as said:
            form = said.getparams()
        with wave.open(str(file), "wb") as silent:
            silent.setparams(form)
            silent.writeframes(bytes(LENGTH * form.framerate * form.sampwidth * form.nchannels))


def measure(rig: Rig, samples: int, progress: Progress) -> Outcome:
    """Both systems at once, ten agents each."""
    sides = (
        Side(rig.ours, CALLERS, people.NUMBERS["told"], arms.TEN, BACKLOG, alive=True),
        Side(rig.queue, arms.ADDRESS, arms.number("told"), arms.TEN, BACKLOG, alive=True),
    )
    return free_ring.measure(rig, "B10", sides, samples, progress, WARM_UP)
