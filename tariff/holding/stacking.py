"""Tiers that are steps from one height to another, where a higher step is put on top of the one there was."""

from __future__ import annotations

from tariff.holding.history import History, Holding


def steps(history: History, holding: Holding, row: str) -> tuple[str, ...]:
    """The steps that stand on each other when `holding` came to be, the lowest first: "400-1000", then "1000-2000"."""
    found: tuple[str, ...] = ()
    for step in history.steps:
        found = _after(found, step.holding.quantities.get(row))
        if step.holding is holding:
            break
    return found


def _after(found: tuple[str, ...], had: int | str | None) -> tuple[str, ...]:
    if not isinstance(had, str):
        return ()
    if not found:
        return (had,)
    top, wanted = (one.rpartition("-")[2] for one in (found[-1], had))
    return found if top == wanted else (*found, f"{top}-{wanted}")
