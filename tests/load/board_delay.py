"""How long a click takes to the board with 2,000 agents at work: `python -m tests.load.board_delay`.

Each agent changes his state about once a minute, so 33 clicks come each second, at random moments. A click's time is
from the moment the request is sent until the live socket of somebody else has brought the change: api, bus,
controller, journal, database, news and board lie between.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import httpx2
import psutil
from websockets.asyncio.client import ClientConnection, connect

from tests.platform import Platform, running_platform

BAR: Final = 50.0
"""Milliseconds that 99 of 100 clicks may take."""
PER_AGENT: Final = 60.0
"""Seconds between two clicks of one agent, on average."""
PARTS: Final = ("api", "controller", "postgres", "redis", "worker")
_AT_ONCE: Final = 8
_LIMIT: Final = 10.0
_SEED: Final = """[carrier]
address = "127.0.0.2"

[platform]
login = "platform"

[[tenant]]
id = "bench"
name = "bench"

[[tenant.queue]]
id = "front"
name = "front"

[[tenant.queue]]
id = "back"
name = "back"

[[tenant.agent_range]]
prefix = "agent"
count = {count}
queues = ["front", "back"]
login = false
"""


@dataclass
class Clicks:
    """When each click was sent, answered and seen, by agent."""

    sent: dict[str, float] = field(default_factory=dict)
    answers: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    spent: dict[str, float] = field(default_factory=dict)
    """Seconds of processor of each part of the platform: what neighbours on the machine do not change."""

    def takes(self, message: dict[str, Any], at: float) -> None:
        """A change of the live socket: whose click it shows, if anybody's."""
        fact = message.get("fact", {})
        if fact.get("type") == "WishChanged":
            begun = self.sent.pop(fact["body"]["agent"], None)
            if begun is not None:
                self.seen.append(at - begun)
        if not self.sent:
            self.quiet.set()


def main() -> int:
    """Print the figures; 0 when 99 of 100 clicks are on the board in time."""
    given = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / "seed.toml"
        seed.write_text(_SEED.format(count=given.agents), encoding="utf-8")
        # Nobody here has a phone or looks on: their seats would be given back.
        with running_platform(seed, {"DENWABAN_SEAT_GRACE": "86400"}) as platform:
            clicks = asyncio.run(measure(platform, given.agents, given.clicks, given.watchers))
    rows = {"answered": clicks.answers, "on the board": clicks.seen}
    print(f"{given.agents} agents signed in, {given.watchers} boards open, {len(clicks.seen)} clicks, milliseconds")
    print("| | median | p95 | p99 | longest |\n|---|---|---|---|---|")
    for name, times in rows.items():
        cuts = [1000 * cut for cut in quantiles(times, n=100)]
        print(f"| {name} | {cuts[49]:.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} | {1000 * max(times):.1f} |")
    each = {part: 1000 * seconds / len(clicks.seen) for part, seconds in clicks.spent.items()}
    print("processor for each click: " + ", ".join(f"{part} {cost:.2f}" for part, cost in each.items()))
    return 0 if 1000 * quantiles(clicks.seen, n=100)[98] <= BAR and not clicks.sent else 1


async def measure(platform: Platform, agents: int, count: int, watchers: int) -> Clicks:
    """Sign everybody in, open the boards, click."""
    tenant = platform.tenant("bench")
    names = [agent["id"] for agent in tenant["agents"]][:agents]
    login = {key: tenant["supervisor"][key] for key in ("tenant", "login", "password")}
    limits = httpx2.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx2.AsyncClient(base_url=platform.api_url, timeout=_LIMIT, limits=limits) as api:
        token = (await api.post("/login", json=login)).json()["token"]
        api.headers["Authorization"] = f"Bearer {token}"
        await _sign_in(api, names)
        clicks, before = Clicks(), _spent(platform)
        async with asyncio.TaskGroup() as tasks:
            sockets = [await _watch(platform, token) for _ in range(watchers)]
            readers = [tasks.create_task(_read(sockets[0], clicks))]
            readers += [tasks.create_task(_drop(socket)) for socket in sockets[1:]]
            await _click(api, names, count, clicks, tasks)
            async with asyncio.timeout(_LIMIT):
                await clicks.quiet.wait()
            clicks.spent = {part: seconds - before[part] for part, seconds in _spent(platform).items()}
            for reader in readers:
                reader.cancel()
        for socket in sockets:
            await socket.close()
    return clicks


def _spent(platform: Platform) -> dict[str, float]:
    """Processor seconds so far, those of the processes that a part has started included."""
    found = {}
    for part in PARTS:
        main = psutil.Process(platform.pid(part))
        times = [process.cpu_times() for process in (main, *main.children(recursive=True))]
        found[part] = sum(time.user + time.system for time in times)
    return found


async def _sign_in(api: httpx2.AsyncClient, names: list[str]) -> None:
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(name: str) -> None:
        async with places:
            (await api.post(f"/agents/{name}/sign-in")).raise_for_status()

    await asyncio.gather(*(one(name) for name in names))


async def _watch(platform: Platform, token: str) -> ClientConnection:
    url = platform.api_url.replace("http", "ws", 1) + "/live"
    return await connect(url, additional_headers={"Authorization": f"Bearer {token}"}, max_size=None)


async def _read(socket: ClientConnection, clicks: Clicks) -> None:
    async for message in socket:
        at = time.perf_counter()
        clicks.takes(json.loads(message), at)


async def _drop(socket: ClientConnection) -> None:
    async for _ in socket:
        continue


async def _click(
    api: httpx2.AsyncClient, names: list[str], count: int, clicks: Clicks, tasks: asyncio.TaskGroup
) -> None:
    """Agents chosen by chance, at random moments; each has one click under way at most."""
    chance = random.Random(1)
    wishes = dict.fromkeys(names, 0)

    async def one(name: str) -> None:
        wishes[name] += 1
        reason = ("lunch", "break")[wishes[name] % 2]
        clicks.sent[name] = begun = time.perf_counter()
        answer = await api.put(f"/agents/{name}/state", json={"state": "paused", "reason": reason})
        answer.raise_for_status()
        clicks.answers.append(time.perf_counter() - begun)

    for _ in range(count):
        await asyncio.sleep(chance.expovariate(len(names) / PER_AGENT))
        name = chance.choice(names)
        while name in clicks.sent:
            name = chance.choice(names)
        clicks.quiet.clear()
        tasks.create_task(one(name))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.board_delay", description=__doc__)
    parser.add_argument("--agents", type=int, default=2_000)
    parser.add_argument("--clicks", type=int, default=2_000)
    parser.add_argument("--watchers", type=int, default=5, help="live boards that are open")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
