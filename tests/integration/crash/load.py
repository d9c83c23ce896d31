"""How much is going on while something is killed: a little by default, DENWABAN_CHAOS=full for the full counts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Case = TypeVar("Case")


@dataclass(frozen=True, slots=True)
class Load:
    """Calls by what they are in, how often a test is repeated, and how long a service stays away (seconds)."""

    talking: int
    waiting: int
    greeted: int
    occurrences: int
    rushes: int
    away: float
    adopted: float
    """Seconds a new controller may take until all is adopted; 5 on a machine that does nothing else."""


FULL = os.environ.get("DENWABAN_CHAOS") == "full"
LOAD = Load(20, 30, 10, 5, 10, 30.0, 5.0) if FULL else Load(5, 5, 2, 1, 1, 5.0, 20.0)


def sampled(cases: Sequence[Case]) -> Sequence[Case]:
    """Every third of them by default: each costs ten seconds of a machine that does nothing else."""
    return cases if FULL else cases[::3]
