"""200 hours of callers who are called back before an agent: `python -m tests.load.callbacks` writes docs/callbacks.md.

It measures no speed, so the machine may be busy; it takes some three minutes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random
from typing import Final

from simulation.calling_back import Habits, simulate
from simulation.scenario import Scenario

PAGE: Final = Path(__file__).parents[2] / "docs" / "callbacks.md"
HOURS: Final = 200.0
CERTAINTY: Final = 0.98
LATE: Final = 5.0
MOST_LATE: Final = 0.02
ROWS: Final = {
    "ten agents": Scenario(180.0, 180.0, 10),
    "two agents": Scenario(34.0, 180.0, 2),
}
_HEAD: Final = """# Called back before an agent

Written by `make theory`; do not edit. The floor that decides about real calls is let loose in virtual time: three in
ten of those who have to wait ask to be called back, let it ring 4 to 20 seconds, and one in ten is not there. A call
back is begun when an agent is free with a probability of {certainty:.0%} as it is answered. Of those who answered at
most {most:.0%} may wait longer than {late:g} s. {hours:g} hours each; the same seed gives the same page.

| | calls/h | handling s | agents | called back | waited over {late:g} s | longest s | not reached | in it |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Simulate every row and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the hours, to try it out")
    share: float = parser.parse_args().share
    lines = [_line(name, scenario, HOURS * share) for name, scenario in ROWS.items()]
    head = _HEAD.format(certainty=CERTAINTY, most=MOST_LATE, late=LATE, hours=HOURS * share)
    PAGE.write_text(head + "".join(lines), encoding="utf-8")


def _line(name: str, scenario: Scenario, hours: float) -> str:
    centre = simulate(scenario, hours, CERTAINTY, Random(name), Habits())
    late = sum(1 for waited in centre.served if waited > LATE) / len(centre.served)
    cells = (
        name,
        f"{scenario.per_hour:g}",
        f"{scenario.handling:g}",
        str(scenario.agents),
        f"{len(centre.served):,}",
        f"{late:.2%}",
        f"{max(centre.served):.1f}",
        str(centre.outcomes.get("unreached", 0)),
        "yes" if late <= MOST_LATE else "**no**",
    )
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    main()
