"""B5: agents who are in ten queues each: free → ring, and the highest rate of calls that holds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from rich.progress import Progress

from tests.load import arms, capture, figures, free_ring, pool, sip_wire, sipp
from tests.load.free_ring import Outcome, Side, wait
from tests.load.rig import CALLERS, Rig
from tests.load.samples import ring_times, rung_calls
from tests.load.search import Found, highest
from tests.load.trace import Kept, kept
from tests.load.watch import Watch, Watched

BACKLOG = 40
"""Callers who wait, in all ten queues together."""
QUEUES = tuple(f"shared{turn}" for turn in range(arms.SHARED))
TALK = (0.8, 1.2)
SECONDS, WARM_UP = 15.0, 3.0
FIRST, FACTOR = 4.0, 1.5
LATE = 0.2
"""Seconds: the 99th percentile of invitation → agent's invitation under which a rate holds."""
SETTLE = 4.0
SEED = 20265


@dataclass(slots=True)
class Step:
    """One rate: seconds from each caller's invitation to his agent's, and what went wrong."""

    ring: list[float]
    unserved: int
    failed: int
    repeated: int
    kept: Kept
    watched: Watched

    @property
    def holds(self) -> bool:
        """Everybody was served at once, and nobody had to say anything twice."""
        good = not (self.unserved or self.failed or self.repeated or self.watched.dropped)
        return good and bool(self.ring) and figures.summary(self.ring).p99 < LATE


def free_to_ring(rig: Rig, members: int, retry: int, samples: int, progress: Progress) -> Outcome:
    """The same 20 agents of each system take the calls of ten queues that have `members`, the others paused."""
    pool.make_ready(rig, pool.READY)
    pool.give(rig, QUEUES, members, pool.READY, retry)
    sides = (pool.ours(rig, pool.shared(members), BACKLOG), pool.theirs(rig, QUEUES, BACKLOG))
    return free_ring.measure(rig, f"B5 {members}, retry {retry}", sides, samples, progress)


def rates(rig: Rig, members: int, most: float, progress: Progress) -> dict[str, Found[Step]]:
    """The highest rate of each system, one after the other, everybody ready. denwaban's is searched from twice the
    other's on, and beside it app_queue has no queues: it would look through its members whenever any phone changes."""
    pool.make_ready(rig, members)
    pool.give(rig, QUEUES, members, members)
    queues = Side(rig.queue, arms.ADDRESS, "", members, numbers=[arms.number(name) for name in QUEUES])
    theirs = _search(rig, queues, members, FIRST, most, progress)
    pool.give(rig, (), members, members)
    side = Side(rig.ours, CALLERS, "", members, numbers=[pool.number(name) for name in pool.shared(members)])
    ours = _search(rig, side, members, max(FIRST, 2 * theirs.held), most, progress)
    return {rig.queue.name: theirs, rig.ours.name: ours}


def _search(rig: Rig, side: Side, members: int, first: float, most: float, progress: Progress) -> Found[Step]:
    def holds(rate: float) -> tuple[bool, Step]:
        step = _step(rig, side, members, rate, progress)
        return step.holds, step

    return highest(first, FACTOR, most, holds)


def _step(rig: Rig, side: Side, members: int, rate: float, progress: Progress) -> Step:
    name = f"R1 {side.arm.name} {members} {rate:.1f}"
    folder, count = rig.part(name), round(rate * (WARM_UP + SECONDS))
    talks = sipp.uniform_ms(count + members, *TALK, SEED)
    with ExitStack() as stack:
        stack.enter_context(capture.capturing(folder / "wire", rig.sip[1], rig.load))
        stack.enter_context(sipp.agents(folder, side.arm.agent_port, sipp.MEDIA, talks, rig.load))
        watch = stack.enter_context(Watch(rig))
        begun = time.time_ns()
        load = sipp.Load(
            side.address, side.arm.caller_port, sipp.MEDIA + 700, rig.sip, "", rate, at_once=2 * count, count=count,
            numbers=side.numbers,
        )  # fmt: skip
        callers = stack.enter_context(sipp.callers(folder, load, [0] * count, rig.load))
        wait(progress, name, WARM_UP + SECONDS)
        watched = watch.told()
        wait(progress, f"{name}: the last ones", SETTLE)
        sipp.drain([callers])
    heard = sip_wire.messages(capture.read(folder / "wire"), begun)
    rig.end_calls()
    return _told(heard, side, watched)


def _told(heard: Sequence[sip_wire.Message], side: Side, watched: Watched) -> Step:
    calls, unserved = rung_calls(heard, side.arm)
    late = [call for call in calls if call.called.at >= WARM_UP]
    refused = sum(1 for one in heard if one.method == "INVITE" and one.status >= 300)
    return Step(ring_times(late), unserved, refused, sip_wire.repeated(heard), kept(heard, side.arm), watched)
