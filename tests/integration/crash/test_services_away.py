"""Redis emptied, Redis away, PostgreSQL away: calls go on, nothing is lost, the API says what it cannot do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from robots.call import Call
from tests.integration.crash import ledger
from tests.integration.crash.lives import held
from tests.integration.crash.load import LOAD
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene, eventually, tell, uncut

pytestmark = [pytest.mark.chaos, pytest.mark.beside]


async def test_redis_may_be_emptied_and_go_away(scene: Scene) -> None:
    client = Redis.from_url(f"unix://{scene.platform.var / 'run' / 'redis.sock'}")
    async with client:
        await client.flushall()

    async def refused() -> bool:
        answer = await scene.api.ask("PUT", "/agents/op-2/state", json={"state": "paused", "reason": "break"})
        return answer.status_code == 503 and answer.json()["code"] == "controller_away"

    await _serves_without(scene, "redis", refused)


async def test_postgresql_may_go_away(scene: Scene) -> None:
    async def refused() -> bool:
        answer = await scene.api.ask("GET", "/call-records")
        return answer.status_code == 503

    await _serves_without(scene, "postgres", refused)


async def _serves_without(scene: Scene, service: str, refused: Callable[[], Awaitable[bool]]) -> None:
    """A call that runs, one that waits and one that comes meanwhile are served; afterwards all is written down."""
    first, second = await scene.work("op-1"), await scene.work("op-2")
    talking = scene.dial(STRAIGHT)
    agent_leg = await first.rung()
    await talking.rtp.hears(AGENT_HZ)
    with held(scene.platform):
        scene.platform.kill(service)
        away = time.monotonic()
        meanwhile = scene.dial(STRAIGHT)
        rung = await second.rung()
        await rung.rtp.hears(CALLER_HZ)
        waiting = scene.dial(STRAIGHT)
        await waiting.answered()
        meanwhile.hang_up()
        rung = await second.rung()
        await waiting.rtp.hears(AGENT_HZ)
        await eventually(refused, f"the API says that {service} is away")
        left = scene.dial(STRAIGHT)
        await left.answered()
        journal = await _grown(scene)
        await asyncio.sleep(max(0.0, away + LOAD.away - time.monotonic()))
        everybody: list[Call] = [talking, agent_leg, waiting, rung, left]
        uncut(everybody)
    scene.platform.wait_ready()
    back = time.monotonic()
    await scene.waits(1)
    caught_up = time.monotonic() - back
    await scene.api.pause("op-2")
    await scene.api.ready("op-2")
    uncut(everybody)
    waiting.hang_up()
    await second.rung()
    await left.rtp.hears(AGENT_HZ)
    for call in (talking, left):
        call.hang_up()
    records = await scene.records(4)
    assert {row["outcome"] for row in records} == {"completed"}
    await scene.nobody_is_stuck()
    await scene.copied(journal)
    tell(service=service, away_s=LOAD.away, board_right_after_s=caught_up)


async def _grown(scene: Scene) -> list[ledger.Entry]:
    """The journal, once it tells of all four calls of this test."""

    async def look() -> list[ledger.Entry] | None:
        entries = ledger.journaled(scene.platform)
        fresh = [entry for entry in entries if entry.seq > scene.began]
        return fresh if len(ledger.of(fresh, "CallQueued")) == 4 else None

    found: list[ledger.Entry] = await eventually(look, "four calls in the journal")
    return found
