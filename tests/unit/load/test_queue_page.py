"""The page about crowds says what was lost, and what was not measured is not reached."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.load import matching, page, queue_page
from tests.load.results import Result

WATCHED = {"seconds": 1.0, "load_busy": 0.2, "shares": {"asterisk": 0.1}, "dropped": 0}
CLEAN = {"calls": 3000, "lost": 0, "doubled": 0, "rung_twice": 0}
OURS, THEIRS, MATCHER = queue_page.OURS, queue_page.THEIRS, queue_page.MATCHER


def result(part: str, **data: object) -> Result:
    return Result(part, "2026-01-01 00:00 UTC", 1, {"cores": "2"}, data)


def around(middle: float, seed: int) -> list[float]:
    chance = random.Random(seed)
    return [chance.uniform(0.5, 1.5) * middle for _ in range(200)]


def cell(ours: float, theirs: float, kept: dict[str, int] = CLEAN) -> dict[str, Any]:
    return {
        "arms": {OURS: around(ours, 1), THEIRS: around(theirs, 2)},
        "backlog": {OURS: 30, THEIRS: 30},
        "failed": 0,
        "kept": {OURS: kept, THEIRS: kept},
        "repeated": 0,
        "watched": WATCHED,
    }


def burn(who: str, members: int, share: float) -> dict[str, Any]:
    return {"who": who, "members": members, "waiting": 150, "shares": {"asterisk": share, "controller": 0.0}}


def step(rate: float, held: bool) -> dict[str, Any]:
    wrong = {"unserved": 0, "failed": 0, "repeated": 0 if held else 4}
    ring = around(4.0, 3)
    return {"rate": rate, "held": held, "ring": ring, "wrong": wrong, "kept": CLEAN, "shares": {}, "load_busy": 0.1}


def rates(ours: float, theirs: float) -> dict[str, Any]:
    return {
        arm: {"held": rate, "broke": 2 * rate, "steps": [step(rate, True), step(2 * rate, False)]}
        for arm, rate in ((OURS, ours), (THEIRS, theirs))
    }


def shared(ours: float, theirs: float, mean: float = 3.0) -> dict[str, Result]:
    cells = {"2000 members, retry 1": cell(mean, 1000.0)}
    return {"B5-2000": result("B5-2000", cells=cells, rates=rates(ours, theirs))}


def test_three_times_the_rate_is_reached_and_a_little_less_is_not() -> None:
    name = "2,000 members in ten queues, calls a second: ≥ 3 × app_queue's"
    assert f"{name} | yes | 30.0 beside 10.0 a second, 3.0 ×" in page.write(shared(30.0, 10.0))
    assert f"{name} | **no** | 29.0 beside 10.0" in page.write(shared(29.0, 10.0))


def test_where_app_queue_held_at_no_rate_the_lowest_that_broke_it_counts() -> None:
    name = "2,000 members in ten queues, calls a second: ≥ 3 × app_queue's"
    kept = shared(30.0, 10.0)
    kept["B5-2000"].data["rates"][THEIRS]["held"] = 0.0
    assert f"{name} | **no** | 30.0 beside less than 20.0 a second, 1.5 ×" in page.write(kept)
    kept["B5-2000"].data["rates"][THEIRS]["broke"] = 8.0
    assert f"{name} | yes | 30.0 beside less than 8.0 a second" in page.write(kept)
    assert f"{name} | **no** | 29.0 beside less than 0.0" in page.write(shared(29.0, 0.0))


def test_what_was_not_seen_to_fail_may_still_do_so() -> None:
    assert queue_page.certain(0, 5000) == pytest.approx(1 - 0.05 ** (1 / 5000), rel=1e-6)
    assert queue_page.certain(3, 1000) == pytest.approx(0.00773, abs=1e-4)
    assert queue_page.certain(7, 7) == 1.0
    assert queue_page.certain(900, 9000) == pytest.approx(0.1054, abs=1e-3)


def test_shared_agents_are_held_against_a_three_hundredth() -> None:
    name = "ten queues share 2000 members, retry 1: free → anybody rings, mean: ≤ 1/300 of app_queue's"
    assert f"{name} | yes |" in page.write(shared(30.0, 10.0))
    assert f"{name} | **no** |" in page.write(shared(30.0, 10.0, mean=5.0))


def test_the_rates_that_broke_stand_in_the_table() -> None:
    written = page.write(shared(30.0, 10.0))
    assert "| app_queue | 20.0 | no | 200 |" in written
    assert "| denwaban | 30.0 | yes | 200 |" in written


def test_one_lost_call_spoils_it_and_so_do_too_few() -> None:
    name = "on the wire, ≥ 5,000 calls: none lost, none offered twice"
    both = {"B10": result("B10", **cell(1.0, 500.0)), **shared(30.0, 10.0)}
    assert f"{name} | yes | 9,000 calls: 0 lost" in page.write(both)
    assert f"{name} | **no** | 3,000 calls: 0 lost" in page.write({"B10": both["B10"]})
    # Beside the cells the steps of the rate that held; CLEAN once for each.
    assert "| denwaban | 9,000 | 0 | 0 | 0 | 0 |\n| app_queue | 9,000 | 0 | 0 | 0 | 0 |" in page.write(both)
    lost = {**both, "B10": result("B10", **cell(1.0, 500.0, {**CLEAN, "lost": 1}))}
    assert f"{name} | **no** | 9,000 calls: 1 lost" in page.write(lost)


def test_what_waiting_takes_is_told_above_the_music() -> None:
    def burns(ours: float) -> list[dict[str, Any]]:
        listed = [("music only", 0, 0.2), (THEIRS, 20, 0.21), (OURS, 20, 0.2), (THEIRS, 2000, 0.4), (OURS, 2000, ours)]
        return [burn(*one) for one in listed]

    cells = {"100 × 2000": cell(4.0, 900.0)}
    name = "nothing happens beside 2,000 members: ≤ 1/100 of app_queue's burn, or none to be seen"
    won = page.write({"B4": result("B4", cells=cells, burns=burns(0.2005))})
    assert f"{name} | yes | +0.05% beside +20.00%" in won
    assert "| app_queue | 2000 | 40.00% | 0.00% | 40.00% |" in won
    assert f"{name} | **no** |" in page.write({"B4": result("B4", cells=cells, burns=burns(0.25))})


def test_the_bench_is_not_believed_when_its_own_calls_were_not_erlangs() -> None:
    def b6(perfect: float) -> dict[str, Result]:
        side = {"waits": around(1000.0, 4), "perfect": around(perfect, 5)}
        data = {"sides": {OURS: side, THEIRS: side}, "expected": 1000.0, "failed": 0, "repeated": 0}
        return {"B6": result("B6", **data, kept={OURS: CLEAN}, watched=WATCHED)}

    assert all(check.ok for check in page.bench_checks(b6(1000.0)))
    assert [check.name for check in page.bench_checks(b6(3000.0)) if not check.ok] == [
        "B6: the calls on the wire were those of Erlang C (99 % interval)"
    ]


def size(hours: int, **through: int) -> dict[str, Result]:
    none = {"arrived": 100_000, "answered": 9, "doubled": 0, "ended_twice": 0, "lost": 0, "left": 0, "decisions": 9}
    floor = {"small": around(1e-5, 1), "large": around(1.5e-5, 2), "queues": 1000, "agents": 5000, "waiting": 10_000}
    data = {"floor": floor, "through": {**none, "seconds": 9.0, **through}}
    return {"size": result("size", **data, day={"calls": 960_000, "hours": hours, "seconds": 119.0})}


def test_size_is_held_against_its_goals() -> None:
    written, name = page.write(size(24)), "simulated, 100,000 calls: none lost, none offered twice or out of turn"
    assert "a day of 2,000 agents simulated: < 2 minutes | yes | 119 s" in written
    assert f"{name} | yes |" in written
    assert f"{name} | **no** |" in page.write(size(24, doubled=1))
    assert f"{name} | **no** |" in page.write(size(24, out_of_turn=1))
    assert "a day of 2,000 agents" not in page.write(size(1)).partition("## Size")[0]


def test_the_matcher_is_held_against_its_goal_alone_and_with_everything_recorded() -> None:
    found = {name: around(10.0 if name.startswith("for_") else 100.0, turn) for turn, name in enumerate(MATCHER)}
    written = page.write({"M1": result("M1", microseconds=found)})
    assert f"matcher, {MATCHER['for_agent']}: ≥ 50,000 a second, p99 < 1 ms | yes |" in written
    assert f"matcher, {MATCHER['freed']}: ≥ 50,000 a second, p99 < 1 ms | **no** |" in written


def test_everybody_who_becomes_ready_beside_the_idle_is_given_a_call() -> None:
    found = matching.measure(5)
    assert [len(found.freed), len(found.joined), len(found.for_agent), len(found.for_call)] == [5, 5, 5, 5]


def test_a_tenant_is_as_large_as_asked_only_with_everybody_signed_in() -> None:
    def tenant(agents: int) -> dict[str, Result]:
        times = {name: around(50.0, 6) for name in ("changed", "read", "signed_in")}
        return {"tenant": result("tenant", queues=1000, agents=agents, **times)}

    name = "a tenant of 1,000 queues and 5,000 agents on a running platform"
    assert f"{name} | yes | 1,000 queues, 5,000 agents signed in at once | tenant |" in page.write(tenant(5000))
    assert f"{name} | **no** |" in page.write(tenant(4999))


def test_with_shared_agents_the_goal_is_about_whoever_has_waited_longest_and_the_other_cell_stays() -> None:
    kept = shared(30.0, 10.0, mean=8.0)
    kept["B5-2000"].data["cells"]["2000 members, retry 1"]["heads"] = {OURS: around(5.0, 1), THEIRS: around(2000.0, 2)}
    written, name = page.write(kept), "ten queues share 2000 members, retry 1: free →"
    assert f"{name} whoever has waited longest rings, mean: ≤ 1/300 of app_queue's | yes | 1/" in written
    assert f"{name} anybody rings, mean: ≤ 1/300 of app_queue's | **no** | 1/" in written
    assert "2000 members, retry 1, until whoever has waited longest rings:" in written
