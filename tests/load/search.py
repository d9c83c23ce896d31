"""Looks for the highest rate that holds, as RFC 7502 does: faster by steps until one fails, then once between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Step = TypeVar("Step")
_SLOWER = 3
"""How often a first rate that fails is divided."""


@dataclass(slots=True)
class Found(Generic[Step]):
    """The highest rate that held (0: none did), the lowest that did not (0: none was tried), every step."""

    held: float = 0.0
    broke: float = 0.0
    steps: list[tuple[float, bool, Step]] = field(default_factory=list)


def highest(first: float, factor: float, most: float, holds: Callable[[float], tuple[bool, Step]]) -> Found[Step]:
    """From `first` on (`most` if that is less), `factor` times faster each time up to `most`; a first one that fails
    is divided instead."""
    found: Found[Step] = Found()

    def step(rate: float) -> None:
        good, told = holds(rate)
        found.steps.append((rate, good, told))
        if good:
            found.held = max(found.held, rate)
        else:
            found.broke = min(found.broke or rate, rate)

    rate = min(first, most)
    while rate <= most and not found.broke:
        step(rate)
        rate *= factor
    for _ in range(_SLOWER):
        if not found.held:
            step(found.broke / factor)
    if found.held and found.broke:
        step((found.held * found.broke) ** 0.5)
    return found
