"""B4: free → ring and idle burn beside the number of waiting callers and of members."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from rich.progress import Progress

from tests.load import arms, free_ring, pool, sipp
from tests.load.free_ring import Outcome
from tests.load.rig import CALLERS, Rig
from tests.load.watch import Watch

CELLS = ((10, 20), (100, 200), (100, 2_000))
"""Waiting callers and members: as many as one core can play music to, for both systems at once."""
WAITING = 150
"""Callers who wait while nothing happens, for one system at a time."""
FILL = 40.0
"""Calls a second until they are there."""
SETTLE, SECONDS = 8.0, 15.0
MUSIC_ONLY = "music only"


@dataclass(frozen=True, slots=True)
class Burn:
    """Shares of a core while `waiting` callers wait, none of the `members` is ready and nothing happens."""

    who: str
    members: int
    waiting: int
    shares: dict[str, float]


def cell(rig: Rig, waiting: int, members: int, samples: int, progress: Progress) -> Outcome:
    """Free → ring of both systems, the same 20 agents of each ready, the other members paused."""
    pool.make_ready(rig, pool.READY)
    pool.give(rig, ["pool"], members, pool.READY)
    sides = (pool.ours(rig, [pool.single(members)], waiting), pool.theirs(rig, ["pool"], waiting))
    return free_ring.measure(rig, f"B4 {waiting} × {members}", sides, samples, progress)


def burns(rig: Rig, progress: Progress) -> list[Burn]:
    """What waiting takes by itself: music without any queue, then each system, most members last."""
    pool.make_ready(rig, 0)
    found = [_burn(rig, MUSIC_ONLY, 0, arms.ADDRESS, arms.MUSIC, progress)]
    for members in (pool.SIZES[0], pool.SIZES[-1]):
        pool.give(rig, ["pool"], members, 0)
        found += [
            _burn(rig, rig.queue.name, members, arms.ADDRESS, arms.number("pool"), progress),
            _burn(rig, rig.ours.name, members, CALLERS, pool.number(pool.single(members)), progress),
        ]
    return found


def _burn(rig: Rig, who: str, members: int, address: str, number: str, progress: Progress) -> Burn:
    name = f"C2 {who} {members}"
    load = sipp.Load(
        address, rig.twin.caller_port, sipp.MEDIA + 400, rig.sip, number, rate=FILL, at_once=WAITING, count=WAITING,
        alive=True,
    )  # fmt: skip
    with ExitStack() as stack:
        stack.enter_context(sipp.callers(rig.part(name), load, [0] * WAITING, rig.load))
        free_ring.wait(progress, f"{name}: settling", WAITING / FILL + SETTLE)
        with Watch(rig) as watch:
            free_ring.wait(progress, name, SECONDS)
            watched = watch.told()
            waiting = rig.platform.asterisk_channels(dialled=True)[0]
    rig.end_calls()
    return Burn(who, members, waiting, watched.shares)
