"""B9: whether 200 tenants with 10 agents each ring as fast as one tenant does, both on one platform at once."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import mean

from rich.progress import Progress

from tests.load import capture, free_ring, people, sip_wire, sipp, tokens
from tests.load.door import door
from tests.load.rig import CALLERS, FEW, Rig, Town
from tests.load.samples import Arm, FreeToRing, free_to_ring
from tests.load.sip_wire import Message
from tests.load.watch import Watch, Watched
from tests.platform import Platform

TENANTS, AGENTS, READY = 200, 10, 2
CALLS = 6
"""Callers who come to a tenant one after another: more than it has agents who are ready, so some wait."""
PER_SECOND = 5.7
"""Calls a second to all tenants together: as many as the one tenant's 20 agents take."""
AT_ONCE = 400
ONE, MANY = "one tenant", "200 tenants"
SEED = 20269
_SIGNING_IN = 8
_TENANT = """
[[tenant]]
id = "{id}"
name = "{id}"
tariffs = []

[[tenant.agent_range]]
prefix = "agent"
count = {agents}
queues = ["few"]
login = false
"""


@dataclass(slots=True)
class Outcome:
    """What the one tenant and the many gave, and what the machine did meanwhile. `slowest`: the largest mean of one of
    the many, in seconds; `called`: how many of them had a caller who waited."""

    sides: dict[str, FreeToRing]
    slowest: float
    called: int
    watched: Watched
    repeated: int


def town() -> Town:
    """The one tenant of B1, and the many: everybody's phone registered, everybody signed in."""
    many = "".join(
        _TENANT.format(id=_tenant(turn), agents=AGENTS) + people.queue("few", _number(turn)) for turn in range(TENANTS)
    )
    return Town(people.seed(FEW, FEW + 1, 1) + many, _prepare)


def measure(rig: Rig, samples: int, progress: Progress) -> Outcome:
    """`samples` of the tenants are called, one after another in a random order, while the one tenant works as in B1."""
    folder = rig.part("B9")
    order = random.Random(SEED).sample(range(TENANTS), min(samples, TENANTS))
    seconds = len(order) * CALLS / PER_SECOND
    arm = Arm(MANY, rig.twin.caller_port, rig.twin.agent_port)
    file = folder / "wire"
    with ExitStack() as stack:
        stack.enter_context(capture.capturing(file, rig.sip[1], rig.load))
        watch = stack.enter_context(Watch(rig))
        begun = time.time_ns()
        callers = [
            free_ring.robots(stack, rig, folder, 0, free_ring.ours(rig), seconds),
            _robots(stack, rig, arm, [_number(turn) for turn in order]),
        ]
        free_ring.wait(progress, "B9", seconds)
        watched = watch.told()
        sipp.drain(callers)
    heard = sip_wire.messages(capture.read(file), begun)
    one = free_to_ring(heard, rig.ours, FEW, free_ring.WARM_UP, seconds)
    each = [
        free_to_ring(messages, arm, READY, 0.0, seconds)
        for messages in by_tenant(heard, arm, _whose(rig.platform)).values()
    ]
    waited = [side for side in each if side.samples]
    many = FreeToRing(
        [sample for side in waited for sample in side.samples],
        min((side.least_backlog for side in waited), default=0),
        sum(side.failed for side in each),
    )
    slowest = max((mean(side.samples) for side in waited), default=0.0)
    return Outcome({ONE: one, MANY: many}, slowest, len(waited), watched, sip_wire.repeated(heard))


def by_tenant(heard: Iterable[Message], arm: Arm, whose: Mapping[str, str]) -> dict[str, list[Message]]:
    """The messages of each tenant's calls; `whose` tells it of a called number and of a phone's name."""
    tenants: dict[str, str] = {}
    found: defaultdict[str, list[Message]] = defaultdict(list)
    for one in heard:
        if one.begins and (one.source[1] == arm.caller_port or one.target[1] == arm.agent_port):
            tenants[one.call_id] = whose[one.to_user]
        if one.call_id in tenants:
            found[tenants[one.call_id]].append(one)
    return found


def _robots(stack: ExitStack, rig: Rig, arm: Arm, numbers: Sequence[str]) -> sipp.Sipp:
    folder, count, media = rig.folder / "B9", CALLS * len(numbers), sipp.MEDIA + 500
    talks = sipp.uniform_ms(count, *free_ring.TALK, SEED)
    stack.enter_context(sipp.agents(folder, arm.agent_port, media, talks, rig.load))
    load = sipp.Load(
        CALLERS, arm.caller_port, media + 400, rig.sip, "", rate=PER_SECOND, at_once=AT_ONCE, count=count,
        numbers=[number for number in numbers for _ in range(CALLS)],
    )  # fmt: skip
    return stack.enter_context(sipp.callers(folder, load, [0] * count, rig.load))


def _prepare(platform: Platform, port: int, other_port: int) -> None:
    people.prepare(platform, port, other_port)
    for turn in range(TENANTS):
        people.register(platform, other_port, _tenant(turn))
    asyncio.run(_begin_work(platform))


async def _begin_work(platform: Platform) -> None:
    """Everybody signs in; of each tenant's agents some are ready, the others stay paused."""
    at, places = door(platform), asyncio.Semaphore(_SIGNING_IN)

    async def one(tenant: str) -> None:
        async with places:
            token = tokens.of_supervisor(platform, tenant)
            agents = [agent["id"] for agent in platform.tenant(tenant)["agents"]]
            for agent in agents:
                await at.done("POST", f"/agents/{agent}/sign-in", token)
            for agent in agents[:READY]:
                await at.done("PUT", f"/agents/{agent}/state", token, {"state": "ready", "reason": ""})

    await asyncio.gather(*(one(_tenant(turn)) for turn in range(TENANTS)))


def _whose(platform: Platform) -> dict[str, str]:
    found = {_number(turn): _tenant(turn) for turn in range(TENANTS)}
    for turn in range(TENANTS):
        found |= {agent["sip"]["username"]: _tenant(turn) for agent in platform.tenant(_tenant(turn))["agents"]}
    return found


def _tenant(turn: int) -> str:
    return f"tenant-{turn:03d}"


def _number(turn: int) -> str:
    return f"+8131300{turn:04d}"
