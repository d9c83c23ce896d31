"""The supervisor keeps its children up, and nobody outlives an orderly end; played with tiny children."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from denwaban.build import ROOT
from denwaban.child import ChildSpec, Places
from denwaban.errors import AlreadyServed, ChildDown, PortTaken
from denwaban.ports import PortNeed
from denwaban.process import read_record, start_ticks, write_record
from denwaban.supervisor import Supervisor, sole_supervisor

LIMIT = 20.0
SLEEPER = ("sleep", "1000")


class Said:
    """What the supervisor said, to be waited for."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._news = asyncio.Event()

    def __call__(self, text: str) -> None:
        self.lines.append(text)
        self._news.set()

    async def wait_for(self, words: str) -> None:
        async with asyncio.timeout(LIMIT):
            while not any(words in line for line in self.lines):
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    for name in ("run", "log"):
        (tmp_path / name).mkdir()
    return Places(tmp_path, tmp_path / "run", tmp_path / "log")


@pytest.fixture
async def said() -> Said:
    return Said()


@pytest.fixture
async def supervisor(places: Places, said: Said) -> AsyncIterator[Supervisor]:
    async with Supervisor(places, said) as supervisor:
        yield supervisor


def sleeper(name: str = "one", build: str = "b1") -> ChildSpec:
    return ChildSpec(name=name, command=SLEEPER, build=build)


def pid_of(supervisor: Supervisor, name: str = "one") -> int:
    pid = supervisor.child(name).pid
    assert pid is not None
    return pid


async def gone(pid: int) -> None:
    async with asyncio.timeout(LIMIT):
        while start_ticks(pid) is not None:
            await asyncio.sleep(0.01)


async def test_children_are_stopped_last_started_first_and_none_is_left(places: Places, said: Said) -> None:
    async with Supervisor(places, said) as supervisor:
        await supervisor.start(sleeper("one"))
        await supervisor.start(sleeper("two"))
        pids = [pid_of(supervisor, "one"), pid_of(supervisor, "two")]
    assert [line for line in said.lines if "stopped" in line] == ["two: stopped", "one: stopped"]
    assert [start_ticks(pid) for pid in pids] == [None, None]
    assert list(places.run.iterdir()) == []


async def test_a_child_deaf_to_sigterm_is_ended_by_force_with_all_it_started(places: Places, said: Said) -> None:
    deaf = "trap '' TERM; sleep 1000 & echo $!; wait; wait"
    async with Supervisor(places, said) as supervisor:
        await supervisor.start(replace(sleeper(), command=("sh", "-c", deaf), stop_limit=0.3))
        log = places.log / "one.log"
        async with asyncio.timeout(LIMIT):
            while not log.read_text().strip():
                await asyncio.sleep(0.01)
        grandchild = int(log.read_text())
    assert "one: stopped by force after 0 s" in said.lines
    await gone(grandchild)


async def test_a_child_that_dies_is_started_again(supervisor: Supervisor, said: Said) -> None:
    await supervisor.start(sleeper())
    first = pid_of(supervisor)
    os.kill(first, signal.SIGKILL)
    await said.wait_for("one: up again")
    assert "one: ended by SIGKILL; starting it again" in said.lines
    assert pid_of(supervisor) != first


async def test_five_deaths_in_a_minute_keep_a_child_down_with_one_clear_line(
    supervisor: Supervisor, said: Said, places: Places
) -> None:
    await supervisor.start(sleeper("steady"))
    tally = places.var / "tally"
    once_ready = f"echo x >> {tally}; sleep 0.05; exit 3"
    await supervisor.start(replace(sleeper("weak"), command=("sh", "-c", once_ready)))
    await said.wait_for("stays down")
    assert tally.read_text().count("x") == 5
    (last,) = [line for line in said.lines if "stays down" in line]
    assert last == f"weak: ended with 3; died five times within a minute and stays down. See {places.log}/weak.log"
    assert supervisor.child("weak").down
    assert supervisor.child("weak").pid is None
    assert start_ticks(pid_of(supervisor, "steady")) is not None


async def test_a_start_that_never_gets_ready_is_given_up(supervisor: Supervisor) -> None:
    async def never() -> bool:
        raise ConnectionRefusedError

    with pytest.raises(ChildDown, match="was not ready after 0 s"):
        await supervisor.start(replace(sleeper(), ready=never, ready_limit=0.05))
    assert supervisor.child("one").pid is None


async def test_a_broken_probe_is_no_readiness(supervisor: Supervisor) -> None:
    async def broken() -> bool:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await supervisor.start(replace(sleeper(), ready=broken))


