"""One process of ours, started now or found alive: who it is, when it ends, how it is ended."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

MARK = "DENWABAN_CHILD"
"""Variable that marks our children, so that one whose record was never written is found too."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is written down about a running child. A pid alone may mean another process by now."""

    pid: int
    started: int
    """Clock ticks between the machine's start and the process' start (field 22 of proc(5) stat)."""
    boot: str
    build: str
    """Names code, command and settings the process was started with."""

    @property
    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        return self.boot == boot_id() and start_ticks(self.pid) == self.started


def boot_id() -> str:
    """Differs after each start of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def start_ticks(pid: int) -> int | None:
    """When a process was started, in ticks; None when it is gone or only a zombie is left."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()  # the name before may hold spaces and brackets
    return None if fields[0] in ("Z", "X") else int(fields[19])


def write_record(path: Path, record: Record) -> None:
    """Replace the record in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(record), file)
    os.rename(name, path)


def read_record(path: Path) -> Record | None:
    """The record, or None when there is none that can be understood."""
    try:
        return Record(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


class Process:
    """A running process, held by a pidfd: signals cannot hit a successor with the same pid, and its end wakes us."""

    def __init__(self, pid: int, popen: subprocess.Popen[bytes] | None = None) -> None:
        """Hold a process. Raises ProcessLookupError when it is gone."""
        self.pid = pid
        self._popen = popen
        self._handle = os.pidfd_open(pid)
        self._ended: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(self._handle, self._on_end)

    def _on_end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._handle)
        os.close(self._handle)
        self._ended.set_result(self._popen.wait() if self._popen else None)

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self._ended.done()

    async def wait(self) -> int | None:
        """Wait for the end; the exit code (negative: the signal), or None for one that was not started by us."""
        return await asyncio.shield(self._ended)

    def send(self, number: signal.Signals) -> None:
        """Send a signal; to one that has ended it does nothing."""
        if not self.ended:
            signal.pidfd_send_signal(self._handle, number)

    def forget(self) -> None:
        """Stop watching and leave it running."""
        if not self.ended:
            asyncio.get_running_loop().remove_reader(self._handle)
            os.close(self._handle)
            self._ended.cancel()

    async def stop(self, number: signal.Signals, limit: float) -> bool:
        """Ask it to end, after `limit` seconds end it; then what is left of its group. True: it ended by itself."""
        self.send(number)
        try:
            async with asyncio.timeout(limit):
                await self.wait()
            gently = True
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.wait()
            gently = False
        end_group(self.pid)
        return gently


def end_group(group: int) -> None:
    """End what is left of a process group whose leader has ended; usually nothing."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


@dataclass(frozen=True, slots=True)
class Start:
    """How to start a process: command, added variables, user (None: ours) and where its output goes."""

    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    user: str | None = None
    folder: Path = Path("/")
    """Where it works; one that another user may enter."""


def spawn(name: str, start: Start) -> Process:
    """Start a child in a session of its own, so that it outlives us and no key of the terminal reaches it."""
    with start.log.open("ab") as log:
        popen = subprocess.Popen(
            list(start.command),
            env={**os.environ, **start.env, MARK: name},
            cwd=start.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=start.user,
            group=None if start.user is None else pwd.getpwnam(start.user).pw_gid,
            extra_groups=None if start.user is None else [],
        )
    return Process(popen.pid, popen)


def find_strays(name: str, var: Path, home: Path | None = None) -> list[int]:
    """Living remains of a child: leaders of sessions that carry our mark, and whoever works in its home."""
    return [process.pid for process in psutil.process_iter() if _is_stray(process, name, var, home)]


def _is_stray(process: psutil.Process, name: str, var: Path, home: Path | None) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if home is not None and process.cwd() == str(home):
            return True
        if os.getsid(process.pid) != process.pid:
            return False
        env = process.environ()
    except (psutil.Error, OSError):
        return False  # gone meanwhile, or another user's, which is never ours
    return env.get(MARK) == name and env.get("DENWABAN_VAR") == str(var)
