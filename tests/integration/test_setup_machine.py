"""The set-up's steps against a real shell, a real virtual environment and a real wheel; nothing leaves the machine."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest

from denwaban.setup import libraries, packages, progress
from denwaban.setup.errors import SetupFailed


def make_wheel(folder: Path) -> str:
    """A tiny library; its hash."""
    wheel = folder / "tiny-1.0-py3-none-any.whl"
    info = "tiny-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "WORD = 'here'\n")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    digest = make_wheel(tmp_path)
    (tmp_path / "requirements.txt").write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest}\n")
    (tmp_path / "a_room.py").write_text("")
    return tmp_path


def test_libraries_are_installed_once_and_again_when_the_lock_changes(clone: Path) -> None:
    libraries.ensure(clone, for_tests=False)
    python = clone / ".venv" / "bin" / "python"
    told = subprocess.run(
        [python, "-c", "import tiny, a_room; print(tiny.WORD)"], cwd="/", capture_output=True, check=True
    )
    assert told.stdout == b"here\n"
    stamp = clone / ".venv" / "denwaban.json"
    before = stamp.stat().st_mtime_ns
    libraries.ensure(clone, for_tests=False)
    assert stamp.stat().st_mtime_ns == before
    lock = clone / "requirements.txt"
    lock.write_text(lock.read_text() + "\n")
    libraries.ensure(clone, for_tests=False)
    assert stamp.stat().st_mtime_ns > before


def test_a_library_with_another_hash_is_refused_and_asked_for_again(clone: Path) -> None:
    lock = clone / "requirements.txt"
    lock.write_text(f"tiny==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    for _ in range(2):
        with pytest.raises(SetupFailed, match="DO NOT MATCH THE HASHES"):
            libraries.ensure(clone, for_tests=False)


def shell(tmp_path: Path, apt: str) -> subprocess.CompletedProcess[str]:
    """Run the installing shell with an apt-get of ours and policy-rc.d in our folder."""
    program = tmp_path / "bin" / "apt-get"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{apt}\n")
    program.chmod(0o755)
    script = packages.INSTALL.replace("/usr/sbin/policy-rc.d", str(tmp_path / "policy"))
    return subprocess.run(
        ["sh", "-c", script, "install", "redis-server"],
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_service_is_started_by_installing_it(tmp_path: Path) -> None:
    done = shell(tmp_path, f"{tmp_path}/policy redis-server start; echo asked $?")
    assert done.stdout == "asked 101\n"
    assert done.returncode == 0
    assert not (tmp_path / "policy").exists()


def test_a_policy_of_the_machine_is_left_alone(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text("the machine's own")
    shell(tmp_path, "exit 0")
    assert policy.read_text() == "the machine's own"


def test_a_policy_left_by_a_crash_takes_itself_away(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    shell(tmp_path, f"case $* in *install*) cp {policy} {policy}.left;; esac")
    left = tmp_path / "policy.left"
    left.chmod(left.stat().st_mode | stat.S_IXUSR)
    assert subprocess.run([left, "redis-server", "start"], check=False).returncode == 0
    assert not left.exists()


def test_old_package_lists_are_fetched_anew_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    apt = f'echo "$@" >> {log}; case "$*" in *update*) touch {tmp_path}/fresh;; *) [ -e {tmp_path}/fresh ];; esac'
    assert shell(tmp_path, apt).returncode == 0
    verbs = [
        next(word for word in line.split() if word in ("install", "update")) for line in log.read_text().splitlines()
    ]
    assert verbs == ["install", "update", "install"]


def test_a_failed_command_shows_its_last_words() -> None:
    with pytest.raises(SetupFailed, match=r"Fetching failed: sh ended with 3\.\nno space"):
        progress.run("Fetching", ["sh", "-c", "echo no space; exit 3"])


def test_a_command_whose_service_keeps_its_output_open_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    service = tmp_path / "pid"
    progress.run("Installing", ["sh", "-c", f"sleep 1000 & echo $! > {service}"])
    os.kill(int(service.read_text()), signal.SIGKILL)  # raises when it had been waited for
