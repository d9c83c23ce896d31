"""Every row of queueing theory against the floor in virtual time: `python -m tests.load.theory` writes docs/theory.md.

It measures no speed, so the machine may be busy; it takes some ten minutes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random
from typing import Final

from rich.progress import Progress

from simulation.day import simulate
from simulation.outcomes import Estimate, Measured
from simulation.scenario import Scenario
from tests.unit.simulation.table import ROWS, Row

PAGE: Final = Path(__file__).parents[2] / "docs" / "theory.md"
SURE: Final = 0.99
FEW: Final = 200_000
MANY: Final = 1_000_000
"""Calls. With 2,000 agents at 99 % a queue takes 10,000 calls to forget how it was."""
_HEAD: Final = """# The floor against queueing theory

Written by `make theory`; do not edit. The floor that decides about real calls is let loose in virtual time on Poisson
arrivals with exponential handling (and, A1 to A7, patience): Erlang C and Erlang A say what must come out. The same
seed gives the same page. ± is half of the 99 % interval from 20 batches; with {checks} checks about one may miss.

| row | calls/h | handling s | agents | patience s | calls | wait at all | theory | give up | theory | mean wait s | \
theory | in it |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Simulate every row and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the calls, to try it out")
    share: float = parser.parse_args().share
    lines = []
    with Progress() as progress:
        for row in progress.track(ROWS, description="rows"):
            calls = round(share * (MANY if row.agents > 1000 else FEW))
            scenario = Scenario(row.per_hour, row.handling, row.agents, row.patience)
            lines.append(_line(row, simulate(scenario, calls, Random(row.name), confidence=SURE)))
    PAGE.write_text(_HEAD.format(checks=3 * len(ROWS)) + "".join(lines), encoding="utf-8")


def _line(row: Row, found: Measured) -> str:
    kept = (
        found.waiting.holds(row.waiting),
        found.abandoned.holds(row.abandoned),
        found.wait.holds(row.wait),
    )
    cells = (
        row.name,
        f"{row.per_hour:,.0f}",
        f"{row.handling:g}",
        f"{row.agents:,}",
        "never" if row.patience is None else f"{row.patience:g}",
        f"{found.callers:,}",
        _shown(found.waiting, 4),
        f"{row.waiting:.4f}",
        _shown(found.abandoned, 4),
        f"{row.abandoned:.4f}",
        _shown(found.wait, 3),
        f"{row.wait:.3f}",
        "yes" if all(kept) else "**no**",
    )
    return f"| {' | '.join(cells)} |\n"


def _shown(found: Estimate, digits: int) -> str:
    return f"{found.mean:.{digits}f} ± {found.half:.{digits}f}"


if __name__ == "__main__":
    main()
