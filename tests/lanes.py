"""Which worker of pytest runs which files: stories on most of them, what only computes on the last, which steps back.

A story waits for telephones most of the time and minds a busy machine; a unit test computes and minds nothing. Beside
each other they fill the machine from beginning to end. Files that share a platform stay together: it starts once.
"""

from __future__ import annotations

import os
from functools import cache, cached_property
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

ROOT = Path(__file__).parents[1]
FEWEST = 3
"""Workers from which on the last one is kept for what computes."""
POLITE = 5
"""How far that one steps back, in steps of nice."""
ENDLESS = 600
"""Seconds of the clock after which a computation is taken for endless."""
COMPUTING = ("tests/unit/", "tests/architecture/")
TOGETHER = (
    "tests/integration/crash/",
    "tests/integration/bad_input/",
    "tests/integration/seats/",
    "tests/integration/nodes/",
    "tests/e2e/flows/",
)
"""Folders with a platform of their own; they take longest, and so they begin first."""
DEMO = "those with the demo's tenants"


def computes(scope: str) -> bool:
    """Whether a file starts nothing and waits for nobody."""
    return scope.startswith(COMPUTING)


def step_back(config: pytest.Config) -> None:
    """Called in each worker: the last of enough leaves the machine to the stories when both want it."""
    worker = getattr(config, "workerinput", None)
    if worker is not None and worker["workercount"] >= FEWEST and worker["workerid"] == _last(worker["workercount"]):
        os.nice(POLITE)


def give_time(items: list[pytest.Item]) -> None:
    """What computes is slow while it steps back; its limit only ends a loop that has no end."""
    for item in items:
        if computes(item.nodeid) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(ENDLESS))


def _last(workers: int) -> str:
    return f"gw{workers - 1}"


class Lanes(LoadScopeScheduling):
    """Hands out files: `loadfile` with two lanes and with folders that stay together."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(str(nodeid.split("::", 1)[0]))

    def _assign_work_unit(self, node: WorkerController) -> None:
        scope = self._next(node)
        if scope is not None:
            self.workqueue.move_to_end(scope, last=False)
            super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if node.shutting_down:
            return
        if self._next(node) is None:
            node.shutdown()
        # A worker begins its last test when it knows what comes after it.
        elif self._pending_of(self.assigned_work[node]) <= 1:
            self._assign_work_unit(node)

    def _next(self, node: WorkerController) -> str | None:
        """What a worker is given now; the last worker is given nothing when all is computed."""
        if self._is_polite(node):
            return min(filter(computes, self.workqueue), key=_turn, default=None)
        return min(self.workqueue, key=_turn, default=None)

    def _is_polite(self, node: WorkerController) -> bool:
        return self._has_lanes and node.gateway.id == _last(self.numnodes)

    @cached_property
    def _has_lanes(self) -> bool:
        """There are tests of both kinds, and enough workers."""
        return self.numnodes >= FEWEST and len({computes(nodeid) for nodeid in self.collection}) > 1


@cache
def scope_of(file: str) -> str:
    """What the file is handed out with."""
    folder = next((folder for folder in TOGETHER if file.startswith(folder)), None)
    if folder is not None:
        return folder
    return DEMO if file.startswith("tests/e2e/") and "demo: Platform" in (ROOT / file).read_text("utf-8") else file


def _turn(scope: str) -> tuple[bool, int]:
    first = (*TOGETHER, DEMO)
    return computes(scope), first.index(scope) if scope in first else len(first)
