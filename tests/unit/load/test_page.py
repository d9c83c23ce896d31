"""The page keeps what was lost."""

from __future__ import annotations

import random
from dataclasses import replace

from tests.load import entitlements, page, tenants, texts
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


def crowd(shown: float, sign_in: float) -> dict[str, Result]:
    times = {"sign_in": around(sign_in, 1), "burst": [1e3], "answered": around(shown, 2), "shown": around(shown, 3)}
    return {"crowd": result("crowd", times=times, watched=WATCHED)}


def test_a_click_or_a_sign_in_that_takes_too_long_is_told() -> None:
    slow, fast = page.write(crowd(40.0, 25.0)), page.write(crowd(30.0, 15.0))
    assert "board, p99: ≤ 50 ms | **no** |" in slow
    assert "within a minute, p99: ≤ 30 ms | **no** |" in slow
    assert "board, p99: ≤ 50 ms | yes |" in fast
    assert "within a minute, p99: ≤ 30 ms | yes |" in fast


def test_only_questions_on_the_call_path_count() -> None:
    asked = {"may it record": around(1.0, 1), entitlements.ANEW: around(400.0, 2)}
    assert "< 50 µs | yes |" in page.write({"entitlements": result("entitlements", microseconds=asked)})
    slow = {"may it record": around(60.0, 1)}
    assert "< 50 µs | **no** |" in page.write({"entitlements": result("entitlements", microseconds=slow)})


def test_many_tenants_are_compared_with_the_one_beside_them() -> None:
    def kept(many: float) -> dict[str, Result]:
        arms = {tenants.ONE: around(4.0, 1), tenants.MANY: around(many, 2)}
        data = {"arms": arms, "slowest": 2 * many, "called": 200, "failed": 0, "repeated": 0, "watched": WATCHED}
        return {"B9": result("B9", **data)}

    assert page.write(kept(4.0)).count("(B1's goal by app_queue's law) | yes |") == 2
    slow = page.write(kept(40.0))
    assert slow.count("(B1's goal by app_queue's law) | **no** |") == 2
    assert "one tenant's |" in slow


def test_invoices_are_measured_against_their_goals_only_as_many_as_these_are_about() -> None:
    def kept(seconds: float, mebibytes: float, calls: int = 1_000_000) -> dict[str, Result]:
        data = {"tenants": 1000, "calls": calls, "seconds": seconds, "mebibytes": mebibytes, "lines": 9, "yen": "1"}
        return {"invoices": result("invoices", **data)}

    good = page.write(kept(12.0, 43.0))
    assert "1,000 invoices from 1,000,000 call records: < 60 s | yes | 12.0 s |" in good
    assert "1,000 invoices from 1,000,000 call records: < 500 MB | yes | 43 MiB |" in good
    assert "| 1,000 | 1,000,000 | 12.0 | 83,333 | 43 | 9 |" in good
    assert page.write(kept(61.0, 501.0)).count("| **no** |") == 2
    assert "< 60 s" not in page.write(kept(1.0, 43.0, calls=20_000))


def test_a_part_that_was_not_measured_this_time_keeps_what_the_page_said_with_its_date_and_commit() -> None:
    old = {**ring(30.0, 10.0), **crowd(40.0, 25.0)}
    old = {part: replace(one, at="2026-01-01 00:00 UTC", commit="abc1234", seconds=61.0) for part, one in old.items()}
    before = page.write(old)
    assert page.write({}, before) == before
    fresh = {"B2": replace(ring(12.0, 10.0)["B2"], at="2026-02-02 00:00 UTC", commit="def5678")}
    written = page.write(fresh, before)
    assert "Part `crowd`, measured 2026-01-01 00:00 UTC at commit abc1234, size 1, 61 s." in written
    assert "Part `B2`, measured 2026-02-02 00:00 UTC at commit def5678, size 1." in written
    assert "board, p99: ≤ 50 ms | **no** |" in written
    assert written.count("an agent is free, median: ≤ 2 × app_queue |") == 1
    assert "an agent is free, median: ≤ 2 × app_queue | yes |" in written
    assert written.count("B2: the load's core is under 70% busy") == 1


def test_a_part_without_samples_says_so_and_the_page_is_written() -> None:
    arms = {page.OURS: list[float](), page.THEIRS: around(500.0, 2)}
    data = {"arms": arms, "backlog": dict.fromkeys(arms, 0), "failed": 0, "repeated": 0, "watched": WATCHED}
    written = page.write({"B1": result("B1", **data)})
    assert "| B1: measured at all | **no** | no samples | B1 |" in written
    assert "| denwaban | 0 |" in written
