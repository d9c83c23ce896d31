"""Loads with what theory says of them, computed elsewhere from the same formulas."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """Calls an hour, seconds of handling, agents, seconds of patience; then what is expected in the long run."""

    name: str
    per_hour: float
    handling: float
    agents: int
    patience: float | None
    waiting: float
    abandoned: float
    wait: float


ROWS = (
    Row("C1", 30, 60, 1, None, 0.5, 0, 60.0),
    Row("C2", 60, 60, 2, None, 1 / 3, 0, 20.0),
    Row("C3", 100, 180, 6, None, 0.58752, 0, 105.75),
    Row("C4", 100, 180, 8, None, 0.16727, 0, 10.036),
    Row("C5", 200, 180, 14, None, 0.17413, 0, 7.836),
    Row("C6", 720, 240, 55, None, 0.23870, 0, 8.184),
    Row("C7", 1000, 180, 55, None, 0.38455, 0, 13.844),
    Row("C8", 2880, 60, 50, None, 0.69446, 0, 20.834),
    Row("C9", 40000, 180, 2020, None, 0.54785, 0, 4.931),
    Row("A1", 48 * 60, 60, 50, 120, 0.46777, 0.03091, 3.710),
    Row("A2", 200, 180, 10, 180, 0.54207, 0.12511, 22.520),
    Row("A3", 200, 180, 12, 120, 0.27981, 0.06160, 7.392),
    Row("A4", 1000, 180, 50, 60, 0.39067, 0.07132, 4.279),
    Row("A5", 1000, 180, 50, 300, 0.57976, 0.04919, 14.757),
    Row("A6", 60 * 60, 60, 50, 120, 0.97524, 0.16823, 20.187),
    Row("A7", 40000, 180, 2000, 120, 0.45277, 0.00982, 1.179),
)
