"""The parts that hold denwaban's queues against app_queue where many wait, many work or many are told to wait."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.progress import Progress

from tests.load import announced, arms, erlang_wire, grid, matching, pool, scale, shared
from tests.load.free_ring import Outcome
from tests.load.results import milliseconds
from tests.load.rig import Rig
from tests.load.search import Found
from tests.load.shared import Step

Data = dict[str, Any]
FEW, MANY = pool.SIZES[1:]
MOST_RATE = 120.0
"""Calls a second at which the robots end."""


def free_ring_data(outcome: Outcome) -> Data:
    """Free → ring of two systems."""
    return {
        "arms": {arm: milliseconds(side.samples) for arm, side in outcome.sides.items()},
        "heads": {arm: milliseconds(heads.samples) for arm, heads in outcome.heads.items()},
        "unknown": sum(heads.unknown for heads in outcome.heads.values()),
        "backlog": {arm: side.least_backlog for arm, side in outcome.sides.items()},
        "failed": sum(side.failed for side in outcome.sides.values()),
        "kept": {arm: asdict(one) for arm, one in outcome.kept.items()},
        "repeated": outcome.repeated,
        "watched": asdict(outcome.watched),
    }


def backlog_grid(rig: Rig, samples: int, progress: Progress) -> Data:
    """B4."""
    cells = {
        f"{waiting} × {members}": free_ring_data(grid.cell(rig, waiting, members, samples, progress))
        for waiting, members in grid.CELLS
    }
    return {"cells": cells, "burns": [asdict(burn) for burn in grid.burns(rig, progress)]}


def shared_by_few(rig: Rig, samples: int, progress: Progress) -> Data:
    """B5 with 200 members: app_queue's best configuration and its default."""
    return {
        "cells": {
            f"{FEW} members, retry {retry}": free_ring_data(shared.free_to_ring(rig, FEW, retry, samples, progress))
            for retry in (arms.BEST_RETRY, arms.DEFAULT_RETRY)
        }
    }


def shared_by_many(rig: Rig, samples: int, progress: Progress) -> Data:
    """B5 with 2,000 members, and the highest rate of each system."""
    outcome = shared.free_to_ring(rig, MANY, arms.BEST_RETRY, samples, progress)
    rates = shared.rates(rig, MANY, MOST_RATE, progress)
    return {
        "cells": {f"{MANY} members, retry {arms.BEST_RETRY}": free_ring_data(outcome)},
        "rates": {arm: _rates(found) for arm, found in rates.items()},
    }


def erlang(rig: Rig, samples: int, progress: Progress) -> Data:
    """B6."""
    outcome = erlang_wire.measure(rig, samples, progress)
    return {
        "sides": {
            arm: {"waits": milliseconds(side.waits), "perfect": milliseconds(side.perfect)}
            for arm, side in outcome.sides.items()
        },
        "expected": erlang_wire.expected() * 1000,
        "failed": sum(side.unserved for side in outcome.sides.values()),
        "kept": {arm: asdict(side.kept) for arm, side in outcome.sides.items()},
        "repeated": outcome.repeated,
        "watched": asdict(outcome.watched),
    }


def told(rig: Rig, rounds: int, progress: Progress) -> Data:
    """B10."""
    each = [free_ring_data(outcome) for outcome in announced.measure(rig, rounds, progress)]
    arms_of = {arm: [sample for one in each for sample in one["arms"][arm]] for arm in each[0]["arms"]}
    return {
        **each[-1],
        "arms": arms_of,
        "failed": sum(one["failed"] for one in each),
        "repeated": sum(one["repeated"] for one in each),
        "kept": {
            arm: {name: sum(one["kept"][arm][name] for one in each) for name in each[0]["kept"][arm]} for arm in arms_of
        },
    }


def size(_rig: Rig, calls: int, progress: Progress) -> Data:
    """The floor in memory, calls through a hall, and a day, shorter when `calls` are fewer than all."""
    task = progress.add_task("size", total=calls)
    floor = scale.floors()
    through = scale.through(calls, lambda done: progress.update(task, completed=done))
    hours = scale.DAY_HOURS if calls >= scale.CALLS else 1
    came, seconds = scale.day(hours)
    guard = through.guard
    return {
        "floor": asdict(floor),
        "through": {
            "arrived": guard.arrived,
            "answered": guard.answered,
            "doubled": guard.doubled,
            "ended_twice": guard.ended_twice,
            "lost": guard.lost,
            "out_of_turn": guard.out_of_turn,
            "left": through.left,
            "decisions": through.decisions,
            "seconds": through.seconds,
        },
        "day": {"calls": came, "hours": hours, "seconds": seconds},
    }


def decisions(_rig: Rig, samples: int, progress: Progress) -> Data:
    """The choice alone and whole decisions, in memory."""
    task = progress.add_task("M1: matching", total=None)
    found = matching.measure(samples)
    progress.update(task, total=1, completed=1)
    return {"microseconds": {name: [round(one * 1e6, 4) for one in times] for name, times in asdict(found).items()}}


def tenant(rig: Rig, changes: int, progress: Progress) -> Data:
    """A large tenant over the API."""
    found = scale.configured(rig, changes, progress)
    return {
        "queues": found.queues,
        "agents": found.agents,
        "changed": milliseconds(found.changed),
        "read": milliseconds(found.read),
        "signed_in": milliseconds(found.signed_in),
    }


def _rates(found: Found[Step]) -> Data:
    steps = [
        {
            "rate": rate,
            "held": held,
            "ring": milliseconds(step.ring),
            "wrong": {"unserved": step.unserved, "failed": step.failed, "repeated": step.repeated},
            "kept": asdict(step.kept),
            "shares": step.watched.shares,
            "load_busy": step.watched.load_busy,
        }
        for rate, held, step in found.steps
    ]
    return {"held": found.held, "broke": found.broke, "steps": steps}
