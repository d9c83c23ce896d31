"""One supervised child: start or adopt it, know when it is ready, start it again when it dies, end it in order."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from denwaban.deaths import Deaths
from denwaban.errors import ChildDown, PortTaken
from denwaban.ports import PortNeed, check_free
from denwaban.process import (
    Process,
    Record,
    Start,
    boot_id,
    end_group,
    find_strays,
    read_record,
    spawn,
    start_ticks,
    write_record,
)

LOG_LIMIT = 20_000_000
"""Bytes after which a child's log is put aside at its next start."""
ADOPT_LIMIT = 5.0
PROBE_EVERY = 0.03
"""Seconds between two looks at a child that is coming up; servers offer nothing to wait on."""

Probe = Callable[[], Awaitable[bool]]
Say = Callable[[str], None]


async def at_once() -> bool:
    """For children that are ready as soon as they run."""
    return True


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What a child is. `build` names code and settings: a living child of another build is not adopted."""

    name: str
    command: Sequence[str]
    build: str
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    folder: Path = Path("/")
    ready: Probe = at_once
    """Whether it answers now; may raise OSError while it does not listen yet."""
    ready_limit: float = 30.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_limit: float = 5.0
    ports: Sequence[PortNeed] = ()
    home: Path | None = None
    """A folder in which nobody but this child and what it started works; who works there after its end is ended too."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folders a supervisor needs."""

    var: Path
    run: Path
    log: Path


class Child:
    """One child and its process."""

    def __init__(self, spec: ChildSpec, places: Places, say: Say) -> None:
        """A child that does not run yet."""
        self.spec = spec
        self.down = False
        self._places = places
        self._say = say
        self._deaths = Deaths()
        self._process: Process | None = None

    @property
    def log(self) -> Path:
        """Where it writes."""
        return self._places.log / f"{self.spec.name}.log"

    @property
    def pid(self) -> int | None:
        """Its process' id; None when it does not run."""
        return None if self._process is None or self._process.ended else self._process.pid

    @property
    def _record(self) -> Path:
        return self._places.run / f"{self.spec.name}.json"

    def was_left(self) -> bool:
        """Whether a living one, of whatever build, was left by an earlier supervisor."""
        record = read_record(self._record)
        return record is not None and record.alive

    async def bring_up(self) -> None:
        """Adopt the one that lives, or start one, until it is ready. Raises ChildDown after too many deaths."""
        begun = time.monotonic()
        if await self._adopt():
            self._say(f"{self.spec.name}: adopted, pid {self.pid}")
            return
        await self._start()
        self._say(f"{self.spec.name}: ready after {time.monotonic() - begun:.1f} s")

    async def keep(self) -> None:
        """Start it again each time it dies, until it dies too often; ends then, or when cancelled."""
        while self._process is not None:
            code = await self._process.wait()
            end_group(self._process.pid)
            try:
                self._count_death(f"ended{_how(code)}")
                await self._end_strays()
                await self._start()
            except (ChildDown, PortTaken) as down:
                self.down = True
                self._say(str(down))
                return
            self._say(f"{self.spec.name}: up again, pid {self.pid}")

    async def stop(self) -> None:
        """End it within its limit, and forget it."""
        if self._process is None or self.down:
            return
        gently = await self._process.stop(self.spec.stop_signal, self.spec.stop_limit)
        self._record.unlink(missing_ok=True)
        self._say(f"{self.spec.name}: stopped" + ("" if gently else f" by force after {self.spec.stop_limit:.0f} s"))

    def let_go(self) -> None:
        """Stop watching it and leave it running."""
        if self._process is not None:
            self._process.forget()

    async def _adopt(self) -> bool:
        record = read_record(self._record)
        if record is not None and record.alive:
            self._process = Process(record.pid)
            if record.build == self.spec.build and await self._is_ready(ADOPT_LIMIT):
                return True
            why = "does not answer" if record.build == self.spec.build else "is of another version"
            self._say(f"{self.spec.name}: pid {record.pid} {why} and is ended")
            await self._process.stop(self.spec.stop_signal, self.spec.stop_limit)
        await self._end_strays()
        return False

    async def _end_strays(self) -> None:
        for pid in await asyncio.to_thread(find_strays, self.spec.name, self._places.var, self.spec.home):
            try:
                stray = Process(pid)
            except ProcessLookupError:
                continue
            self._say(f"{self.spec.name}: pid {pid} was left behind and is ended")
            await stray.stop(self.spec.stop_signal, self.spec.stop_limit)

    async def _start(self) -> None:
        while True:
            check_free(self.spec.ports)
            _put_aside(self.log)
            env = {**self.spec.env, "DENWABAN_VAR": str(self._places.var)}
            start = Start(self.spec.command, env, self.log, self.spec.user, self.spec.folder)
            self._process = spawn(self.spec.name, start)
            ticks = start_ticks(self._process.pid)
            if ticks is not None:
                write_record(self._record, Record(self._process.pid, ticks, boot_id(), self.spec.build))
            if await self._is_ready(self.spec.ready_limit):
                return
            ended = self._process.ended
            await self._process.stop(signal.SIGKILL, 1.0)
            code = await self._process.wait()
            self._count_death(f"ended{_how(code)}" if ended else f"was not ready after {self.spec.ready_limit:.0f} s")

    async def _is_ready(self, limit: float) -> bool:
        """Wait for readiness or the process' end, whichever comes first."""
        assert self._process is not None
        ended = asyncio.ensure_future(self._process.wait())
        ready = asyncio.ensure_future(self._until_ready())
        try:
            done, _ = await asyncio.wait({ended, ready}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if ready in done:
                ready.result()  # a probe that is broken must not pass for an answer
            return ready in done and not self._process.ended
        finally:
            ended.cancel()
            ready.cancel()
            await asyncio.gather(ended, ready, return_exceptions=True)

    async def _until_ready(self) -> None:
        while True:
            if await self._answers():
                return
            await asyncio.sleep(PROBE_EVERY)

    async def _answers(self) -> bool:
        try:
            return await self.spec.ready()
        except OSError:
            return False  # it does not listen yet

    def _count_death(self, how: str) -> None:
        name = self.spec.name
        if self._deaths.too_many(time.monotonic()):
            self._record.unlink(missing_ok=True)
            raise ChildDown(f"{name}: {how}; died five times within a minute and stays down. See {self.log}")
        self._say(f"{name}: {how}; starting it again")


def _how(code: int | None) -> str:
    if code is None:
        return ""
    return f" by {signal.Signals(-code).name}" if code < 0 else f" with {code}"


def _put_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.rename(log.with_suffix(".log.1"))
