"""Keep the children of one instance alive, in order up and in reverse order down."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from denwaban.child import Child, ChildSpec, Places, Say
from denwaban.errors import AlreadyServed
from denwaban.ports import check_free


@contextmanager
def sole_supervisor(run: Path) -> Iterator[None]:
    """Hold the var folder; the kernel lets go of it when we die, however we die. Raises AlreadyServed."""
    path = run / "lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            pid = path.read_text(encoding="ascii").strip() or "unknown"
            raise AlreadyServed(
                f"A supervisor (pid {pid}) already serves {run.parent}. "
                "Stop it, or set DENWABAN_VAR and the ports for a second instance."
            ) from held
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


class Supervisor:
    """Owns the children and the tasks that keep them alive. Leaving it stops them all, last started first."""

    def __init__(self, places: Places, say: Say) -> None:
        """A supervisor without children."""
        self._places = places
        self._say = say
        self._children: list[Child] = []
        self._keepers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Supervisor:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything; a second cancellation waits until that is done, since each stop has its limit."""
        stopping = asyncio.ensure_future(self._stop())
        while not stopping.done():
            try:
                await asyncio.shield(stopping)
            except asyncio.CancelledError:
                continue
        stopping.result()

    def check_ports(self, specs: Iterable[ChildSpec]) -> None:
        """Before anything starts: raises PortTaken unless each port is free, or held by a child an earlier supervisor
        left, which is adopted or ended first."""
        for spec in specs:
            if not Child(spec, self._places, self._say).was_left():
                check_free(spec.ports)

    async def start(self, *specs: ChildSpec) -> None:
        """Bring children up side by side and keep them up. Raises ChildDown or PortTaken when one cannot live."""
        children = [Child(spec, self._places, self._say) for spec in specs]
        self._children += children
        try:
            async with asyncio.TaskGroup() as group:
                for child in children:
                    group.create_task(self._bring_up(child), name=child.spec.name)
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def _bring_up(self, child: Child) -> None:
        """Each is kept from the moment it is ready: one may die while its neighbours are still coming up."""
        await child.bring_up()
        self._keepers.append(asyncio.create_task(child.keep(), name=f"keep {child.spec.name}"))

    def child(self, name: str) -> Child:
        """A child by its name. Raises KeyError."""
        return {child.spec.name: child for child in self._children}[name]

    async def _stop(self) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        outcomes = await asyncio.gather(*self._keepers, return_exceptions=True)
        for child in reversed(self._children):
            await child.stop()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
