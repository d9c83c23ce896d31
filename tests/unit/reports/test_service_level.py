"""One day, seven formulas: the worked example of metrics.md, section 1."""

from __future__ import annotations

import pytest

from reports.queue_counts import Counts
from reports.service_level import Formula, level

DAY = Counts(
    offered=100,
    answered=80,
    answered_in_time=70,
    abandoned=20,
    abandoned_in_time=8,
    short_abandoned=5,
)
"""70 answered within 20 s, 10 later, 8 abandoned within 20 s of which 5 within 5 s, 12 abandoned later."""


@pytest.mark.parametrize(
    ("formula", "percent"),
    [
        (Formula.ANSWERED, 87.5),
        (Formula.ASTERISK2, 78.0),
        (Formula.CONNECT, 78.0),
        (Formula.LATE_ABANDON, 76.1),
        (Formula.GENESYS, 73.7),
        (Formula.STRICT, 70.0),
        (Formula.VONAGE, 70.0),
    ],
)
def test_the_published_example(formula: Formula, percent: float) -> None:
    assert round(100 * (level(formula, DAY) or 0), 1) == percent


def test_who_left_otherwise_counts_where_the_formula_says_so() -> None:
    day = Counts(offered=4, answered=2, answered_in_time=2, overflowed=2)
    assert {formula: level(formula, day) for formula in Formula} == {
        Formula.ANSWERED: 1.0,
        Formula.ASTERISK2: 1.0,
        Formula.CONNECT: 0.5,
        Formula.GENESYS: 1.0,
        Formula.LATE_ABANDON: 1.0,
        Formula.VONAGE: 0.5,
        Formula.STRICT: 0.5,
    }


@pytest.mark.parametrize("formula", Formula)
def test_before_anything_has_happened_there_is_no_level(formula: Formula) -> None:
    assert level(formula, Counts()) is None
