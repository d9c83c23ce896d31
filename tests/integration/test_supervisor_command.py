"""`denwaban run` as a person types it: what it says when it cannot run, and that it leaves nothing behind then."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from denwaban.build import ROOT
from denwaban.process import find_strays
from denwaban.supervisor import sole_supervisor
from tests.services import free_port, short_folder

CHILDREN = ("postgres", "redis", "asterisk", "controller", "api", "worker")


@pytest.fixture
def var() -> Iterator[Path]:
    with short_folder("run-") as folder:
        folder.chmod(0o755)
        yield folder / "var"


def run(var: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    ports = {f"DENWABAN_{name}_PORT": str(free_port()) for name in ("API", "ARI", "AMI", "SIP", "CONTROLLER")}
    return subprocess.run(
        [sys.executable, "-m", "denwaban", "run", "--once"],
        cwd=ROOT,
        env={**os.environ, "DENWABAN_VAR": str(var), **ports, **settings},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_a_taken_port_is_told_with_its_setting_and_nothing_is_left(var: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run(var, DENWABAN_API_PORT=str(port))
    assert done.returncode == 1
    assert f"tcp port {port} on 127.0.0.1 cannot be used" in done.stderr
    assert "set DENWABAN_API_PORT to a free one" in done.stderr
    assert "Traceback" not in done.stderr
    assert [pid for name in CHILDREN for pid in find_strays(name, var)] == []


def test_a_wrong_setting_is_told_by_its_name(var: Path) -> None:
    done = run(var, DENWABAN_SIP_PORT="99999")
    assert done.returncode == 1
    assert done.stderr == "denwaban cannot run: DENWABAN_SIP_PORT: Input should be less than or equal to 65535\n"


def test_a_password_in_an_address_is_refused_and_not_repeated(var: Path) -> None:
    done = run(var, DENWABAN_DATABASE_URL="postgresql+asyncpg://denwaban:hunter2@localhost/denwaban")
    assert done.returncode == 1
    assert "DENWABAN_DATABASE_URL" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout


def test_a_second_supervisor_is_refused(var: Path) -> None:
    (var / "run").mkdir(parents=True)
    with sole_supervisor(var / "run"):
        done = run(var)
    assert done.returncode == 1
    assert f"A supervisor (pid {os.getpid()}) already serves {var}" in done.stderr
