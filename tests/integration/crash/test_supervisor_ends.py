"""The supervisor's own end: told to stop it leaves nobody behind, killed it leaves calls up for the next to adopt."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.integration.crash.lives import has_started, in_hand, supervisor
from tests.integration.crash.scene import (
    AGENT_HZ,
    CALLER_HZ,
    STRAIGHT,
    Scene,
    eventually,
    gap,
    now,
    opened,
    tell,
    uncut,
)
from tests.platform import Platform

pytestmark = [pytest.mark.chaos, pytest.mark.beside]

CHILDREN = ("postgres", "redis", "asterisk", "controller", "api", "worker")
STOP_LIMIT = 60.0


async def test_a_killed_supervisor_leaves_calls_up_and_the_next_adopts_them(scene: Scene) -> None:
    phone = await scene.work("op-1")
    call = scene.dial(STRAIGHT)
    rung = await phone.rung()
    await call.rtp.hears(AGENT_HZ)
    waiting = scene.dial(STRAIGHT)
    rows = await scene.waits(1)
    pids = {name: scene.platform.pid(name) for name in CHILDREN}
    killed = now()
    starts = has_started(scene.platform)
    scene.platform.kill_supervisor()
    assert [name for name, pid in pids.items() if not _lives(pid)] == []
    await asyncio.to_thread(scene.platform.start)
    # The children serve on meanwhile, so that /ready says nothing of their new supervisor.
    await asyncio.to_thread(in_hand, scene.platform, starts + 1)
    adopted = (now() - killed).total_seconds()
    # Our own programs are started anew when their code has changed meanwhile; these three never are.
    for name in ("postgres", "redis", "asterisk"):
        assert scene.platform.pid(name) == pids[name]
    silence = gap([call, rung], killed)
    uncut([call, rung, waiting])
    assert await scene.waiting() == rows
    call.hang_up()
    rung = await phone.rung()
    await rung.rtp.hears(CALLER_HZ)
    waiting.hang_up()
    records = await scene.records(2)
    assert {row["outcome"] for row in records} == {"completed"}
    tell(adopted_s=adopted, rtp_gap_ms=silence)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_a_supervisor_told_to_stop_leaves_nobody_behind(platform: Platform, how: signal.Signals) -> None:
    pids = _ours(platform)
    assert {platform.pid(name) for name in CHILDREN} <= pids
    parent = supervisor(platform)
    began = now()
    os.kill(parent, how)

    async def over() -> bool:
        return not _lives(parent)

    await eventually(over, "the supervisor has ended", STOP_LIMIT)
    stopped = (now() - began).total_seconds()
    left = {pid for pid in pids | _ours(platform) if _lives(pid)}
    platform.kill_supervisor()  # it has ended already: only its last status is taken
    began, starts = now(), has_started(platform)
    platform.start()
    in_hand(platform, starts + 1)
    up_again = (now() - began).total_seconds()
    assert left == set()
    async with opened(platform) as scene:
        phone = await scene.work("op-1")
        call = scene.dial(STRAIGHT)
        await phone.rung()
        await call.rtp.hears(AGENT_HZ)
    tell(how=how.name, stopped_s=stopped, up_again_s=up_again)


def _lives(pid: int) -> bool:
    """Whether a process is there and no mere zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def _ours(platform: Platform) -> set[int]:
    """Every process that carries the platform's folder in its environment, or works in it."""
    found = set()
    mark = f"DENWABAN_VAR={platform.var}".encode()
    for proc in Path("/proc").glob("[0-9]*"):
        try:
            inside = str((proc / "cwd").readlink()).startswith(str(platform.var))
            marked = mark in (proc / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if inside or marked:
            found.add(int(proc.name))
    return found
