"""Make the virtual environment and put exactly the libraries of the lock file into it."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from pathlib import Path

from denwaban.setup import packages, progress
from denwaban.setup.programs import Need

RUN_LOCK = "requirements.txt"
TEST_LOCK = "requirements-dev.txt"
"""Holds everything of RUN_LOCK at the same versions (compiled with it as a constraint)."""
VENV_MODULE = Need("Python's module venv", "python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None)


def ensure(root: Path, *, for_tests: bool) -> None:
    """Bring root/.venv to the lock file; nothing is done when its stamp already names the lock file's hash."""
    venv = root / ".venv"
    stamp = venv / "denwaban.json"
    wanted = {name: fingerprint(root / name) for name in ((RUN_LOCK, TEST_LOCK) if for_tests else (RUN_LOCK,))}
    there = read_stamp(stamp) if (venv / "bin" / "python").exists() else {}
    if all(there.get(name) == value for name, value in wanted.items()):
        return
    if not there:
        packages.ensure([VENV_MODULE])
        progress.run("virtual environment", [sys.executable, "-m", "venv", "--clear", str(venv)])
    lock = root / (TEST_LOCK if for_tests else RUN_LOCK)
    _install(venv, lock)
    _let_find_rooms(venv, root)
    stamp.write_text(json.dumps(wanted) + "\n", encoding="utf-8")


def fingerprint(lock: Path) -> str:
    """Names the content of a lock file together with the Python it is installed for."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def read_stamp(stamp: Path) -> dict[str, str]:
    """What was installed last; empty when that is not known (then everything is installed anew)."""
    try:
        content = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in content.items()} if isinstance(content, dict) else {}


def _install(venv: Path, lock: Path) -> None:
    total = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
    seen = 0

    def fraction(line: str) -> float | None:
        nonlocal seen
        if line.startswith("Collecting "):
            seen += 1
            return 0.9 * seen / total
        return 0.9 if line.startswith("Installing collected") else None

    command = [
        str(venv / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
        "--require-hashes", "--only-binary", ":all:", "-r", str(lock),
    ]  # fmt: skip
    progress.run(f"Python libraries ({total})", command, fraction=fraction)


def _let_find_rooms(venv: Path, root: Path) -> None:
    """A path file makes the rooms importable from any folder, so the supervisor's children need no variable for it."""
    (packages_folder,) = venv.glob("lib/python3.*/site-packages")
    (packages_folder / "denwaban.pth").write_text(f"{root}\n", encoding="utf-8")
