"""B1: how long a free agent stays idle while callers wait, for two systems at the same time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from tests.load import arms, capture, people, sip_wire, sipp
from tests.load.heads import Heads, head_to_ring
from tests.load.rig import CALLERS, FEW, Rig
from tests.load.samples import Arm, FreeToRing, free_to_ring
from tests.load.trace import Kept, kept
from tests.load.watch import Watch, Watched

BACKLOG = 40
TALK = (2.0, 5.0)
BEFORE_CALL = (0.0, 2.0)
"""Seconds a caller waits before calling, so that a new call does not come with the end of another."""
WARM_UP = 20.0
MEAN_CYCLE = sum(TALK) / 2 + 0.5
"""Seconds of an agent's call and idleness, at the pace of the slower system."""
SEED = 20260


@dataclass(frozen=True, slots=True)
class Side:
    """One system in one measurement: whose callers call which number from where, or which numbers in turn; so many
    `agents` are there to answer, and about so many callers wait, or a `crowd` of so many comes once. `alive`: they wait
    long enough to have to be heard."""

    arm: Arm
    address: str
    number: str
    agents: int = FEW
    backlog: int = BACKLOG
    crowd: int = 0
    numbers: Sequence[str] = ()
    alive: bool = False


@dataclass(slots=True)
class Outcome:
    """What one run gave for each side, and what the machine did meanwhile."""

    sides: dict[str, FreeToRing]
    heads: dict[str, Heads]
    kept: dict[str, Kept]
    watched: Watched
    repeated: int


def ours(rig: Rig) -> Side:
    """denwaban with 20 agents."""
    return Side(rig.ours, CALLERS, people.NUMBERS["few"])


def theirs(rig: Rig, queue: str, arm: Arm | None = None) -> Side:
    """app_queue with 20 agents, by the name of the queue."""
    return Side(arm or rig.queue, arms.ADDRESS, arms.number(queue))


def measure(rig: Rig, name: str, sides: Sequence[Side], samples: int, progress: Progress) -> Outcome:
    """Run all sides at once until each should have its `samples`, then let the calls end."""
    return measure_for(rig, name, sides, WARM_UP + samples / sides[0].agents * MEAN_CYCLE, WARM_UP, progress)


def measure_for(
    rig: Rig, name: str, sides: Sequence[Side], seconds: float, warm_up: float, progress: Progress
) -> Outcome:
    """Run all sides at once for so long, drop what is before `warm_up`, then let the calls end."""
    folder = rig.part(name)
    file = folder / "wire"
    with ExitStack() as stack:
        stack.enter_context(capture.capturing(file, rig.sip[1], rig.load))
        watch = stack.enter_context(Watch(rig))
        begun = time.time_ns()
        callers = [robots(stack, rig, folder, number, side, seconds) for number, side in enumerate(sides)]
        wait(progress, name, seconds)
        watched = watch.told()
        sipp.drain(callers)
    # What a slow system has left would be taken for the next measurement's.
    rig.end_calls()
    heard = sip_wire.messages(capture.read(file), begun)
    return Outcome(
        {side.arm.name: free_to_ring(heard, side.arm, side.agents, warm_up, seconds) for side in sides},
        {side.arm.name: head_to_ring(heard, side.arm, warm_up, seconds) for side in sides},
        {side.arm.name: kept(heard, side.arm) for side in sides},
        watched,
        sip_wire.repeated(heard),
    )


def robots(stack: ExitStack, rig: Rig, folder: Path, number: int, side: Side, seconds: float) -> sipp.Sipp:
    """Starts agents and callers of one side, the same seeds for every side; returns the callers."""
    calls = round(seconds * side.agents / TALK[0]) + 2 * side.backlog + side.agents
    media = sipp.MEDIA + 500 * number
    at_once = side.agents + side.backlog + round(side.agents / MEAN_CYCLE * sum(BEFORE_CALL) / 2)
    talks = sipp.uniform_ms(calls, *TALK, SEED)
    pauses = [0] * side.crowd or sipp.uniform_ms(calls, *BEFORE_CALL, SEED + 1)
    stack.enter_context(sipp.agents(folder, side.arm.agent_port, media, talks, rig.load))
    load = sipp.Load(
        side.address, side.arm.caller_port, media + 400, rig.sip, side.number, rate=20,
        at_once=side.crowd or at_once, count=side.crowd, alive=side.alive, numbers=side.numbers,
    )  # fmt: skip
    return stack.enter_context(sipp.callers(folder, load, pauses, rig.load))


def wait(progress: Progress, name: str, seconds: float) -> None:
    """Show how far it is."""
    task = progress.add_task(name, total=seconds)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.5))
        progress.update(task, completed=seconds - left)
    progress.update(task, completed=seconds)
