"""2,000 agents who share queues, in denwaban and in app_queue: the town of B4 and B5, and who of it is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from tests.load import arms, people, tokens
from tests.load.door import door
from tests.load.free_ring import Side
from tests.load.rig import CALLERS, Rig, Town
from tests.platform import Platform

TENANT: Final = "pool"
SIZES: Final = (20, 200, 2_000)
"""A queue of each size, and for the last two ten that share as many agents; the smaller crowd is part of the larger."""
READY: Final = SIZES[0]
"""Agents who take calls where free → ring is measured: a core cannot serve 2,000 who talk for seconds only."""
_AT_ONCE: Final = 8
_Ask = Callable[[int], tuple[str, str, dict[str, str] | None]]
"""Method, last step of the path and body of the request for the agent at this place."""


def town() -> Town:
    """Everybody's phone is registered, everybody is signed in; the first 20 are ready, the others paused."""
    # On a slow machine 2,000 people take longer to come than a seat is kept for somebody who is not there.
    return Town(_seed(), _prepare, members=SIZES[-1], env={"DENWABAN_SEAT_GRACE": "86400"})


def single(size: int) -> str:
    """denwaban's queue of so many agents."""
    return f"one-{size}"


def shared(size: int) -> list[str]:
    """denwaban's ten queues that share so many agents."""
    return [f"ten-{size}-{turn}" for turn in range(arms.SHARED)]


def number(queue: str) -> str:
    """The called number of one of denwaban's queues."""
    return f"+8131400{_queues().index(queue):04d}"


def ours(rig: Rig, queues: Sequence[str], backlog: int) -> Side:
    """denwaban with the ready agents and so many callers who wait in these queues."""
    return Side(rig.ours, CALLERS, "", READY, backlog, numbers=[number(queue) for queue in queues], alive=True)


def theirs(rig: Rig, queues: Sequence[str], backlog: int) -> Side:
    """app_queue with as many."""
    return Side(
        rig.queue, arms.ADDRESS, "", READY, backlog, numbers=[arms.number(queue) for queue in queues], alive=True
    )


def give(rig: Rig, queues: Sequence[str], size: int, ready: int, retry: int = arms.BEST_RETRY) -> None:
    """app_queue has these queues of so many members, of whom the first `ready` are not paused."""
    rig.queues("".join(arms.queue(name, retry, size, ready=ready) for name in queues))


def make_ready(rig: Rig, count: int) -> None:
    """denwaban's first `count` agents are ready, the others paused."""
    asyncio.run(_wish(rig.platform, count))


def _queues() -> list[str]:
    return [single(size) for size in SIZES] + [queue for size in SIZES[1:] for queue in shared(size)]


def _seed() -> str:
    parts, before = [people.head(TENANT), *(people.queue(queue, number(queue)) for queue in _queues())], 0
    for size in SIZES:
        serves = [single(larger) for larger in SIZES if larger >= size]
        serves += [queue for larger in SIZES[1:] if larger >= size for queue in shared(larger)]
        # Their ids are in the order of the crowds, as those of app_queue's members are.
        parts.append(people.crew(f"from-{before:04d}", size - before, serves))
        before = size
    return "".join(parts)


def _prepare(platform: Platform, port: int, _other_port: int) -> None:
    people.register(platform, port, TENANT)
    asyncio.run(_each(platform, lambda _place: ("POST", "sign-in", None)))
    asyncio.run(_wish(platform, READY))


async def _wish(platform: Platform, ready: int) -> None:
    def state(place: int) -> tuple[str, str, dict[str, str] | None]:
        wish = {"state": "ready", "reason": ""} if place < ready else {"state": "paused", "reason": "other"}
        return "PUT", "state", wish

    await _each(platform, state)


async def _each(platform: Platform, ask: _Ask) -> None:
    at, places, token = door(platform), asyncio.Semaphore(_AT_ONCE), tokens.of_supervisor(platform, TENANT)

    async def one(place: int, agent: str) -> None:
        method, what, body = ask(place)
        async with places:
            await at.done(method, f"/agents/{agent}/{what}", token, body)

    agents = sorted(agent["id"] for agent in platform.tenant(TENANT)["agents"])
    await asyncio.gather(*(one(place, agent) for place, agent in enumerate(agents)))
