"""The kernel takes the wish of who goes first, or last, and nothing else about the thread changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from asterisk.turns import LONG, SHORT, goes_first, goes_last


def slice_now() -> float | None:
    """Seconds of this thread's slice; None: the kernel does not tell."""
    for line in Path("/proc/thread-self/sched").read_text().splitlines():
        if line.startswith("se.slice"):
            return float(line.split()[-1]) / 1e9
    return None


@pytest.mark.parametrize(("wish", "seconds"), [(goes_first, SHORT), (goes_last, LONG)])
def test_the_wish_is_taken_and_niceness_stays(wish: Callable[[], bool], seconds: float) -> None:
    def in_a_thread() -> tuple[float | None, bool, float | None, int, int]:
        os.nice(1)
        before = slice_now()
        return before, wish(), slice_now(), os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0)

    mine = os.getpriority(os.PRIO_PROCESS, 0)
    with ThreadPoolExecutor(1) as threads:
        before, taken, after, nice, policy = threads.submit(in_a_thread).result()
    assert (taken, nice, policy) == (True, min(19, mine + 1), os.SCHED_OTHER)
    # A kernel before 6.12 takes the wish and goes on as before.
    assert after in {seconds, before}
