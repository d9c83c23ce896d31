"""`denwaban simulate` as somebody who plans a shift uses it."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.sources import ROOT


def simulate(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "denwaban", "simulate", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_a_queue_beside_its_theory() -> None:
    done = simulate("--per-hour", "60", "--handling", "60", "--agents", "2", "--calls", "2000")
    assert done.returncode == 0, done.stderr
    told = {line.split("│")[1].strip(): line.split("│") for line in done.stdout.splitlines() if line.count("│") > 4}
    assert told["have to wait"][4].strip() == "33.3%"
    assert told["mean wait of all"][4].strip() == "20.00 s"
    assert 0.27 < float(told["have to wait"][2].strip().rstrip("%")) / 100 < 0.40


def test_the_same_day_with_each_of_two_strategies() -> None:
    size = ("--per-hour", "60", "--handling", "60", "--agents", "4", "--calls", "400")
    done = simulate(*size, "--strategy", "linear", "--strategy", "fewest_calls")
    assert done.returncode == 0, done.stderr
    rows = {line.split("│")[1].strip(): line.split("│") for line in done.stdout.splitlines() if line.count("│") > 4}
    assert set(rows) == {"linear", "fewest_calls", "theory"}
    few, most = (int(one) for one in rows["linear"][7].strip().split("–"))
    assert most > 2 * few
    few, most = (int(one) for one in rows["fewest_calls"][7].strip().split("–"))
    assert most - few <= 4
    assert simulate(*size, "--strategy", "best").returncode == 2


def test_too_few_agents_are_told_and_so_are_too_few_calls() -> None:
    hopeless = simulate("--per-hour", "3600", "--handling", "60", "--agents", "60")
    assert (hopeless.returncode, "grow for ever" in hopeless.stderr) == (1, True)
    few = simulate("--per-hour", "60", "--handling", "60", "--agents", "2", "--calls", "3")
    assert (few.returncode, "at least 20" in few.stderr) == (1, True)
