"""The parts of the benchmark: each measures one thing on the rig and keeps its result."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.progress import Progress

from tests.load import (
    announced,
    at_rest,
    checks,
    crowd,
    entitlements,
    floors,
    free_ring,
    invoiced,
    no_wait,
    path,
    people,
    pool,
    queue_parts,
    scale,
    tenants,
)
from tests.load.results import machine, milliseconds
from tests.load.rig import BUSY, FEW, MANY, Rig, Town

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """How to measure it, its sizes in a full run and in a smoke run, about how many minutes the full one takes on a
    quiet machine, and on what platform (one of TOWNS)."""

    measure: Callable[[Rig, int, Progress], Data]
    full: int
    smoke: int
    minutes: float
    town: str = "bench"


def _floors(rig: Rig, samples: int, progress: Progress) -> Data:
    return {"floors": {name: milliseconds(times) for name, times in floors.measure(rig, samples, progress).items()}}


def _free_ring(name: str, sides: Callable[[Rig], Sequence[free_ring.Side]]) -> Callable[[Rig, int, Progress], Data]:
    def measure(rig: Rig, samples: int, progress: Progress) -> Data:
        return queue_parts.free_ring_data(free_ring.measure(rig, name, sides(rig), samples, progress))

    return measure


def _no_wait(rig: Rig, samples: int, progress: Progress) -> Data:
    outcome = no_wait.measure(rig, "B2", no_wait.both(rig), samples, progress)
    return {
        "ring": {arm: milliseconds(side.ring) for arm, side in outcome.sides.items()},
        "sound": {arm: milliseconds(side.sound) for arm, side in outcome.sides.items()},
        "failed": sum(side.unserved for side in outcome.sides.values()),
        "kept": {arm: asdict(side.kept) for arm, side in outcome.sides.items()},
        "repeated": outcome.repeated,
        "watched": asdict(outcome.watched),
    }


def _at_rest(rig: Rig, _samples: int, progress: Progress) -> Data:
    return asdict(at_rest.measure(rig, at_rest.memory(rig), progress))


def _path(rig: Rig, samples: int, progress: Progress) -> Data:
    found = path.measure(rig, samples, progress)
    return {
        "steps": {step: milliseconds(times) for step, times in found.steps.items()},
        "before_create": {word: count / max(1, found.traced) for word, count in found.before_create.most_common(12)},
        "before_dial": {word: count / max(1, found.traced) for word, count in found.before_dial.most_common(12)},
    }


def _crowd(rig: Rig, samples: int, progress: Progress) -> Data:
    outcome = crowd.measure(rig, samples, progress)
    return {
        "times": {
            "sign_in": milliseconds(outcome.sign_in),
            "burst": milliseconds(outcome.burst),
            "answered": milliseconds(outcome.answered),
            "shown": milliseconds(outcome.shown),
        },
        "watched": asdict(outcome.watched),
    }


def _tenants(rig: Rig, samples: int, progress: Progress) -> Data:
    outcome = tenants.measure(rig, samples, progress)
    return {
        "arms": {arm: milliseconds(side.samples) for arm, side in outcome.sides.items()},
        "slowest": outcome.slowest * 1000,
        "called": outcome.called,
        "failed": sum(side.failed for side in outcome.sides.values()),
        "repeated": outcome.repeated,
        "watched": asdict(outcome.watched),
    }


def _entitlements(_rig: Rig, samples: int, _progress: Progress) -> Data:
    asked = entitlements.measure(samples)
    return {"microseconds": {name: [round(one * 1e6, 4) for one in times] for name, times in asked.items()}}


def _invoices(_rig: Rig, samples: int, progress: Progress) -> Data:
    return invoiced.measure(samples, progress)


def _operations(_rig: Rig, _samples: int, progress: Progress) -> Data:
    task = progress.add_task("ARI operations", total=None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.ari_operations"], capture_output=True, text=True, timeout=500, check=True
    )
    progress.update(task, total=1, completed=1)
    return {"table": done.stdout.strip()}


TOWNS: dict[str, Callable[[], Town]] = {
    "bench": lambda: Town(people.seed(FEW, MANY, BUSY), people.prepare, prompts=announced.lengthen),
    "tenants": tenants.town,
    "pool": pool.town,
    "scale": scale.town,
    "crowd": crowd.town,
}
"""The platforms, one after another; each part runs on one of them. One is up within one to four minutes."""

PARTS = {
    "rest": Part(_at_rest, 1, 1, 1.0),
    "F0": Part(_floors, 1000, 200, 1.0),
    "B1": Part(_free_ring("B1", lambda rig: (free_ring.ours(rig), free_ring.theirs(rig, "best"))), 2000, 150, 7.5),
    "B1-default": Part(
        _free_ring("B1-default", lambda rig: (free_ring.ours(rig), free_ring.theirs(rig, "default"))), 300, 100, 1.5
    ),
    "B2": Part(_no_wait, 1000, 100, 3.5),
    "check": Part(
        _free_ring("check", lambda rig: (free_ring.theirs(rig, "best"), free_ring.theirs(rig, "twin", rig.twin))),
        500,
        150,
        2.5,
    ),
    "B6": Part(queue_parts.erlang, 1500, 100, 6.5),
    "B10": Part(queue_parts.told, 2, 1, 3.5),
    "M1": Part(queue_parts.decisions, 1000, 100, 0.5),
    "size": Part(queue_parts.size, scale.CALLS, 2000, 4.0),
    "path": Part(_path, 400, 100, 2.0),
    "ari": Part(_operations, 1, 1, 0.5),
    "entitlements": Part(_entitlements, 400, 100, 0.5),
    "invoices": Part(_invoices, 1000, 20, 0.5),
    "B9": Part(_tenants, 200, 30, 4.0, "tenants"),
    "B4": Part(queue_parts.backlog_grid, 150, 40, 5.0, "pool"),
    "B5-200": Part(queue_parts.shared_by_few, 200, 40, 2.5, "pool"),
    "B5-2000": Part(queue_parts.shared_by_many, 250, 40, 10.0, "pool"),
    "tenant": Part(queue_parts.tenant, 40, 5, 2.0, "scale"),
    "crowd": Part(_crowd, 2000, 200, 3.5, "crowd"),
}
"""In the order in which they run: memory is that of a platform no call has gone through."""


def describe(rig: Rig) -> dict[str, str]:
    """What the figures were measured on."""
    settings = rig.console("core show settings")
    deepest, depth = checks.deepest_queue(rig.console("core show taskprocessors"))
    return {
        **machine(checks.asterisk_version(settings)),
        "channel storage": checks.storage_backend(settings),
        "deepest task queue": f"{depth} ({deepest})",
        "pinned": "no, one core" if rig.sut is None else "platform on one core, robots and capture on another",
    }
