"""A day that has been meets another plan: the same callers, other waits, and what does not fit is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from acd.config import AgentConfig, QueueConfig
from acd.config.waiting import Cause, OverflowStep, StepKind, Waiting
from denwaban.replay import main
from kernel.ids import AgentId, QueueId
from simulation.replay import Arrival, Plan, Shift, replay

START = datetime(2026, 4, 1, tzinfo=UTC)
Q, R = QueueId("q"), QueueId("r")


def crew(*names: str, queues: tuple[QueueId, ...] = (Q,), begins: float = 0.0) -> tuple[Shift, ...]:
    return tuple(Shift(AgentConfig(AgentId(name), name, name, queues), begins) for name in names)


def test_another_agent_shortens_the_waits_of_the_same_callers() -> None:
    arrivals = [Arrival(100.0 + number * 10, Q, 60.0) for number in range(6)]
    plans = [Plan((QueueConfig(Q, "q"),), crew(*names)) for names in (("a",), ("a", "b"))]
    one, two = (replay(arrivals, plan, START) for plan in plans)
    assert one.queues[Q].asa == pytest.approx(sum(50 * n for n in range(6)) / 6)
    assert two.queues[Q].asa == pytest.approx((0 + 0 + 40 + 40 + 80 + 80) / 6)
    assert (one.queues[Q].level, two.queues[Q].level) == (1 / 6, 2 / 6)
    assert one.occupancy is not None
    assert two.occupancy is not None
    assert one.occupancy > two.occupancy


def test_who_gave_up_gives_up_again_unless_somebody_is_there_in_time() -> None:
    arrivals = [Arrival(10.0, Q, 60.0), Arrival(20.0, Q, 30.0, patience=15.0)]
    alone, two = (replay(arrivals, Plan((QueueConfig(Q, "q"),), crew(*names)), START) for names in ("a", "ab"))
    assert (alone.queues[Q].abandoned, two.queues[Q].abandoned) == (1, 0)


def test_an_overflow_chain_brings_callers_to_others() -> None:
    step = OverflowStep(StepKind.QUEUE, (Cause.LONGEST_WAIT,), R)
    chained = QueueConfig(Q, "q", longest_wait=30.0, waiting=Waiting(overflow=(step,)))
    plan = Plan((chained, QueueConfig(R, "r")), (*crew("a"), *crew("b", queues=(R,))))
    told = replay([Arrival(1.0, Q, 600.0), Arrival(2.0, Q, 60.0)], plan, START)
    assert (told.queues[Q].left, told.queues[R].answered, told.queues[R].asa) == (1, 1, 30.0)


def test_nobody_is_served_before_the_first_shift_begins() -> None:
    told = replay([Arrival(10.0, Q, 60.0)], Plan((QueueConfig(Q, "q"),), crew("a", begins=100.0)), START)
    assert told.queues[Q].asa == 90.0


def record(queued: str, **more: object) -> dict[str, object]:
    return {"queue": "q", "queued": queued, "outcome": "completed", "talk_seconds": 60.0, "wait_seconds": 5.0, **more}


def test_files_of_the_api_are_read_and_both_plans_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = [record(f"2026-04-01T01:00:{second:02}+00:00") for second in range(0, 50, 10)]
    (tmp_path / "day.json").write_text(json.dumps({"items": records}))
    queue = {"id": "q", "name": "q", "waiting": {"overflow": [{"kind": "voicemail"}]}, "longest_wait": 100}
    for name, agents in (("before", 1), ("after", 3)):
        staff = [{"id": f"a{number}", "name": "a", "queues": ["q"], "begins": "09:00"} for number in range(agents)]
        (tmp_path / name).write_text(json.dumps({"queues": [queue], "agents": staff}))
    assert main(tmp_path / "day.json", tmp_path / "before", tmp_path / "after") == 0
    told = capsys.readouterr().out
    assert "SL-strict" in told
    assert "occupancy" in told


def test_what_is_no_plan_is_refused_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "day.json").write_text(json.dumps({"items": [record("2026-04-01T01:00:00+00:00")]}))
    (tmp_path / "plan").write_text(json.dumps({"queues": [{"id": "other", "name": "other"}], "agents": []}))
    assert main(tmp_path / "day.json", tmp_path / "plan", tmp_path / "plan") == 1
    assert "the plan has no queue q" in capsys.readouterr().err
    (tmp_path / "plan").write_text("{")
    assert main(tmp_path / "day.json", tmp_path / "plan", tmp_path / "plan") == 1
    assert "cannot be read as JSON" in capsys.readouterr().err
