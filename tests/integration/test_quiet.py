"""Nothing polls: with callers waiting and all agents talking, no decision is made until somebody does something."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import httpx2
import psutil
import pytest

from tests.e2e.crew import PATIENT, Crew, assembled
from tests.platform import SEEDS, Platform, running_platform

WAITING, BUSY = 50, 10
QUIET = 30.0 if os.environ.get("DENWABAN_CHAOS") == "full" else 5.0
RING_TIME = 3.0
"""Of the seed: a ring timer is never taken back, so it is let go by before the silence begins."""
AT_ONCE = 10


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A whole denwaban with ten agents."""
    with running_platform(SEEDS / "quiet.toml") as running:
        yield running


@pytest.fixture
async def crew(platform: Platform) -> AsyncIterator[Crew]:
    """Agents, callers and a supervisor."""
    async with assembled(platform) as people:
        yield people


async def figures(platform: Platform) -> dict[str, float]:
    """All numbers of the controller."""
    async with httpx2.AsyncClient(timeout=30) as client:
        text = (await client.get(f"http://127.0.0.1:{platform.ports['controller']}/metrics")).text
    return {line.split()[0]: float(line.split()[1]) for line in text.splitlines() if not line.startswith("#")}


@pytest.mark.chaos
async def test_in_silence_nothing_is_decided(crew: Crew, record_property: pytest.RecordProperty) -> None:
    for nth in range(1, BUSY + 1):
        await crew.work(f"agent-{nth}")
    for first in range(0, WAITING + BUSY, AT_ONCE):
        calls = [crew.dial(PATIENT) for _ in range(AT_ONCE)]
        for call in calls:
            await call.answered()
        if first == 0:
            await crew.board.fact("RecordingStarted", nth=BUSY)
    await crew.board.waiting("patient", WAITING)
    await crew.board.fact("LegUp", nth=WAITING + 2 * BUSY)
    await asyncio.sleep(RING_TIME + 1)
    controller = psutil.Process(crew.platform.pid("controller"))
    facts, cpu, before = len(crew.board.facts), controller.cpu_times(), await figures(crew.platform)
    await asyncio.sleep(QUIET)
    used, after = controller.cpu_times(), await figures(crew.platform)
    assert (before["denwaban_calls"], before["denwaban_queue_waiting"]) == (WAITING + BUSY, WAITING)
    assert after["denwaban_decisions_total"] == before["denwaban_decisions_total"]
    assert len(crew.board.facts) == facts
    renewals = after["denwaban_lease_renewals_total"] - before["denwaban_lease_renewals_total"]
    share = 100 * (used.user + used.system - cpu.user - cpu.system) / QUIET
    record_property("controller_cpu_percent", share)
    record_property("lease_renewals", renewals)
    print(f"{QUIET:.0f} s of silence: controller {share:.1f} % CPU, {renewals:.0f} lease renewals")
    crew.caller.calls[-1].hang_up()
    await crew.board.fact("CallEnded")
    assert (await figures(crew.platform))["denwaban_decisions_total"] > after["denwaban_decisions_total"]
