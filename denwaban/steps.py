"""Commands that run once: those that must succeed before the start, and those that own the terminal for a while."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from denwaban.build import ROOT
from denwaban.errors import StepFailed
from denwaban.process import Process
from denwaban.setup.programs import find_program

TAIL_LINES = 20
STOP_LIMIT = 5.0


async def run_step(name: str, command: Sequence[str], env: Mapping[str, str], log: Path, limit: float) -> None:
    """Run a command to its end, its output in `log`. Raises StepFailed with the end of its output."""
    begin = log.stat().st_size if log.exists() else 0
    with log.open("ab") as output:
        popen = subprocess.Popen(
            _dying_with_us(command),
            env={**os.environ, **env},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process = Process(popen.pid, popen)
    try:
        async with asyncio.timeout(limit):
            code = await process.wait()
    except TimeoutError:
        raise StepFailed(f"{name} did not end within {limit:.0f} s. See {log}") from None
    finally:
        await process.stop(signal.SIGTERM, STOP_LIMIT)
    if code != 0:
        raise StepFailed("\n".join([f"{name} failed with {code}:", *_tail(log, begin), f"See {log}"]))


async def run_foreground(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a command on our own terminal to its end; its exit code. When we are cancelled, it is ended first."""
    popen = subprocess.Popen(_dying_with_us(command), env={**os.environ, **env}, cwd=ROOT)
    process = Process(popen.pid, popen)
    try:
        code = await process.wait()
    finally:
        if not process.ended:
            process.send(signal.SIGTERM)
            await _end(process)
    return 1 if code is None else code


async def _end(process: Process) -> None:
    try:
        async with asyncio.timeout(STOP_LIMIT):
            await process.wait()
    except TimeoutError:
        process.send(signal.SIGKILL)
        await process.wait()


def _dying_with_us(command: Sequence[str]) -> list[str]:
    """Unlike the children, these make no sense without a supervisor, however it ended (prctl(2), PR_SET_PDEATHSIG)."""
    setpriv = find_program("setpriv")
    return [str(setpriv), "--pdeathsig", "TERM", *command] if setpriv else list(command)


def _tail(log: Path, begin: int) -> list[str]:
    with log.open("rb") as file:
        file.seek(begin)
        return file.read().decode(errors="replace").splitlines()[-TAIL_LINES:]
