"""What the platform takes when nothing happens: memory, and processor time with callers waiting and agents talking."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass

import httpx2
from rich.progress import Progress

from tests.load import people, sipp
from tests.load.free_ring import wait
from tests.load.rig import BUSY, CALLERS, Rig
from tests.load.watch import Watch, proportional_memory

WAITING = 50
SECONDS = 30.0
SETTLE = 20.0
"""Longer than the ring time, whose timers run out after the answer."""
PROCESSES = ("controller", "api", "worker")


@dataclass(slots=True)
class AtRest:
    """Memory in bytes (PSS); shares are of one core; counts are those of the controller over `seconds`."""

    memory: dict[str, int]
    waiting: int
    seconds: float
    shares: dict[str, float]
    decisions: int
    renewals: int


def memory(rig: Rig) -> dict[str, int]:
    """Of the three processes of ours, as it is now."""
    return {name: proportional_memory(rig.platform.pid(name)) for name in PROCESSES}


def measure(rig: Rig, before: dict[str, int], progress: Progress) -> AtRest:
    """10 agents talk, 50 callers wait, nothing happens. `before` is the memory before any call."""
    folder = rig.part("at-rest")
    long = [round((SETTLE + SECONDS + 60) * 1000)] * BUSY
    load = sipp.Load(
        CALLERS, rig.ours.caller_port, sipp.MEDIA + 400, rig.sip, people.NUMBERS["busy"], rate=30,
        at_once=BUSY + WAITING, count=BUSY + WAITING, echo=True,
    )  # fmt: skip
    with ExitStack() as stack:
        # Everybody sends sound: Asterisk ends a call that is silent for 30 s.
        stack.enter_context(
            sipp.agents(folder, rig.ours.agent_port, sipp.MEDIA, long, rig.load, sound=True, endless=True)
        )
        stack.enter_context(sipp.callers(folder, load, [0] * (BUSY + WAITING), rig.load))
        wait(progress, "at rest: settling", SETTLE)
        with Watch(rig) as watch:
            first = _counters(rig)
            wait(progress, "at rest", SECONDS)
            last = _counters(rig)
            watched = watch.told()
    rig.end_calls()
    return AtRest(
        before,
        round(last["denwaban_queue_waiting"]),
        watched.seconds,
        watched.shares,
        round(last["denwaban_decisions_total"] - first["denwaban_decisions_total"]),
        round(last["denwaban_lease_renewals_total"] - first["denwaban_lease_renewals_total"]),
    )


def _counters(rig: Rig) -> dict[str, float]:
    page = httpx2.get(f"http://127.0.0.1:{rig.platform.ports['controller']}/metrics", timeout=5)
    page.raise_for_status()
    return {name: float(value) for name, value in re.findall(r"^(\w+) ([-+0-9.e]+)$", page.text, re.MULTILINE)}
