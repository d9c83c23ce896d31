"""What the machine does while something is measured: processor time of each part, busy cores, lost datagrams."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol

_TICKS = os.sysconf("SC_CLK_TCK")


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
    """Over the time watched. Shares are of one core; `load_busy` is None on a machine with one core."""

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
    _used: dict[str, float] = field(default_factory=dict, init=False)
    _dropped: int = field(default=0, init=False)

    def __enter__(self) -> Watch:
        self._begun = time.monotonic()
        self._busy = core_ticks(self.rig.load)
        self._used = {name: seconds_used(pid) for name, pid in self.rig.pids.items()}
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
            name: (seconds_used(pid) - self._used[name]) / seconds
            for name, pid in self.rig.pids.items()
            if name in self._used
        }
        share = None if self.rig.load is None else busy / max(1, whole)
        return Watched(seconds, share, shares, drops(self.rig.sip_ports) - self._dropped)


def core_ticks(core: int | None) -> tuple[int, int]:
    """(busy, all) ticks of a core since boot, of all cores for None."""
    name = "cpu" if core is None else f"cpu{core}"
    for line in Path("/proc/stat").read_text().splitlines():
        label, *values = line.split()
        if label == name:
            ticks = [int(value) for value in values[:8]]
            return sum(ticks) - ticks[3] - ticks[4], sum(ticks)
    raise RuntimeError(f"/proc/stat knows no {name}")


def seconds_used(pid: int) -> float:
    """Processor time of a process and all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def drops(ports: frozenset[int]) -> int:
    """Datagrams dropped so far by the UDP sockets at these ports that still exist."""
    total = 0
    for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) in ports:
            total += int(fields[-1])
    return total


def proportional_memory(pid: int) -> int:
    """Bytes of a process and its children: each page shared by n processes counts 1/n (PSS)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(proportional_memory(int(child)) for child in children)
