"""How large a floor may be: what a decision costs in a large one and a small one, and 100,000 calls without fault."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from rich.progress import Progress

from acd.config import AgentConfig, QueueConfig
from acd.config.routing import AgentSkill, Relaxation, Requirement
from acd.model import Wish
from kernel.ids import AgentId, QueueId
from simulation.day import simulate
from simulation.scenario import Scenario
from tests.load import people, tokens
from tests.load.door import door
from tests.load.hall import TALK, Guard, Hall
from tests.load.rig import Rig, Town

QUEUES, AGENTS, WAITING = 1_000, 5_000, 10_000
SMALL: Final = (10, 250, 500)
"""Queues, agents and callers of the small floor."""
CHANGES: Final = 200
"""Agents who become ready, one by one."""
CALLS: Final = 100_000
CREW, OPEN = 30, 3
"""Agents and queues of the hall through which many calls go."""
SKILLS, LEVELS = ("english", "billing", "repairs"), 3
"""All there know the first skill, fewer the others; at each level somebody."""
DAY: Final = Scenario(per_hour=40_000, handling=180, agents=2_020)
"""C9 of performance: 2,000 seats at 99 %."""
DAY_HOURS: Final = 24
LOAD: Final = 1.05
"""Calls that come for each one the agents could take if they did nothing else."""
PATIENCE: Final = 90.0
"""Seconds, on average, after which the caller hangs up, wherever he is."""
TELL_EVERY: Final = 1000
TENANT: Final = "scale"
SEED: Final = 20268
_AT_ONCE: Final = 8


@dataclass(slots=True)
class Large:
    """Seconds of processor time in which an agent who becomes ready is given the next waiting call, in a small floor
    and in the large one, and how large that was."""

    small: list[float]
    large: list[float]
    queues: int
    agents: int
    waiting: int


@dataclass(slots=True)
class Through:
    """Calls that went through a hall, and the seconds of processor time they took; `left`: calls, legs, talks and rings
    still on the floor when all was over."""

    guard: Guard
    decisions: int
    left: int
    seconds: float


@dataclass(slots=True)
class Configured:
    """A tenant that large on a running platform, with so many agents signed in at once: seconds of one change each,
    over the API."""

    queues: int
    agents: int
    changed: list[float]
    read: list[float]
    signed_in: list[float]


def floors() -> Large:
    """The same work in both."""
    small, _ = _freed(*SMALL)
    large, hall = _freed(QUEUES, AGENTS, WAITING)
    return Large(small, large, len(hall.floor.queues), len(hall.floor.agents), WAITING)


def _freed(queues: int, agents: int, waiting: int) -> tuple[list[float], Hall]:
    hall = Hall(Random(SEED))
    named = [QueueId(f"q{turn:04d}") for turn in range(queues)]
    crew = [
        AgentConfig(AgentId(f"a{turn:04d}"), "", f"e{turn}", tuple(named[(turn + step) % queues] for step in range(3)))
        for turn in range(agents)
    ]
    hall.opens([QueueConfig(name, name, recorded=False) for name in named], crew, ready=0)
    for turn in range(waiting):
        hall.calls(named[turn % queues], None)
    times = []
    for agent in crew[:CHANGES]:
        begun = time.process_time_ns()
        hall.wishes(agent.id, Wish.READY)
        times.append((time.process_time_ns() - begun) / 1e9)
    if len(hall.floor.offers) != CHANGES:
        raise RuntimeError(f"{CHANGES} agents became ready and {len(hall.floor.offers)} are rung")
    return times, hall


def through(calls: int, tell: Callable[[int], None] = lambda _done: None) -> Through:
    """So many calls, a little more than the agents can take, so that many wait and some give up."""
    hall = Hall(Random(SEED))
    named = [QueueId(f"q{turn}") for turn in range(OPEN)]
    crew = [
        AgentConfig(AgentId(f"a{turn:02d}"), "", f"e{turn}", tuple(named[turn % 2 :]), skills=_skills(turn))
        for turn in range(CREW)
    ]
    queues = [QueueConfig(named[turn], named[turn], ring_time=10.0, wrap_up=5.0 * turn) for turn in range(OPEN)]
    begun = time.process_time()
    hall.opens(queues, crew, ready=CREW)
    for number in range(calls):
        hall.until(hall.now + hall.chance.expovariate(LOAD * CREW / TALK))
        hall.calls(hall.chance.choice(named), hall.chance.expovariate(1 / PATIENCE), _asks(hall.chance))
        if number % TELL_EVERY == 0:
            tell(number)
    hall.to_the_end()
    floor = hall.floor
    left = len(floor.calls) + len(floor.legs) + len(floor.conversations) + len(floor.offers)
    return Through(hall.guard, hall.decisions, left, time.process_time() - begun)


def _skills(turn: int) -> tuple[AgentSkill, ...]:
    return tuple(AgentSkill(one, 1 + (turn + place) % LEVELS) for place, one in enumerate(SKILLS[: 1 + turn % 3]))


def _asks(chance: Random) -> tuple[Requirement, ...]:
    """Half of the callers ask for nothing, a quarter for a skill, a quarter for one that they can do without later."""
    dice = chance.random()
    if dice < 0.5:
        return ()
    skill, level = chance.choice(SKILLS), chance.randint(1, LEVELS)
    return (Requirement(skill, level, (Relaxation(20.0, 0),) if dice < 0.75 else ()),)


def day(hours: int = DAY_HOURS) -> tuple[int, float]:
    """A day of 2,000 agents, or some hours of it: its calls, and the seconds of processor time it took."""
    begun = time.process_time()
    measured = simulate(DAY, round(DAY.per_hour * hours), Random(SEED))
    return measured.callers, time.process_time() - begun


def town() -> Town:
    """A tenant of 1,000 queues and 5,000 agents, who are in three queues each."""
    parts = [people.head(TENANT)]
    parts += [people.bare(_queue(turn)) for turn in range(QUEUES)]
    for turn in range(QUEUES):
        serves = [_queue((turn + step) % QUEUES) for step in range(3)]
        parts.append(people.crew(f"crew-{turn:04d}", AGENTS // QUEUES, serves))
    # Nobody has a phone there, and must not be signed out for that.
    return Town("".join(parts), lambda _platform, _port, _other: None, env={"DENWABAN_SEAT_GRACE": "86400"})


def configured(rig: Rig, changes: int, progress: Progress) -> Configured:
    """Queues are changed and read one by one, then everybody signs in."""
    task = progress.add_task("scale: a large tenant", total=None)
    found = asyncio.run(_configured(rig, changes))
    progress.update(task, total=1, completed=1)
    return found


async def _configured(rig: Rig, changes: int) -> Configured:
    at, tenant = door(rig.platform), rig.platform.tenant(TENANT)
    admin, boss = tokens.of_admin(rig.platform, TENANT), tokens.of_supervisor(rig.platform, TENANT)
    changed, read = [], []
    for turn in range(changes):
        path = f"/configuration/queues/{_queue(turn)}"
        read.append((await at.done("GET", path, admin)).seconds)
        changed.append((await at.done("PUT", path, admin, {"name": f"changed {turn}"})).seconds)
    places = asyncio.Semaphore(_AT_ONCE)

    async def signs_in(agent: str) -> float:
        async with places:
            return (await at.done("POST", f"/agents/{agent}/sign-in", boss)).seconds

    signed_in = await asyncio.gather(*(signs_in(agent["id"]) for agent in tenant["agents"]))
    shown = json.loads((await at.done("GET", "/agents", boss)).body)["items"]
    there = sum(agent["state"] != "signed_out" for agent in shown)
    return Configured(len(tenant["queues"]), there, changed, read, list(signed_in))


def _queue(turn: int) -> str:
    return f"q{turn:04d}"
