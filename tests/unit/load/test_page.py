"""The page keeps what was lost."""

from __future__ import annotations

import random

from tests.load import page, texts
from tests.load.results import Result

WATCHED = {"seconds": 1.0, "load_busy": 0.2, "shares": {"asterisk": 0.1}, "dropped": 0}


def result(part: str, **data: object) -> Result:
    return Result(part, "2026-01-01 00:00 UTC", 1, {"cores": "2"}, data)


def around(middle: float, seed: int) -> list[float]:
    chance = random.Random(seed)
    return [chance.uniform(0.5, 1.5) * middle for _ in range(200)]


def ring(ours: float, theirs: float) -> dict[str, Result]:
    arms = {page.OURS: around(ours, 1), page.THEIRS: around(theirs, 2)}
    return {"B2": result("B2", ring=arms, sound={arm: [] for arm in arms}, watched=WATCHED, repeated=0, failed=0)}


def test_a_goal_that_is_missed_says_no() -> None:
    lost, won = page.write(ring(30.0, 10.0)), page.write(ring(12.0, 10.0))
    assert "≤ 2 × app_queue | **no** |" in lost
    assert "≤ 10 ms more | **no** |" in lost
    assert "≤ 2 × app_queue | yes |" in won
    assert "≤ 10 ms more | yes |" in won


def test_a_lost_datagram_makes_the_bench_unbelievable() -> None:
    kept = ring(12.0, 10.0)
    kept["B2"].data["watched"] = {**WATCHED, "dropped": 1}
    assert [check.ok for check in page.bench_checks(kept)] == [True, False]
    assert "**no** | 1 lost" in page.write(kept)


def test_without_any_part_the_page_still_says_how_it_is_measured() -> None:
    written = page.write({})
    assert written.startswith(texts.HEAD)
    assert texts.MEASURES["configuration"] in written
    assert texts.REPEAT in written
