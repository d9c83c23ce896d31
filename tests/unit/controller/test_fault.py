"""Fault points: thirteen steps, numbered as the path of a call is; in production nothing happens there."""

from __future__ import annotations

import re
from pathlib import Path

from controller.fault import Step, nothing

ROOT = Path(__file__).parents[3]


def test_there_are_thirteen_steps_and_each_stands_in_the_picture() -> None:
    picture = (ROOT / "docs" / "call.md").read_text(encoding="utf-8")
    path = picture.split("```")[1]
    numbered = {int(number) for number in re.findall(r"[│ ](1?\d) [a-zA-Z]", path)}
    assert {int(step) for step in Step} == set(range(1, 14))
    assert set(range(1, 14)) <= numbered


def test_every_step_is_passed_somewhere_in_the_controller() -> None:
    code = "".join(path.read_text() for path in (ROOT / "controller").glob("*.py") if path.name != "fault.py")
    assert [step.name for step in Step if f"Step.{step.name}" not in code] == []


def test_nothing_is_what_production_runs() -> None:
    for step in Step:
        assert nothing(step) is None
