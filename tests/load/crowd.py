"""2,000 agents of one tenant sign in and click: how long until they are answered, and until the board shows it.

A click's time is from the moment the request is sent until the live socket of somebody else has brought the change:
api, bus, controller, journal, database, news and board lie between.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rich.progress import Progress
from websockets.asyncio.client import ClientConnection, connect

from tests.load import people, tokens
from tests.load.door import Answered, Door, door
from tests.load.rig import Rig, Town
from tests.load.watch import Watch, Watched
from tests.platform import Platform

AGENTS = 2_000
PER_SECOND = 33.0
"""Clicks, and sign-ins when the shift begins: each agent does something about once a minute."""
BOARDS = 5
TENANT = "crowd"
Item = TypeVar("Item")
_AT_ONCE = 8
_LIMIT = 10.0
_QUEUES = ("front", "back")


@dataclass(slots=True)
class Outcome:
    """Times in seconds: answers to sign-ins spread over a minute, to sign-ins all at one moment, to clicks; and from
    clicks to the board."""

    sign_in: list[float]
    burst: list[float]
    answered: list[float]
    shown: list[float]
    watched: Watched
    """While people clicked."""


@dataclass(slots=True)
class Clicks:
    """When each click was sent, by agent, and how long until it was seen."""

    sent: dict[str, float] = field(default_factory=dict)
    seen: list[float] = field(default_factory=list)
    quiet: asyncio.Event = field(default_factory=asyncio.Event)

    def takes(self, message: dict[str, Any], at: float) -> None:
        """A change of the live socket: whose click it shows, if anybody's."""
        fact = message.get("fact", {})
        if fact.get("type") == "WishChanged":
            begun = self.sent.pop(fact["body"]["agent"], None)
            if begun is not None:
                self.seen.append(at - begun)
        if not self.sent:
            self.quiet.set()


def town(count: int = AGENTS) -> Town:
    """The tenant; every agent's phone is registered, nobody is signed in."""

    def prepare(platform: Platform, port: int, _other_port: int) -> None:
        people.register(platform, port, TENANT)

    seed = people.head(TENANT) + "".join(map(people.bare, _QUEUES)) + people.crew("agent", count, _QUEUES)
    return Town(seed, prepare)


def measure(rig: Rig, samples: int, progress: Progress) -> Outcome:
    """The shift begins, all come at one moment, then there are `samples` clicks."""
    _room_for_sockets()
    held, supervisor = tokens.of_agents(rig.platform, TENANT), tokens.of_supervisor(rig.platform, TENANT)
    return asyncio.run(_measure(rig, held, supervisor, samples, progress))


async def _measure(rig: Rig, held: dict[str, str], supervisor: str, samples: int, progress: Progress) -> Outcome:
    at, chance = door(rig.platform), random.Random(1)
    task = progress.add_task("agents", total=None)
    wave = list(held)[:samples]
    sign_in = await _spread(chance, wave, lambda agent: at.done("POST", f"/agents/{agent}/sign-in", held[agent]))
    await _few_at_once(wave, lambda agent: at.done("POST", f"/agents/{agent}/sign-out", held[agent]))
    burst = await asyncio.gather(*(at.done("POST", f"/agents/{agent}/sign-in", held[agent]) for agent in held))
    await asyncio.sleep(1.0)
    with Watch(rig) as watch:
        answered, shown = await _click(rig.platform, at, held, supervisor, samples, chance)
        watched = watch.told()
    progress.update(task, total=1, completed=1)
    return Outcome(_seconds(sign_in), _seconds(burst), _seconds(answered), shown, watched)


async def _click(
    platform: Platform, at: Door, held: dict[str, str], supervisor: str, samples: int, chance: random.Random
) -> tuple[list[Answered], list[float]]:
    """Agents chosen by chance, at random moments; each has one click under way at most."""
    clicks, names = Clicks(), list(held)
    ready = dict.fromkeys(names, False)

    async def click(_turn: int) -> Answered:
        name = chance.choice(names)
        while name in clicks.sent:
            name = chance.choice(names)
        ready[name] = not ready[name]
        wish = {"state": "ready", "reason": ""} if ready[name] else {"state": "paused", "reason": "break"}
        clicks.quiet.clear()
        clicks.sent[name] = time.perf_counter()
        return await at.done("PUT", f"/agents/{name}/state", held[name], wish)

    sockets = [await _board(platform, supervisor) for _ in range(BOARDS)]
    readers = [
        asyncio.create_task(_read(sockets[0], clicks)),
        *(asyncio.create_task(_drop(socket)) for socket in sockets[1:]),
    ]
    try:
        answers = await _spread(chance, range(samples), click)
        async with asyncio.timeout(_LIMIT):
            await clicks.quiet.wait()
    finally:
        for reader in readers:
            reader.cancel()
        for socket in sockets:
            await socket.close()
    return answers, clicks.seen


async def _spread(
    chance: random.Random, items: Sequence[Item], act: Callable[[Item], Awaitable[Answered]]
) -> list[Answered]:
    """Each at a random moment, `PER_SECOND` of them a second, without waiting for each other."""
    async with asyncio.TaskGroup() as tasks:
        running = []
        for item in items:
            await asyncio.sleep(chance.expovariate(PER_SECOND))
            running.append(tasks.create_task(_answer(act(item))))
    return [one.result() for one in running]


async def _few_at_once(items: Sequence[Item], act: Callable[[Item], Awaitable[Answered]]) -> None:
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(item: Item) -> None:
        async with places:
            await act(item)

    await asyncio.gather(*(one(item) for item in items))


async def _answer(asked: Awaitable[Answered]) -> Answered:
    return await asked


def _seconds(answers: Sequence[Answered]) -> list[float]:
    return [one.seconds for one in answers]


async def _board(platform: Platform, token: str) -> ClientConnection:
    """An open board; its first message, the snapshot, has come."""
    url = platform.api_url.replace("http", "ws", 1) + "/live"
    socket = await connect(url, additional_headers={"Authorization": f"Bearer {token}"}, max_size=None)
    await socket.recv()
    return socket


async def _read(socket: ClientConnection, clicks: Clicks) -> None:
    async for message in socket:
        at = time.perf_counter()
        clicks.takes(json.loads(message), at)


async def _drop(socket: ClientConnection) -> None:
    async for _ in socket:
        continue


def _room_for_sockets() -> None:
    """Everybody at one moment is a connection each."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
