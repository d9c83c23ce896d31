"""The controller's lives in the hand of a test: ended as by a power cut, kept away, begun again, each at its moment."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.platform import ROOT, Platform

END_LIMIT = 20.0
READY_LIMIT = 30.0
LOOK_EVERY = 0.02


def supervisor(platform: Platform) -> int:
    """The supervisor's process."""
    return int((platform.var / "run" / "lock").read_text())


def has_started(platform: Platform) -> int:
    """How often a supervisor of this platform has had everything up."""
    return (platform.var / "log" / "supervisor.log").read_text().count("everything is up")


def in_hand(platform: Platform, starts: int = 1) -> None:
    """Return when the supervisor knows that all is up; /ready may say so a moment earlier."""
    until = time.monotonic() + READY_LIMIT
    while has_started(platform) < starts:
        assert time.monotonic() < until, platform.output()
        time.sleep(LOOK_EVERY)


@contextmanager
def held(platform: Platform) -> Iterator[None]:
    """The supervisor stands still: what dies stays dead until the end."""
    pid = supervisor(platform)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def ready(port: int) -> bool:
    """What GET /ready of a controller says."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
            status = await reader.readline()
            writer.close()
            return b" 200 " in status
    except (OSError, TimeoutError):
        return False


@dataclass(slots=True)
class Life:
    """One run of the controller."""

    process: subprocess.Popen[bytes]
    port: int
    began: float = field(default_factory=time.monotonic)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def over(self) -> bool:
        return self.process.poll() is not None

    async def ended(self, limit: float = END_LIMIT) -> int:
        """Its exit code once it has ended (negative: the signal)."""
        return await asyncio.to_thread(self.process.wait, limit)

    async def ready(self, limit: float = READY_LIMIT) -> float:
        """Seconds from its start until it was ready."""
        while not await ready(self.port):
            assert not self.over, f"the controller ended with {self.process.returncode}"
            assert time.monotonic() - self.began < limit, f"the controller was not ready within {limit} s"
            await asyncio.sleep(LOOK_EVERY)
        return time.monotonic() - self.began

    async def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        await self.ended()

    async def stop(self) -> float:
        """SIGTERM; seconds until it had ended."""
        asked = time.monotonic()
        self.process.terminate()
        assert await self.ended() == 0
        return time.monotonic() - asked


class Lives:
    """Begins controllers of a platform as its supervisor would, with settings of our own on top."""

    def __init__(self, platform: Platform, command: list[str], env: dict[str, str]) -> None:
        self._platform = platform
        self._command = command
        self._env = env
        self._fault = platform.var / "fault"
        self.now: Life | None = None
        self._begun: list[Life] = []

    def arm(self, step: int, times: int) -> None:
        """From now on, the `times`-th passing of a step of a call's path (docs/call.md) ends the controller's life."""
        written = self._fault.with_suffix(".new")
        written.write_text(f"{step}:{times}")
        written.rename(self._fault)

    def begin(self, **settings: object) -> Life:
        """Start one; it becomes the present life."""
        self.now = self.aside(**settings)
        return self.now

    def aside(self, **settings: object) -> Life:
        """Start one beside the present one."""
        settings = {"fault": self._fault, **settings}
        env = {**self._env, **{f"DENWABAN_{name.upper()}": str(value) for name, value in settings.items()}}
        with (self._platform.var / "log" / "controller.log").open("ab") as log:
            process = subprocess.Popen(
                self._command,
                env=env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._begun.append(Life(process, int(env["DENWABAN_CONTROLLER_PORT"])))
        return self._begun[-1]

    async def alive(self) -> Life:
        """A living, ready controller: the present one, or a new one."""
        life = self.now
        if life is None or life.over:
            life = self.begin()
        await life.ready()
        return life

    def end(self) -> None:
        """kill -9 the present one, and whoever still lives beside it."""
        for life in self._begun:
            if not life.over:
                life.process.kill()
                life.process.wait(END_LIMIT)


@contextmanager
def taken_over(platform: Platform) -> Iterator[Lives]:
    """The controller is ours from here to the end; then the supervisor finds its own dead and starts it again."""
    proc = Path("/proc") / str(platform.pid("controller"))
    command = (proc / "cmdline").read_bytes().decode().rstrip("\0").split("\0")
    env = dict(entry.split("=", 1) for entry in (proc / "environ").read_bytes().decode().rstrip("\0").split("\0"))
    with held(platform):
        platform.kill("controller")
        lives = Lives(platform, command, env)
        try:
            yield lives
        finally:
            lives.end()
    platform.wait_ready()
