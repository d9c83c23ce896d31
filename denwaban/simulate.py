"""`denwaban simulate`: a queue in virtual time, decided by the same floor as real calls, beside what theory says."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from random import Random

from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from acd.config.routing import Strategy
from simulation.day import simulate
from simulation.erlang import Expected, Load, expected
from simulation.outcomes import BATCHES, Estimate, Measured
from simulation.scenario import Scenario


def main(scenario: Scenario, calls: int, within: float, seed: int, strategies: Sequence[Strategy]) -> int:
    """Simulate and print the figures with their 95 % intervals, of each strategy with the same callers; 1 with a
    sentence when nothing can be measured."""
    if calls < BATCHES:
        print(f"denwaban cannot measure {calls} calls: let at least {BATCHES} come (--calls)", file=sys.stderr)
        return 1
    load = Load(scenario.rate, scenario.handling, scenario.agents, scenario.patience)
    try:
        theory = expected(load)
    except ValueError as error:
        print(f"denwaban cannot simulate this: {error}. More agents, or callers with --patience?", file=sys.stderr)
        return 1
    found = {}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for strategy in strategies:
            task = progress.add_task(strategy, total=calls)
            tell = partial(_told, progress, task)
            found[strategy] = simulate(replace(scenario, strategy=strategy), calls, Random(seed), within, tell=tell)
    first, *others = found
    Console().print(_table(found[first], theory, within) if not others else _beside(found, theory, within))
    return 0


def _told(progress: Progress, task: TaskID, done: int) -> None:
    progress.update(task, completed=done)


def _beside(found: Mapping[Strategy, Measured], theory: Expected, within: float) -> Table:
    """A row for each strategy. The waits are those of one queue of equal agents: who gets a call changes them little,
    and changes much how the calls are shared."""
    table = Table(title=f"{next(iter(found.values())).callers:,} calls for each strategy", title_justify="left")
    table.add_column("", no_wrap=True)
    for column in ("have to wait", "give up", f"in {within:g} s", "mean wait", "agents talk", "calls of an agent"):
        table.add_column(column, justify="right")
    for strategy, one in found.items():
        table.add_row(
            strategy,
            *(f"{share.mean:.1%}" for share in (one.waiting, one.abandoned, one.level)),
            f"{one.wait.mean:.2f} s",
            f"{one.occupancy:.1%}",
            _calls_each(one),
        )
    shares = (f"{theory.waiting:.1%}", f"{theory.abandoned:.1%}", "", f"{theory.wait:.2f} s", f"{theory.occupancy:.1%}")
    table.add_row("theory", *shares, "")
    return table


def _calls_each(measured: Measured) -> str:
    fewest, most = measured.calls_each
    return f"{fewest:,}–{most:,}"


def _table(measured: Measured, theory: Expected, within: float) -> Table:
    table = Table(title=f"{measured.callers:,} calls", title_justify="left")
    table.add_column("")
    for column in ("simulated", "± 95 %", "theory"):
        table.add_column(column, justify="right")
    _share(table, "have to wait", measured.waiting, theory.waiting)
    _share(table, "give up", measured.abandoned, theory.abandoned)
    _share(table, f"answered within {within:g} s", measured.level, None)
    table.add_row(
        "mean wait of all", f"{measured.wait.mean:.2f} s", f"{measured.wait.half:.2f}", f"{theory.wait:.2f} s"
    )
    table.add_row("mean wait of the answered (ASA)", f"{measured.answer.mean:.2f} s", f"{measured.answer.half:.2f}", "")
    table.add_row("agents talk", f"{measured.occupancy:.1%}", "", f"{theory.occupancy:.1%}")
    table.add_row("calls of an agent", _calls_each(measured), "", "")
    return table


def _share(table: Table, name: str, found: Estimate, theory: float | None) -> None:
    table.add_row(name, f"{found.mean:.1%}", f"{found.half:.1%}", "" if theory is None else f"{theory:.1%}")
