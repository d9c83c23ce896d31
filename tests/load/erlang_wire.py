"""B6: Poisson calls with exponential talk for ten agents: the wait beside Erlang C and beside a perfect queue.

What a run of 1,500 calls gives differs much from the long run, so the same arrivals and talk times are also given to a
queue that takes no time at all (reckoned here): what the two systems add to it is theirs.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from heapq import heapify, heapreplace

from rich.progress import Progress

from simulation.erlang import Load, erlang_c
from tests.load import arms, capture, people, sip_wire, sipp
from tests.load.free_ring import Side, wait
from tests.load.rig import CALLERS, Rig
from tests.load.samples import Rung, ring_times, rung_calls
from tests.load.trace import Kept, kept
from tests.load.watch import Watch, Watched

AGENTS, TALK, BUSY = arms.TEN, 2.0, 0.9
RATE = BUSY * AGENTS / TALK
"""Calls a second."""
AHEAD = 30.0
"""Seconds by which SIPp starts a call before it is due, so that its even pace can become a Poisson stream."""
MOST_WAITING = 150
SEED = 20266


@dataclass(slots=True)
class Waited:
    """One system: each caller's wait in seconds, in the order of their coming, and what a perfect queue would have made
    of the very same arrivals and talk times."""

    waits: list[float]
    perfect: list[float]
    unserved: int
    kept: Kept


@dataclass(slots=True)
class Outcome:
    """What one run gave for each side, and what the machine did meanwhile."""

    sides: dict[str, Waited]
    watched: Watched
    repeated: int


def expected() -> float:
    """The mean wait of Erlang C in seconds."""
    return erlang_c(Load(RATE, TALK, AGENTS)).wait


def both(rig: Rig) -> tuple[Side, Side]:
    """denwaban and app_queue with ten agents each."""
    return (
        Side(rig.ours, CALLERS, people.NUMBERS["busy"], AGENTS),
        Side(rig.queue, arms.ADDRESS, arms.number("ten"), AGENTS),
    )


def measure(rig: Rig, samples: int, progress: Progress) -> Outcome:
    """`samples` calls for each side, the same times for both, at the same time."""
    folder, sides = rig.part("B6"), both(rig)
    talks = exponential_ms(samples + AGENTS, TALK, SEED)
    pauses = poisson_pauses(samples, RATE, SEED + 1)
    with ExitStack() as stack:
        stack.enter_context(capture.capturing(folder / "wire", rig.sip[1], rig.load))
        watch = stack.enter_context(Watch(rig))
        begun = time.time_ns()
        callers = []
        for turn, side in enumerate(sides):
            media = sipp.MEDIA + 900 * turn
            stack.enter_context(sipp.agents(folder, side.arm.agent_port, media, talks, rig.load))
            load = sipp.Load(
                side.address, side.arm.caller_port, media + 100, rig.sip, side.number, RATE,
                at_once=round(2 * AHEAD * RATE) + AGENTS + MOST_WAITING, count=samples, alive=True,
            )  # fmt: skip
            callers.append(stack.enter_context(sipp.callers(folder, load, pauses, rig.load)))
        wait(progress, "B6", samples / RATE + AHEAD)
        watched = watch.told()
        sipp.drain(callers)
    heard = sip_wire.messages(capture.read(folder / "wire"), begun)
    found = {side.arm.name: _waited(heard, side, [talk / 1000 for talk in talks]) for side in sides}
    return Outcome(found, watched, sip_wire.repeated(heard))


def _waited(heard: Sequence[sip_wire.Message], side: Side, talks: Sequence[float]) -> Waited:
    calls, unserved = rung_calls(heard, side.arm)
    calls.sort(key=_came)
    arrivals = [call.called.at for call in calls]
    return Waited(ring_times(calls), perfect(arrivals, talks, side.agents), unserved, kept(heard, side.arm))


def _came(call: Rung) -> float:
    return call.called.at


def perfect(arrivals: Sequence[float], talks: Sequence[float], agents: int) -> list[float]:
    """The waits in a queue that takes no time: the k-th caller gets the agent who is free first, for the k-th talk."""
    free = [float("-inf")] * agents
    heapify(free)
    waits = []
    for came, talk in zip(arrivals, talks, strict=False):
        begins = max(came, free[0])
        heapreplace(free, begins + talk)
        waits.append(begins - came)
    return waits


def exponential_ms(count: int, mean: float, seed: int) -> list[int]:
    """Times in milliseconds from a mean in seconds."""
    chance = random.Random(seed)
    return [round(chance.expovariate(1 / mean) * 1000) for _ in range(count)]


def poisson_pauses(count: int, rate: float, seed: int) -> list[int]:
    """Milliseconds that each of `count` callers, who are started evenly at `rate` a second, waits before he calls, so
    that the calls are a Poisson stream; one who would have had to be started earlier calls at once."""
    chance, at, pauses = random.Random(seed), 0.0, []
    for turn in range(count):
        at += chance.expovariate(rate)
        pauses.append(max(0, round((AHEAD + at - turn / rate) * 1000)))
    return pauses
