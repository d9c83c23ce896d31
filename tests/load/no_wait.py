"""B2: how fast an idle agent rings when a call comes, and how soon the caller hears him once he has answered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from tests.load import arms, capture, people, sip_wire, sipp
from tests.load.free_ring import TALK, Side, wait
from tests.load.rig import CALLERS, MANY, Rig
from tests.load.samples import ring_times, rung_calls, sound_times
from tests.load.trace import Kept, kept
from tests.load.watch import Watch, Watched

RATE = 5.0
"""Calls a second for each system."""
SPREAD = (0.0, 10.0)
"""Seconds by which calls are moved at random: evenly spaced calls become a nearly Poisson stream."""
SEED = 20262


@dataclass(slots=True)
class Answered:
    """One system's times in seconds."""

    ring: list[float]
    sound: list[float]
    unserved: int
    kept: Kept


@dataclass(slots=True)
class Outcome:
    """What one run gave for each side, and what the machine did meanwhile."""

    sides: dict[str, Answered]
    watched: Watched
    repeated: int


def both(rig: Rig) -> tuple[Side, Side]:
    """denwaban and app_queue with 50 agents each."""
    return (
        Side(rig.ours, CALLERS, people.NUMBERS["many"], MANY),
        Side(rig.queue, arms.ADDRESS, arms.number("fifty"), MANY),
    )


def measure(rig: Rig, name: str, sides: Sequence[Side], samples: int, progress: Progress) -> Outcome:
    """`samples` calls for each side, at the same time."""
    folder = rig.part(name)
    file = folder / "wire"
    with ExitStack() as stack:
        stack.enter_context(capture.capturing(file, rig.sip[1], rig.load))
        watch = stack.enter_context(Watch(rig))
        begun = time.time_ns()
        callers = [_robots(stack, rig, folder, number, side, samples) for number, side in enumerate(sides)]
        wait(progress, name, samples / RATE + SPREAD[1])
        watched = watch.told()
        sipp.drain(callers)
    return _outcome(file, begun, sides, watched)


def _robots(stack: ExitStack, rig: Rig, folder: Path, number: int, side: Side, samples: int) -> sipp.Sipp:
    media = sipp.MEDIA + 700 * number
    talks = sipp.uniform_ms(samples + MANY, *TALK, SEED)
    pauses = sipp.uniform_ms(samples, *SPREAD, SEED + 1)
    stack.enter_context(sipp.agents(folder, side.arm.agent_port, media, talks, rig.load, sound=True))
    load = sipp.Load(
        side.address, side.arm.caller_port, media + 650, rig.sip, side.number, RATE, at_once=4 * MANY, count=samples
    )
    return stack.enter_context(sipp.callers(folder, load, pauses, rig.load))


def _outcome(file: Path, begun: int, sides: Sequence[Side], watched: Watched) -> Outcome:
    packets = list(capture.read(file))
    heard = sip_wire.messages((packet for packet in packets if not _is_sound(packet)), begun)
    answered = {}
    for side in sides:
        calls, unserved = rung_calls(heard, side.arm)
        answered[side.arm.name] = Answered(
            ring_times(calls), sound_times(calls, packets, side.address, begun), unserved, kept(heard, side.arm)
        )
    return Outcome(answered, watched, sip_wire.repeated(heard))


def _is_sound(packet: capture.Packet) -> bool:
    return not packet.tcp and packet.data[12:16] == bytes([capture.MARK]) * 4
