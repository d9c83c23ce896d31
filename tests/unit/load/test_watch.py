"""The processor time of a part is that of all its processes: running, ended, or ending just now."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load import watch

SECOND = os.sysconf("SC_CLK_TCK")
BURN = "import time\nwhile time.process_time() < 0.3: pass\nprint('burnt', flush=True)\ninput()"


class Processes:
    """A folder that reads like /proc."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def runs(self, pid: int, used: int, *children: int, waited_for: int = 0) -> None:
        """A process that has used some seconds, as have those it waited for; a name may hold anything."""
        self.lists(pid, *children)
        fields = ["S", *["0"] * 10, str(used * SECOND), "0", "0", str(waited_for * SECOND), *["0"] * 20]
        (self._folder / str(pid) / "stat").write_text(f"{pid} (a) b) {' '.join(fields)}\n")

    def lists(self, pid: int, *children: int) -> None:
        """A process is told of whose times can no longer be read."""
        thread = self._folder / str(pid) / "task" / str(pid)
        thread.mkdir(parents=True, exist_ok=True)
        (thread / "children").write_text(" ".join(map(str, children)))


@pytest.fixture
def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Processes:
    monkeypatch.setattr(watch, "PROC", tmp_path)
    return Processes(tmp_path)


def test_a_process_counts_with_all_below_it_and_with_those_that_ended(processes: Processes) -> None:
    processes.runs(10, 1, 11, 12, waited_for=20)
    processes.runs(11, 300)
    processes.runs(12, 4000, 13)
    processes.runs(13, 50_000, waited_for=600_000)
    assert watch.seconds_used(10) == 654_321


def test_a_child_of_any_thread_counts(processes: Processes, tmp_path: Path) -> None:
    processes.runs(10, 1)
    processes.runs(11, 20)
    (tmp_path / "10" / "task" / "99").mkdir()
    (tmp_path / "10" / "task" / "99" / "children").write_text("11 ")
    assert watch.seconds_used(10) == 21


def test_a_part_below_another_counts_once(processes: Processes) -> None:
    processes.runs(10, 1, 11)
    processes.runs(11, 20, 12)
    processes.runs(12, 300)
    assert watch.seconds_of({"above": 10, "below": 11}) == {"above": 1, "below": 320}


def test_what_has_gone_is_left_out_and_raises_nothing(processes: Processes) -> None:
    processes.runs(10, 1, 11, 12)
    processes.lists(11, 13)
    assert watch.seconds_of({"here": 10, "gone": 12}) == {"here": 1}


def test_a_child_that_ends_between_two_looks_is_not_lost(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    processes.runs(10, 1, 11)
    listed = watch.children

    def ends(pid: int) -> list[int]:
        if pid == 10:
            processes.runs(10, 1, waited_for=20)
        return listed(pid)

    monkeypatch.setattr(watch, "children", ends)
    assert watch.seconds_used(10) == 21


def test_a_real_child_counts_while_it_runs_and_after_it_ended() -> None:
    before = watch.seconds_used(os.getpid())
    # Without its standard input the child ends.
    with subprocess.Popen([sys.executable, "-c", BURN], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"burnt\n"
        running = watch.seconds_used(os.getpid())
        child.communicate(b"\n", timeout=20)
    after = watch.seconds_used(os.getpid())
    assert before is not None
    assert running is not None
    assert after is not None
    assert running - before >= 0.25
    assert after >= running - 0.05
