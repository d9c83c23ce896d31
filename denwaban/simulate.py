"""`denwaban simulate`: a queue in virtual time, decided by the same floor as real calls, beside what theory says."""

from __future__ import annotations

import sys
from random import Random

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from simulation.day import simulate
from simulation.erlang import Expected, Load, expected
from simulation.outcomes import BATCHES, Estimate, Measured
from simulation.scenario import Scenario


def main(scenario: Scenario, calls: int, within: float, seed: int) -> int:
    """Simulate and print the figures with their 95 % intervals; 1 with a sentence when nothing can be measured."""
    if calls < BATCHES:
        print(f"denwaban cannot measure {calls} calls: let at least {BATCHES} come (--calls)", file=sys.stderr)
        return 1
    load = Load(scenario.rate, scenario.handling, scenario.agents, scenario.patience)
    try:
        theory = expected(load)
    except ValueError as error:
        print(f"denwaban cannot simulate this: {error}. More agents, or callers with --patience?", file=sys.stderr)
        return 1
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("calls", total=calls)
        measured = simulate(
            scenario, calls, Random(seed), within, tell=lambda done: progress.update(task, completed=done)
        )
    Console().print(_table(measured, theory, within))
    return 0


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
    return table


def _share(table: Table, name: str, found: Estimate, theory: float | None) -> None:
    table.add_row(name, f"{found.mean:.1%}", f"{found.half:.1%}", "" if theory is None else f"{theory:.1%}")
