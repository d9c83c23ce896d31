"""What the machine does while something is measured: processor time of each part, busy cores, lost datagrams."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_LOOKS = 5
"""How often a process is read again because a child of it ended meanwhile."""


class Watchable(Protocol):
    """What of the rig is watched."""

    @property
    def load(self) -> int | None: ...

    @property
    def sip_ports(self) -> frozenset[int]: ...

    @property
    def pids(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class Watched:
    """Over the time watched. Shares are of one core, each part with the processes it started.

    A part that ended or was started again meanwhile has no share; `load_busy` is None on a machine with one core.
    """

    seconds: float
    load_busy: float | None
    shares: dict[str, float]
    dropped: int
    """Datagrams that a SIP socket had no room for."""


@dataclass(slots=True)
class Watch:
    """Watches from entering to leaving; `told()` may be asked before leaving."""

    rig: Watchable
    _begun: float = field(default=0.0, init=False)
    _busy: tuple[int, int] = field(default=(0, 0), init=False)
    _pids: dict[str, int] = field(default_factory=dict, init=False)
    _used: dict[str, float] = field(default_factory=dict, init=False)
    _dropped: int = field(default=0, init=False)

    def __enter__(self) -> Watch:
        self._begun = time.monotonic()
        self._busy = core_ticks(self.rig.load)
        self._pids = self.rig.pids
        self._used = seconds_of(self._pids)
        self._dropped = drops(self.rig.sip_ports)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def told(self) -> Watched:
        """What happened so far."""
        seconds = time.monotonic() - self._begun
        busy, whole = (now - before for now, before in zip(core_ticks(self.rig.load), self._busy, strict=True))
        shares = {
            name: (used - self._used[name]) / seconds
            for name, used in seconds_of(self._pids).items()
            if name in self._used
        }
        share = None if self.rig.load is None else busy / max(1, whole)
        return Watched(seconds, share, shares, drops(self.rig.sip_ports) - self._dropped)


def core_ticks(core: int | None) -> tuple[int, int]:
    """(busy, all) ticks of a core since boot, of all cores for None."""
    name = "cpu" if core is None else f"cpu{core}"
    for line in (PROC / "stat").read_text().splitlines():
        label, *values = line.split()
        if label == name:
            ticks = [int(value) for value in values[:8]]
            return sum(ticks) - ticks[3] - ticks[4], sum(ticks)
    raise RuntimeError(f"/proc/stat knows no {name}")


def seconds_of(pids: dict[str, int]) -> dict[str, float]:
    """Processor time of each part that still runs; a part that another one started counts under its own name only."""
    used = {name: seconds_used(pid, [other for other in pids.values() if other != pid]) for name, pid in pids.items()}
    return {name: seconds for name, seconds in used.items() if seconds is not None}


def seconds_used(pid: int, apart: Collection[int] = ()) -> float | None:
    """Processor time of a process and of all it started, running or ended, but not of those `apart`; None when gone."""
    ticks = _ticks_used(pid, apart)
    return None if ticks is None else ticks / _TICKS


def _ticks_used(pid: int, apart: Collection[int]) -> int | None:
    own = _own_ticks(pid)
    for _ in range(_LOOKS):
        if own is None:
            return None
        total = sum(own) + sum(_ticks_used(child, apart) or 0 for child in children(pid) if child not in apart)
        before, own = own, _own_ticks(pid)
        # A child that ended between the two looks may be missing in both: its time moves to its parent's.
        if own is None or own[1] == before[1]:
            break
    return total


def _own_ticks(pid: int) -> tuple[int, int] | None:
    """Ticks of a process with all its threads, and of its children that ended and were waited for; None when gone."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    user, system, children_user, children_system = (int(value) for value in fields[11:15])
    return user + system, children_user + children_system


def children(pid: int) -> list[int]:
    """The children of all threads of a process; none when it is gone."""
    found = []
    for thread in (PROC / str(pid) / "task").glob("*/children"):
        try:
            found += [int(child) for child in thread.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def drops(ports: frozenset[int]) -> int:
    """Datagrams dropped so far by the UDP sockets at these ports that still exist."""
    total = 0
    for line in (PROC / "net" / "udp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) in ports:
            total += int(fields[-1])
    return total


def proportional_memory(pid: int) -> int:
    """Bytes of a process and its children: each page shared by n processes counts 1/n (PSS)."""
    text = (PROC / str(pid) / "smaps_rollup").read_text()
    own = next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024
    return own + sum(proportional_memory(child) for child in children(pid))
