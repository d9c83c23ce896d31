"""What the controller of a platform counts, and what lives in its Asterisk."""

from __future__ import annotations

import asyncio

import httpx2

from tests.e2e.crew import Crew, eventually
from tests.platform import Platform


async def figure(platform: Platform, name: str) -> float:
    """One number of the controller's /metrics."""
    async with httpx2.AsyncClient(timeout=30) as client:
        answer = await client.get(f"http://127.0.0.1:{platform.ports['controller']}/metrics")
    for line in answer.text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.split()[1])
    raise AssertionError(f"no {name} in {answer.text}")


async def nothing_runs(crew: Crew) -> None:
    """No channel, no bridge, no call, nobody waiting."""

    async def empty() -> bool:
        lives = await asyncio.to_thread(crew.platform.asterisk_channels)
        calls = await figure(crew.platform, "denwaban_calls")
        waiting = await figure(crew.platform, "denwaban_queue_waiting")
        return (*lives, calls, waiting) == (0, 0, 0, 0)

    await eventually(empty, "nothing in Asterisk and no call on the floor")


async def untouched(crew: Crew, before: int) -> None:
    """No channel, and no fact since `before` (a length of board.facts)."""
    await nothing_runs(crew)
    assert [fact["type"] for fact in crew.board.facts[before:]] == []