async def test_a_taken_port_is_told_with_its_setting_before_anything_starts(supervisor: Supervisor) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        spec = replace(sleeper(), ports=(PortNeed("DENWABAN_API_PORT", "127.0.0.1", port),))
        with pytest.raises(PortTaken, match=rf"tcp port {port} on 127\.0\.0\.1 .*; set DENWABAN_API_PORT"):
            supervisor.check_ports([spec])
    supervisor.check_ports([spec])


async def test_one_var_has_one_supervisor(places: Places) -> None:
    with (
        sole_supervisor(places.run),
        pytest.raises(AlreadyServed, match=f"pid {os.getpid()}"),
        sole_supervisor(places.run),
    ):
        raise AssertionError("two supervisors serve one var")
    with sole_supervisor(places.run):
        assert (places.run / "lock").read_text().strip() == str(os.getpid())


# ------------------------------------------------------------------ a supervisor that is killed

PROGRAM = """
import asyncio, signal, sys
from pathlib import Path
from denwaban.build import ROOT
from denwaban.child import ChildSpec, Places
from denwaban.supervisor import Supervisor

async def main(var):
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Supervisor(Places(var, var / "run", var / "log"), lambda text: None) as supervisor:
        await supervisor.start(ChildSpec(name="one", command=("sleep", "1000"), build="b1"))
        print(supervisor.child("one").pid, flush=True)
        await stop.wait()

asyncio.run(main(Path(sys.argv[1])))
"""


async def run_and(places: Places, number: signal.Signals) -> int:
    """Let a supervisor of its own start the child, then end the supervisor; the child's pid."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(places.var), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(LIMIT):
            pid = int(await process.stdout.readline())
            process.send_signal(number)
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return pid


async def test_sigterm_leaves_no_orphan(places: Places) -> None:
    pid = await run_and(places, signal.SIGTERM)
    assert start_ticks(pid) is None


async def test_a_killed_supervisor_leaves_its_child_up_and_the_next_adopts_and_watches_it(
    places: Places, said: Said
) -> None:
    pid = await run_and(places, signal.SIGKILL)
    assert start_ticks(pid) is not None
    async with Supervisor(places, said) as supervisor:
        await supervisor.start(sleeper())
        assert said.lines == [f"one: adopted, pid {pid}"]
        os.kill(pid, signal.SIGKILL)
        await said.wait_for("one: up again")
        assert pid_of(supervisor) != pid


async def test_a_child_of_another_build_is_ended_and_started_anew(
    places: Places, said: Said, supervisor: Supervisor
) -> None:
    pid = await run_and(places, signal.SIGKILL)
    await supervisor.start(sleeper(build="b2"))
    assert said.lines[0] == f"one: pid {pid} is of another version and is ended"
    assert start_ticks(pid) is None
    assert pid_of(supervisor) != pid


async def test_a_child_that_does_not_answer_is_ended_and_started_anew(
    places: Places, said: Said, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("denwaban.child.ADOPT_LIMIT", 0.1)
    pid = await run_and(places, signal.SIGKILL)

    async def answers() -> bool:
        return start_ticks(pid) is None

    await supervisor.start(replace(sleeper(), ready=answers))
    assert said.lines[0] == f"one: pid {pid} does not answer and is ended"
    assert pid_of(supervisor) != pid


async def test_a_child_whose_record_was_lost_is_found_and_ended(
    places: Places, said: Said, supervisor: Supervisor
) -> None:
    pid = await run_and(places, signal.SIGKILL)
    (places.run / "one.json").unlink()
    await supervisor.start(sleeper())
    assert said.lines[0] == f"one: pid {pid} was left behind and is ended"
    assert start_ticks(pid) is None


async def test_a_pid_that_means_another_process_by_now_is_left_alone(
    places: Places, said: Said, supervisor: Supervisor
) -> None:
    stranger = await asyncio.create_subprocess_exec(*SLEEPER)
    try:
        pid = await run_and(places, signal.SIGTERM)
        await supervisor.start(sleeper("other"))
        record = read_record(places.run / "other.json")
        assert record is not None
        assert record.pid != pid
        write_record(places.run / "one.json", replace(record, pid=stranger.pid, build="b1", started=record.started + 1))
        await supervisor.start(sleeper())
        assert start_ticks(stranger.pid) is not None
        assert not any("adopted" in line for line in said.lines)
    finally:
        stranger.kill()
        await stranger.wait()


async def test_a_record_of_before_a_restart_of_the_machine_counts_nothing(
    places: Places, supervisor: Supervisor
) -> None:
    await supervisor.start(sleeper())
    record = read_record(places.run / "one.json")
    assert record is not None
    assert record.alive
    assert not replace(record, boot="another start of the machine").alive
