"""What was measured, kept in one file for each part, so that a run can go on where it was and the page be rewritten."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path("var") / "bench"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Result:
    """One part: its name, when, how large it was meant to be, on what, its figures (times in milliseconds), the commit
    of the source, and how many seconds it took."""

    part: str
    at: str
    samples: int
    machine: dict[str, str]
    data: dict[str, Any]
    commit: str = ""
    seconds: float = 0.0


def machine(asterisk: str) -> dict[str, str]:
    """The machine, without its name."""
    return {
        "cores": str(os.cpu_count()),
        "architecture": platform.machine(),
        "kernel": ".".join(platform.release().split(".")[:2]),
        "Python": platform.python_version(),
        "Asterisk": asterisk,
    }


def commit() -> str:
    """The commit of the source, `-dirty` where it was changed since; empty outside a repository."""
    command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def keep(part: str, samples: int, on: dict[str, str], data: dict[str, Any], seconds: float) -> Result:
    """Write a part down."""
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    result = Result(part, at, samples, on, data, commit(), round(seconds, 1))
    FOLDER.mkdir(parents=True, exist_ok=True)
    fresh = FOLDER / f"{part}.json.new"
    fresh.write_text(json.dumps(asdict(result)))
    fresh.replace(FOLDER / f"{part}.json")
    return result


def kept() -> dict[str, Result]:
    """Every part there is."""
    found = (Result(**json.loads(file.read_text())) for file in sorted(FOLDER.glob("*.json")))
    return {result.part: result for result in found}


def milliseconds(seconds: list[float]) -> list[float]:
    """Rounded to a ten-thousandth."""
    return [round(value * 1000, 4) for value in seconds]
